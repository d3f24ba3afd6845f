/** An object whose methods connect first: usable before the server behind it answers, and again after a failed connection. */
export const lazy = <T extends object>(connect: () => Promise<T>): T =>
  new Proxy({} as T, {
    get: (_target, name) =>
      // Not a promise itself: `await lazy(...)` must not call into it.
      name === 'then'
        ? undefined
        : async (...args: unknown[]) => {
            const target = (await connect()) as Record<PropertyKey, (...args: unknown[]) => unknown>;
            return target[name]?.(...args);
          },
  });
