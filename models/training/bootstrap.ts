/** Members of a bootstrap ensemble as weights: whole groups are drawn, so rows that belong together stay together. */
import { createRandom } from '../random.ts';

/** Keeps the streams of members apart whatever their number (the odd integer nearest 2³² divided by the golden ratio). */
const STRIDE = 0x9e3779b1;

/**
 * How often each row counts for each member: its group's number of draws, with replacement, out of as many as there are groups
 * (cluster bootstrap; Efron & Tibshirani 1993, ch. 8). One member is no bootstrap: its weights are 1. Member i depends on the
 * seed, i and the groups in their order, not on the number of members.
 */
export const bootstrapWeights = (groups: readonly string[], members: number, seed: number): Float32Array[] => {
  if (!Number.isInteger(members) || members < 1) throw new RangeError(`${members} members; at least 1 is needed`);
  if (members === 1) return [new Float32Array(groups.length).fill(1)];
  const places = new Map([...new Set(groups)].map((group, place) => [group, place]));
  return Array.from({ length: members }, (_, member) => {
    const random = createRandom((seed + Math.imul(member + 1, STRIDE)) | 0);
    const draws = new Float32Array(places.size);
    for (let i = 0; i < places.size; i++) {
      const drawn = Math.floor(random() * places.size);
      draws[drawn] = (draws[drawn] ?? 0) + 1;
    }
    return Float32Array.from(groups, (group) => draws[places.get(group) ?? 0] ?? 0);
  });
};
