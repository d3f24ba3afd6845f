/** Repetition by the rules of Gopher's MassiveText (Rae et al. 2021, appendix A.1.1, table A1). */
import type { Finding } from './finding.ts';

/** Largest share of a text's characters, by what repeats. */
const LIMITS = {
  lines: 0.3,
  lineCharacters: 0.2,
  paragraphs: 0.3,
  paragraphCharacters: 0.2,
  /** In all occurrences of the commonest n-gram of words. */
  top: { 2: 0.2, 3: 0.18, 4: 0.16 },
  /** In every n-gram that occurs more than once. */
  duplicate: { 5: 0.15, 6: 0.14, 7: 0.13, 8: 0.12, 9: 0.11, 10: 0.1 },
} as const;

interface Shares {
  /** Of pieces, and of their characters, that stood before. */
  readonly pieces: number;
  readonly characters: number;
}

const repeated = (pieces: readonly string[]): Shares => {
  const seen = new Set<string>();
  let [again, characters, total] = [0, 0, 0];
  for (const piece of pieces) {
    total += piece.length;
    if (seen.has(piece)) {
      again++;
      characters += piece.length;
    } else seen.add(piece);
  }
  return { pieces: pieces.length === 0 ? 0 : again / pieces.length, characters: total === 0 ? 0 : characters / total };
};

const gramsOf = (words: readonly string[], n: number): string[] =>
  Array.from({ length: Math.max(0, words.length - n + 1) }, (_, i) => words.slice(i, i + n).join(' '));

const letters = (words: readonly string[]): number => words.reduce((sum, word) => sum + word.length, 0);

/** Share of characters in the commonest n-gram, which must occur twice; of equally common ones the longest. */
export const topShare = (words: readonly string[], n: number): number => {
  const counts = new Map<string, number>();
  for (const gram of gramsOf(words, n)) counts.set(gram, (counts.get(gram) ?? 0) + 1);
  let [most, covered] = [1, 0];
  for (const [gram, count] of counts) {
    const length = count * (gram.length - (n - 1));
    if (count > most || (count === most && count > 1 && length > covered)) [most, covered] = [count, length];
  }
  return covered === 0 ? 0 : covered / letters(words);
};

/** Share of characters in n-grams that occur more than once; words under several of them count once. */
export const duplicateShare = (words: readonly string[], n: number): number => {
  const grams = gramsOf(words, n);
  const counts = new Map<string, number>();
  for (const gram of grams) counts.set(gram, (counts.get(gram) ?? 0) + 1);
  const covered = new Uint8Array(words.length);
  for (const [i, gram] of grams.entries()) if ((counts.get(gram) ?? 0) > 1) covered.fill(1, i, i + n);
  const all = letters(words);
  return all === 0 ? 0 : words.reduce((sum, word, i) => sum + (covered[i] === 1 ? word.length : 0), 0) / all;
};

/**
 * Whether a text repeats itself: the largest of its shares, each divided by Gopher's limit for it, so that more than 1 is too
 * much; the reason names that rule. Shares of n-grams overlap as in the paper's table, and may pass 1.
 */
export const repetition = (text: string): Finding => {
  const words = text.split(/\s+/u).filter((word) => word !== '');
  const pieces = (parts: readonly string[]) => repeated(parts.map((part) => part.trim()).filter((part) => part !== ''));
  const lines = pieces(text.split('\n'));
  const paragraphs = pieces(text.split(/\n{2,}/));
  const rules: [string, number][] = [
    ['duplicate lines', lines.pieces / LIMITS.lines],
    ['characters in duplicate lines', lines.characters / LIMITS.lineCharacters],
    ['duplicate paragraphs', paragraphs.pieces / LIMITS.paragraphs],
    ['characters in duplicate paragraphs', paragraphs.characters / LIMITS.paragraphCharacters],
    ...Object.entries(LIMITS.top).map(([n, limit]): [string, number] => [
      `the commonest ${n}-gram`,
      topShare(words, Number(n)) / limit,
    ]),
    ...Object.entries(LIMITS.duplicate).map(([n, limit]): [string, number] => [
      `repeated ${n}-grams`,
      duplicateShare(words, Number(n)) / limit,
    ]),
  ];
  const [reason, value] = rules.reduce((worst, rule) => (rule[1] > worst[1] ? rule : worst));
  return value > 1 ? { value, reason } : { value };
};
