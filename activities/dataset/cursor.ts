/** Rows of a stream sorted by item, asked for item by item in that order: a merge join that holds one item's rows. */
export const createCursor = <T extends { readonly item: string }>(rows: AsyncIterable<T> | null) => {
  const source = rows?.[Symbol.asyncIterator]();
  let next: T | null | undefined;
  const advance = async (): Promise<void> => {
    const result = await source?.next();
    next = result === undefined || result.done === true ? null : result.value;
  };
  return {
    async of(item: string): Promise<T[]> {
      if (next === undefined) await advance();
      while (next != null && next.item < item) await advance();
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
