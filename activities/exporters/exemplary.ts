import type { DatasetRow } from '../../schemas/dataset.ts';
import type { ExportContext } from './exporter.ts';

/** A rated response is imitated from this share of the scale on: 4 of 1 to 5. */
const HIGH = 0.75;

/** Index of the response worth imitating: preferred or demonstrated, called good, or rated highly; null where none is. */
export const exemplary = ({ chosen, good, rating }: DatasetRow, { scale }: ExportContext): number | null => {
  if (chosen !== null) return chosen;
  if (good === true) return 0;
  if (rating === null || scale === null || scale.max <= scale.min) return null;
  return rating >= scale.min + HIGH * (scale.max - scale.min) ? 0 : null;
};
