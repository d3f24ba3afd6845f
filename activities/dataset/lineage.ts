import { rulesOf } from '../../models/selection/rules.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { Lineage } from '../../schemas/lineage.ts';
import type { HeadManifest } from '../../schemas/model.ts';
import type { NumberedWaiver } from '../../schemas/waiver.ts';
import type { CurateInput } from '../contract.ts';
import type { SelectionFile } from './selection-file.ts';

/** What a dataset was made from, and by which rules. */
export const lineageOf = (
  input: CurateInput & { readonly version: string },
  selection: SelectionFile,
  head: HeadManifest | null,
  waivers: readonly NumberedWaiver[],
): Lineage => ({
  dataset: { name: input.name, version: input.version },
  drops: selection.sources.map(({ drop, license, files }) => ({ drop, license, files })),
  tables: {
    items: input.items,
    annotations: [...input.annotations],
    labels: input.labels,
    features: input.features,
    scores: input.scores,
    heatmaps: [...(input.heatmaps ?? [])],
  },
  model: input.model && {
    ...input.model,
    encoder: head?.encoder.id ?? null,
    revision: head?.encoder.revision ?? null,
    onnx: head?.onnx.sha256 ?? null,
  },
  rules: rulesOf(input.config),
  ...(waivers.length === 0 ? {} : { waivers: [...waivers] }),
  code: { name: 'assay', version: packageJson.version },
});
