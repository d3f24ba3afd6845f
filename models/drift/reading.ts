/** Readings: what a rule says, with the figures that it says it by. */
import type { Figure, Reading } from '../../schemas/monitor.ts';

/** What a rule found. */
export const found = (red: boolean, reason: string, figures: readonly Figure[]): Reading => ({
  state: red ? 'red' : 'green',
  reason,
  figures: [...figures],
});

/** Nothing could be computed. */
export const noData = (reason: string, figures: readonly Figure[] = []): Reading => ({
  state: 'no-data',
  reason,
  figures: [...figures],
});

/** A figure without an interval. */
export const figure = (name: string, value: number, n: number, limit: number | null = null): Figure => ({
  name,
  value,
  ci: null,
  n,
  limit,
});

/** The same reading, its reason and figures said to be of something. */
export const about = (what: string, { state, reason, figures }: Reading): Reading => ({
  state,
  reason: `${what}: ${reason}`,
  figures: figures.map((each) => ({ ...each, name: `${what}: ${each.name}` })),
});

/** The same reading, said to be of a model; the names of its figures stay, so that they can be followed from version to version. */
export const ofModel = (
  { model, version }: { readonly model: string; readonly version: string },
  reading: Reading,
): Reading => ({ ...reading, reason: `${model}@${version}: ${reading.reason}` });

/** Reasons that are told together. */
const MOST_REASONS = 6;

/**
 * Several readings as one: red where one is, without data where all are. Its reason is that of the red ones, else those of all.
 */
export const together = (readings: readonly Reading[]): Reading => {
  const of = (state: Reading['state']) => readings.filter((reading) => reading.state === state);
  const [red, green] = [of('red'), of('green')];
  const told = red.length > 0 ? red : [...green, ...of('no-data')];
  const more = told.length - MOST_REASONS;
  return {
    state: red.length > 0 ? 'red' : green.length > 0 ? 'green' : 'no-data',
    reason: [
      ...told.slice(0, MOST_REASONS).map(({ reason }) => reason),
      ...(more > 0 ? [`and ${more} more`] : []),
    ].join('; '),
    figures: readings.flatMap(({ figures }) => figures),
  };
};
