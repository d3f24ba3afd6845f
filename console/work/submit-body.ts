/** The bytes of a submission. */
import type { Statement } from '../../schemas/annotation.ts';
import type { WorkItem } from '../../schemas/console.ts';

/** Tenths of a second say all that there is to say. */
const tenths = (seconds: number): number => Math.round(seconds * 10) / 10;

/** An item's votes as JSON. Its time is shared between them, so that it is not counted twice. */
export const submitBody = (
  { batch, item, guideline, shown, responses }: Pick<WorkItem, 'batch' | 'item' | 'guideline' | 'shown' | 'responses'>,
  statements: readonly Statement[],
  seconds: number,
): string => {
  const each = {
    seconds: tenths(seconds / Math.max(1, statements.length)),
    guideline,
    shown: responses.length > 1 ? shown : null,
  };
  return JSON.stringify({ batch, item, votes: statements.map((statement) => ({ ...each, ...statement })) });
};
