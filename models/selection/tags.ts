import type { LabelFact } from './candidate.ts';

/** How labels of the task `safety` name a tag (models/aggregation/votes.ts). */
const TAG = 'tag:';

/** One for all: most drops are not judged for safety. */
const NOTHING: ReadonlyMap<number, readonly string[]> = new Map();

/** Safety tags by response: those that the labels say hold. A response that was judged and has none has an empty list. */
export const tagsOf = (labels: readonly LabelFact[]): ReadonlyMap<number, readonly string[]> => {
  const safety = labels.filter(({ task }) => task === 'safety');
  if (safety.length === 0) return NOTHING;
  const tags = new Map<number, string[]>();
  for (const { response, aspect, category } of safety) {
    const own = tags.get(response ?? 0) ?? [];
    tags.set(response ?? 0, own);
    if (category === 'true' && aspect?.startsWith(TAG) === true) own.push(aspect.slice(TAG.length));
  }
  return tags;
};
