/** The store over IndexedDB: survives reloads and crashes, and holds brush strokes that localStorage would not. */
import { memoryStore, type Store } from './store.ts';

const NAME = 'assay';
const TABLE = 'kept';

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const open = async (): Promise<IDBDatabase> => {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
  return done(request);
};

/** A request that succeeded is not written before its transaction is complete. */
const written = (change: (table: IDBObjectStore) => void, transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    change(transaction.objectStore(TABLE));
  });

const over = (database: IDBDatabase): Store => {
  const begin = (mode: IDBTransactionMode) => database.transaction(TABLE, mode, { durability: 'strict' });
  const table = () => begin('readonly').objectStore(TABLE);
  return {
    get: (key) => done(table().get(key)) as Promise<unknown>,
    set: (key, value) => written((kept) => kept.put(value, key), begin('readwrite')),
    delete: (key) => written((kept) => kept.delete(key), begin('readwrite')),
    entries: async (prefix) => {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      const kept = table();
      const [found, values] = await Promise.all([done(kept.getAllKeys(range)), done(kept.getAll(range))]);
      return found.map((key, i) => [key as string, values[i] as unknown]);
    },
  };
};

/** Opens it; where the browser keeps nothing (some private windows), memory has to do. */
export const openStore = (): Promise<Store> => open().then(over, memoryStore);
