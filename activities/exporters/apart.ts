/** Rows held back at most, with their texts. */
const MOST_HELD = 1_000;

/**
 * The rows with those of one key kept apart where others can stand between them: a row with the key of the one before waits for
 * another. KTO estimates its KL term from each prompt with the completion of the row before, which must be another prompt's
 * (Ethayarajh et al. 2024, §4.1; TRL reads rows in the order of the file).
 */
export async function* apart<T>(rows: AsyncIterable<T>, keyOf: (row: T) => string): AsyncGenerator<T> {
  /** All of the key `last`. */
  const held: T[] = [];
  let last: string | null = null;
  for await (const row of rows) {
    const key = keyOf(row);
    if (key === last) {
      held.push(row);
      if (held.length > MOST_HELD) yield* held.splice(0, 1);
    } else {
      yield row;
      // One that waited goes after it, and the rest of them wait on.
      if (held.length === 0) last = key;
      else yield* held.splice(0, 1);
    }
  }
  yield* held;
}
