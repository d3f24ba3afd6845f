import type { WorkItem } from '../../schemas/console.ts';
import type { Item } from '../../schemas/item.ts';
import type { OpenBatch } from './open-batches.ts';

/** The responses' indices in the order in which somebody sees them: turned by `turn`. */
export const shownBy = (turn: number, responses: number): number[] =>
  Array.from({ length: responses }, (_, i) => (i + turn) % responses);

/** An item as its annotator sees it: no model, no score, no producer's id, nobody else's vote (S059). */
export const workItem = (
  item: Item,
  { id, run, tasks, guideline }: OpenBatch,
  { shown, leaseEnds }: { readonly shown: number[]; readonly leaseEnds: number },
): WorkItem => ({
  batch: id,
  item: item.id,
  run,
  tasks,
  modality: item.modality,
  language: item.language,
  prompt: item.prompt,
  promptMedia: item.promptMedia ?? [],
  responses: item.responses.map(({ text, media }) => ({ text, media })),
  shown,
  leaseEnds,
  guideline,
});
