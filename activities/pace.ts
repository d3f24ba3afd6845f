import { setImmediate } from 'node:timers/promises';

/** Lets heartbeats, cancellation and other activities of the process have their turn. */
export const breathe = (): Promise<void> => setImmediate();

/** Passes rows on, breathing and calling `beat` after every `every` of them. */
export async function* paced<T>(
  rows: Iterable<T> | AsyncIterable<T>,
  beat: (done: number) => void,
  every = 2_000,
): AsyncGenerator<T> {
  let done = 0;
  for await (const row of rows) {
    yield row;
    if (++done % every !== 0) continue;
    beat(done);
    await breathe();
  }
}

/** Runs of `size` rows, the last one shorter. */
export async function* chunked<T>(rows: Iterable<T> | AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let chunk: T[] = [];
  for await (const row of rows) {
    chunk.push(row);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** What `work` makes of each row, in their order; at most `most` are worked on at a time. */
export const mapped = async <T, R>(
  rows: Iterable<T> | AsyncIterable<T>,
  most: number,
  work: (row: T) => Promise<R>,
): Promise<R[]> => {
  const made: R[] = [];
  for await (const some of chunked(rows, most)) made.push(...(await Promise.all(some.map(work))));
  return made;
};
