/** What this browser keeps for somebody: drafts and answers on their way. */
export interface Store {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  /** Everything under a prefix, in the order of keys. */
  entries(prefix: string): Promise<[key: string, value: unknown][]>;
}

/** In memory: for browsers that keep nothing, and for tests. */
export const memoryStore = (): Store => {
  const kept = new Map<string, unknown>();
  return {
    get: async (key) => structuredClone(kept.get(key)),
    set: async (key, value) => void kept.set(key, structuredClone(value)),
    delete: async (key) => void kept.delete(key),
    entries: async (prefix) => [...kept].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1)),
  };
};
