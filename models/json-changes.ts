import { canonicalJson } from './hash.ts';
import { byText } from './order.ts';

/** One place at which two JSON values differ; undefined where one has nothing there. */
export interface Change {
  /** Keys and indices from the root, with dots between. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

const entriesOf = (value: unknown): ReadonlyMap<string, unknown> | null =>
  value !== null && typeof value === 'object' ? new Map(Object.entries(value)) : null;

/** Where two JSON values differ, by path; an object against none is one change. */
export const jsonChanges = (before: unknown, after: unknown, path = ''): Change[] => {
  const [a, b] = [entriesOf(before), entriesOf(after)];
  if (a === null || b === null || Array.isArray(before) !== Array.isArray(after))
    return canonicalJson([before]) === canonicalJson([after]) ? [] : [{ path, before, after }];
  return [...new Set([...a.keys(), ...b.keys()])]
    .sort(byText)
    .flatMap((key) => jsonChanges(a.get(key), b.get(key), path === '' ? key : `${path}.${key}`));
};
