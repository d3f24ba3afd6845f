/** The store over IndexedDB: survives reloads and crashes, and holds brush strokes that localStorage would not. */
import { memoryStore, type Store } from './store.ts';

const NAME = 'assay';
const TABLE = 'kept';

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const open = (): Promise<IDBDatabase> => {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
  return done(request);
};

const over = (database: IDBDatabase): Store => {
  const table = (mode: IDBTransactionMode) =>
    database.transaction(TABLE, mode, { durability: 'strict' }).objectStore(TABLE);
  return {
    get: (key) => done(table('readonly').get(key)) as Promise<unknown>,
    set: async (key, value) => {
      await done(table('readwrite').put(value, key));
    },
    delete: (key) => done(table('readwrite').delete(key)),
    entries: async (prefix) => {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      const kept = table('readonly');
      const [found, values] = await Promise.all([done(kept.getAllKeys(range)), done(kept.getAll(range))]);
      return found.map((key, i) => [key as string, values[i] as unknown]);
    },
  };
};

/** Opens it; where the browser keeps nothing (some private windows), memory has to do. */
export const openStore = (): Promise<Store> => open().then(over, memoryStore);
