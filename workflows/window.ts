/**
 * Runs `work(i)` for i in [from, to) with at most `width` under way, in order of start. Stops starting new work once `enough` says
 * so, or after the first failure, and rejects with that once what is under way has settled. Returns the first number not started.
 */
export const slidingWindow = async (
  from: number,
  to: number,
  width: number,
  work: (index: number) => Promise<void>,
  enough: () => boolean = () => false,
): Promise<number> => {
  let next = from;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (!failed && next < to && !enough()) {
      const index = next++;
      try {
        await work(index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(width, to - from) }, lane));
  for (const result of lanes) if (result.status === 'rejected') throw result.reason;
  return next;
};
