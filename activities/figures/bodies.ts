import { Kept } from '../kept.ts';
import type { ObjectStore } from '../ports.ts';

/** Bytes of bodies kept; a vote with many marks has some ten thousand. */
const MOST_BYTES = 64 * 2 ** 20;

/** The store for reading votes, whose keys are hashes of what they hold: what was read lately is kept. */
export const keepingBodies = (objects: ObjectStore): ObjectStore => {
  const kept = new Kept<Buffer>(MOST_BYTES);
  return {
    ...objects,
    get: (key) =>
      kept.get(key, async () => {
        const value = await objects.get(key);
        return { value, weight: value.length };
      }),
  };
};
