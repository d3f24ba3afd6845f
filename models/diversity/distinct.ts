/** Share of n-grams over all texts that are different (distinct-n, Li et al. 2016); null where no text has n words (S230). */
export const distinctN = (texts: readonly (readonly string[])[], n: number): number | null => {
  const different = new Set<string>();
  let all = 0;
  for (const words of texts)
    for (let i = 0; i + n <= words.length; i++) {
      different.add(words.slice(i, i + n).join('\u0000'));
      all++;
    }
  return all === 0 ? null : different.size / all;
};
