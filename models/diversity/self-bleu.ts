type Words = readonly string[];

const countsOf = (words: Words, n: number): Map<string, number> => {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= words.length; i++) {
    const gram = words.slice(i, i + n).join('\u0000');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
};

/** The two largest counts of each n-gram over texts, and whose the largest is: what every leave-one-out maximum needs. */
const maxima = (counts: readonly Map<string, number>[]) => {
  const top = new Map<string, { first: number; of: number; second: number }>();
  for (const [text, own] of counts.entries())
    for (const [gram, n] of own) {
      const known = top.get(gram) ?? { first: 0, of: -1, second: 0 };
      if (n > known.first) top.set(gram, { first: n, of: text, second: known.first });
      else if (n > known.second) top.set(gram, { ...known, second: n });
    }
  return top;
};

/** Length nearest to `own` among all but one of it, the shorter of two equally near. */
const nearest = (lengths: readonly number[], text: number): number => {
  const own = lengths[text] ?? 0;
  const others = lengths.filter((_, i) => i !== text);
  return others.reduce((best, length) => {
    const [a, b] = [Math.abs(length - own), Math.abs(best - own)];
    return a < b || (a === b && length < best) ? length : best;
  });
};

/**
 * Self-BLEU (Zhu et al. 2018, S230): mean over texts of BLEU (Papineni et al. 2002) with all others as references, n-grams up to
 * `order` with equal weights, no smoothing: 1 where all are alike, 0 where no text shares an n-gram of the highest order. Null with
 * fewer than two texts. O(words · order).
 */
export const selfBleu = (texts: readonly Words[], order = 4): number | null => {
  if (texts.length < 2) return null;
  const lengths = texts.map((words) => words.length);
  const orders = Array.from({ length: order }, (_, i) => {
    const counts = texts.map((words) => countsOf(words, i + 1));
    return { counts, top: maxima(counts) };
  });
  const scores = texts.map((words, text) => {
    const logs = orders.map(({ counts, top }, i) => {
      let matched = 0;
      for (const [gram, n] of counts[text] ?? []) {
        const { first, of, second } = top.get(gram) ?? { first: 0, of: -1, second: 0 };
        matched += Math.min(n, of === text ? second : first);
      }
      return Math.log(matched / Math.max(1, words.length - i));
    });
    const brevity = Math.min(0, 1 - nearest(lengths, text) / words.length);
    const mean = logs.reduce((sum, log) => sum + log, 0) / order;
    return words.length === 0 ? 0 : Math.exp(brevity + mean);
  });
  return scores.reduce((sum, score) => sum + score, 0) / texts.length;
};
