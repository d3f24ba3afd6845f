/** Colours and symbols of series: the colours of Okabe and Ito, which colour-blind people tell apart, in a shade for each theme; the symbols say the same. */
export const SERIES_COLOURS = [1, 2, 3, 4, 5, 6].map((n) => `var(--series-${n})`);
export const SERIES_SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'plus', 'times'] as const;
/** Dashes of lines, for the same reason. */
export const SERIES_DASHES = ['', '6 3', '2 3', '8 3 2 3', '1 2', '10 4'] as const;

/** The place of each name among the series, in order of first appearance; beyond the sixth they begin again. */
export const seriesOf = (names: Iterable<string>): Map<string, number> => {
  const places = new Map<string, number>();
  for (const name of names) if (!places.has(name)) places.set(name, places.size % SERIES_COLOURS.length);
  return places;
};
