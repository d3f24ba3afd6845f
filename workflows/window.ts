/**
 * Runs `work(i)` for i in [from, to) with at most `width` under way, in order of start. Stops starting new work after the
 * first failure and rejects with it once what is under way has settled.
 */
export const slidingWindow = async (
  from: number,
  to: number,
  width: number,
  work: (index: number) => Promise<void>,
): Promise<void> => {
  let next = from;
  const lane = async (): Promise<void> => {
    while (next < to) {
      const index = next++;
      try {
        await work(index);
      } catch (error) {
        next = to;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(width, to - from) }, lane));
  for (const result of lanes) if (result.status === 'rejected') throw result.reason;
};
