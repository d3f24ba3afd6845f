import type { ObjectStore } from '../../activities/ports.ts';

export class Killed extends Error {}

/** An object store whose `at`-th call (from 1) and every one after it fails, that one before or after it took effect. `calls` counts. */
export const failingObjects = (inner: ObjectStore, at: number, after: boolean): ObjectStore & { calls(): number } => {
  let calls = 0;
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    calls++;
    if (calls > at || (calls === at && !after)) throw new Killed(`call ${calls}`);
    const result = await work();
    if (calls === at) throw new Killed(`after call ${calls}`);
    return result;
  };
  return {
    calls: () => calls,
    get: (key) => call(() => inner.get(key)),
    stream: (key, range) => call(() => inner.stream(key, range)),
    head: (key) => call(() => inner.head(key)),
    put: (key, body, options) => call(() => inner.put(key, body, options)),
    create: (key, body, options) => call(() => inner.create(key, body, options)),
    upload: (key, body, options) => call(() => inner.upload(key, body, options)),
    async *list(prefix) {
      await call(async () => undefined);
      yield* inner.list(prefix);
    },
    delete: (key) => call(() => inner.delete(key)),
    async *versions(prefix) {
      await call(async () => undefined);
      yield* inner.versions(prefix);
    },
    deleteVersion: (key, version) => call(() => inner.deleteVersion(key, version)),
    forget: () => call(() => inner.forget()),
    local: (key, sha256) => call(() => inner.local(key, sha256)),
  };
};
