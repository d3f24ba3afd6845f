/** Active learning: which question's next answer is expected to say most (S387). */
import { expectedInformation } from '../../schemas/redundancy.ts';

/**
 * Index of the question with the largest expected information from one more answer of this accuracy, the first of equal ones; null
 * where no question is open. A posterior is over all of its question's categories; null: it is closed.
 */
export const mostInformative = (posteriors: readonly (readonly number[] | null)[], accuracy: number): number | null => {
  let [best, most] = [null as number | null, -1];
  posteriors.forEach((posterior, question) => {
    const information = posterior === null ? -1 : expectedInformation(posterior, accuracy);
    if (information > most) [best, most] = [question, information];
  });
  return best;
};
