export interface Memo<T> {
  readonly get: (key: string) => Promise<T>;
  readonly forget: (key: string) => void;
}

/** Remembers what `load` gave for a key for `ms`, at most `most` of them; callers at the same time share one load, and a failed one is forgotten. */
export const memo = <T>(
  load: (key: string) => Promise<T>,
  { ms, most, now }: { readonly ms: number; readonly most: number; readonly now: () => number },
): Memo<T> => {
  const kept = new Map<string, { readonly until: number; readonly value: Promise<T> }>();
  return {
    get: (key) => {
      const found = kept.get(key);
      if (found !== undefined && found.until > now()) return found.value;
      const value = load(key);
      const entry = { until: now() + ms, value };
      kept.delete(key);
      kept.set(key, entry);
      value.catch(() => kept.get(key) === entry && kept.delete(key));
      const [oldest] = kept.keys();
      if (kept.size > most && oldest !== undefined) kept.delete(oldest);
      return value;
    },
    forget: (key) => void kept.delete(key),
  };
};
