import type { ObjectStore } from '../ports.ts';

/** Bytes of bodies kept; a vote with many marks has some ten thousand. */
const MOST_BYTES = 64 * 2 ** 20;

/** The store for reading votes, whose keys are hashes of what they hold: what was read lately is kept, up to `most` bytes. */
export const keepingBodies = (objects: ObjectStore, most: number = MOST_BYTES): ObjectStore => {
  const kept = new Map<string, Buffer>();
  let bytes = 0;
  return {
    ...objects,
    async get(key) {
      const body = kept.get(key) ?? (await objects.get(key));
      if (!kept.delete(key)) bytes += body.length;
      kept.set(key, body);
      for (const [oldest, { length }] of kept) {
        if (bytes <= most) break;
        kept.delete(oldest);
        bytes -= length;
      }
      return body;
    },
  };
};
