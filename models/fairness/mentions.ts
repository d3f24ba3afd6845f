/** Balance of the groups a set speaks of (S041): how often each is mentioned, and how often the response that mentions it is preferred. */
import { wilson } from '../metrics/wilson.ts';
import { byText } from '../order.ts';

/** Words that mention a group, by group; compared whole and in lower case. */
export type GroupWords = Readonly<Record<string, readonly string[]>>;

export interface MentionRate {
  readonly group: string;
  /** Pairs in which just one side mentions the group, and how often that side was preferred. */
  readonly n: number;
  readonly preferred: number;
  readonly rate: number;
  /** Wilson 95 %. */
  readonly ci: readonly [number, number];
  /** Texts of either side that mention it. */
  readonly mentions: number;
}

const mentionsOf = (text: string, words: readonly string[]): boolean => {
  const own = new Set(text.toLowerCase().match(/[\p{L}\p{M}\p{N}'’-]+/gu) ?? []);
  return words.some((word) => own.has(word.toLowerCase()));
};

/** Mentions and preference rate by group, groups by name; a rate without pairs is 0 with interval [0, 1]. */
export const mentionRates = (
  pairs: readonly { readonly chosen: string; readonly rejected: string }[],
  groups: GroupWords,
): MentionRate[] =>
  Object.entries(groups)
    .sort(([a], [b]) => byText(a, b))
    .map(([group, words]) => {
      const sides = pairs.map(
        ({ chosen, rejected }) => [mentionsOf(chosen, words), mentionsOf(rejected, words)] as const,
      );
      const one = sides.filter(([chosen, rejected]) => chosen !== rejected);
      const preferred = one.filter(([chosen]) => chosen).length;
      const n = one.length;
      const mentions = sides.flat().filter(Boolean).length;
      return { group, n, preferred, rate: n === 0 ? 0 : preferred / n, ci: wilson(preferred, n), mentions };
    });
