import type { HeadManifest } from '../../schemas/model.ts';

export interface Promotion {
  readonly promoted: boolean;
  readonly reason: string;
}

const said = ({ version, metrics: { accuracy, accuracyCi } }: HeadManifest): string =>
  `${version}: ${accuracy.toFixed(3)} (${accuracyCi[0].toFixed(3)} … ${accuracyCi[1].toFixed(3)})`;

/** A head serves unless its accuracy's whole 95 % interval lies below that of the head that serves now. */
export const judgePromotion = (head: HeadManifest, serving: HeadManifest | null): Promotion => {
  if (serving === null) return { promoted: true, reason: 'first head of this name' };
  if (serving.version === head.version) return { promoted: true, reason: 'it serves already' };
  const figures = `${said(head)} against serving ${said(serving)}`;
  return head.metrics.accuracyCi[1] < serving.metrics.accuracyCi[0]
    ? { promoted: false, reason: `worse beyond noise: ${figures}` }
    : { promoted: true, reason: `not worse beyond noise: ${figures}` };
};
