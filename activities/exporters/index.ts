import { AssayError } from '../../schemas/errors.ts';
import { coco } from './coco.ts';
import { diffusionDpo } from './diffusion-dpo.ts';
import type { Exporter } from './exporter.ts';
import { grpoGroups } from './grpo-groups.ts';
import { hf } from './hf.ts';
import { inpainting } from './inpainting.ts';
import { llamafactoryDpo, llamafactoryKto, llamafactorySft } from './llamafactory.ts';
import { openrlhfPrompt, openrlhfRm, openrlhfSft, visionOpenrlhfPrompt } from './openrlhf.ts';
import { parquet } from './parquet.ts';
import { richhf } from './richhf.ts';
import { textOnly } from './text-only.ts';
import { trlGrpo, visionGrpo } from './trl-grpo.ts';
import { trlKto, visionKto } from './trl-kto.ts';
import { trlPreference, visionPreference } from './trl-preference.ts';
import { trlPrm } from './trl-prm.ts';
import { trlPromptOnly, visionPromptOnly } from './trl-prompt-only.ts';
import { trlReward } from './trl-reward.ts';
import { trlSft, visionSft } from './trl-sft.ts';
import { verl } from './verl.ts';
import { videoReward } from './video-reward.ts';
import { webdataset } from './webdataset.ts';

export type { ExportContext, Exporter } from './exporter.ts';

/** Raised with every change to what an exporter writes: it is part of a dataset's version. */
export const EXPORTERS_VERSION = 3;

const TEXT = [
  parquet,
  trlPreference,
  trlSft,
  trlKto,
  trlReward,
  trlPromptOnly,
  trlGrpo,
  grpoGroups,
  trlPrm,
  openrlhfSft,
  openrlhfRm,
  openrlhfPrompt,
  verl,
  llamafactorySft,
  llamafactoryDpo,
  llamafactoryKto,
  hf,
];

const VISION = [
  parquet,
  visionPreference,
  visionSft,
  visionKto,
  textOnly(trlReward),
  visionPromptOnly,
  visionGrpo,
  textOnly(grpoGroups),
  textOnly(trlPrm),
  textOnly(openrlhfSft),
  textOnly(openrlhfRm),
  visionOpenrlhfPrompt,
  textOnly(verl),
  textOnly(llamafactorySft),
  textOnly(llamafactoryDpo),
  textOnly(llamafactoryKto),
  hf,
  webdataset,
  diffusionDpo,
  inpainting,
  coco,
  richhf,
  videoReward,
];

/**
 * The formats of a dataset that shows media, or of one that is all text, in the order in which they are offered. Their row types
 * differ, and each is only given rows of its own.
 */
export const exporters = ({ visual }: { readonly visual: boolean }): readonly Exporter[] =>
  (visual ? VISION : TEXT) as unknown as readonly Exporter[];

/** The exporter of a format. Throws ASY-6005 for one that nobody knows, ASY-6002 for one of media where a dataset has none. */
export const exporterOf = (format: string, dataset: { readonly visual: boolean }): Exporter => {
  const same = (exporter: Exporter) => exporter.format === format;
  const found = exporters(dataset).find(same);
  if (found !== undefined) return found;
  const other = exporters({ visual: true }).find(same);
  if (other === undefined) throw new AssayError('ASY-6005', { format });
  throw new AssayError('ASY-6002', { format, needs: other.needs });
};
