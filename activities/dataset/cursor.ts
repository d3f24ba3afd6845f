/** Rows of a stream sorted by item, asked for item by item in that order: a merge join that holds one item's rows. */
export const createCursor = <T extends { readonly item: string }>(rows: AsyncIterable<T> | null) => {
  const source = rows?.[Symbol.asyncIterator]();
  let next: T | null | undefined;
  /** One for all items without rows: selection keeps what it is given. */
  const none: readonly T[] = [];
  const advance = async (): Promise<void> => {
    const result = await source?.next();
    next = result === undefined || result.done === true ? null : result.value;
  };
  return {
    async of(item: string): Promise<readonly T[]> {
      if (next === undefined) await advance();
      while (next != null && next.item < item) await advance();
      if (next?.item !== item) return none;
      const own: T[] = [];
      while (next != null && next.item === item) {
        own.push(next);
        await advance();
      }
      return own;
    },
    close: async () => void (await source?.return?.()),
  };
};
