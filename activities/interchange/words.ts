/** Where a prompt's words stand in it. */

/** Start and end (UTF-16 units, end not in) of each word, looked for from left to right; null where one is not there. */
export const locateWords = (text: string, words: readonly string[]): [number, number][] | null => {
  const places: [number, number][] = [];
  let from = 0;
  for (const word of words) {
    const start = word === '' ? -1 : text.indexOf(word, from);
    if (start === -1) return null;
    from = start + word.length;
    places.push([start, from]);
  }
  return places;
};
