import type { Readable } from 'node:stream';

/** Where an export goes: paths inside a folder, made of fixed names and hashes. Nothing is seen there before all of it is written. */
export interface OutFolder {
  append(path: string, text: string): Promise<void>;
  put(path: string, bytes: Readable): Promise<void>;
}

/** Counts by reason. */
export const createCounts = () => {
  const counts = new Map<string, number>();
  return {
    add: (reason: string): void => void counts.set(reason, (counts.get(reason) ?? 0) + 1),
    end: (): Record<string, number> => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
};

/** What one format's writer is given: items with what was said of them, as often as it looks, and where to put it. */
export interface Exporting<T> {
  readonly said: () => AsyncIterable<T>;
  readonly out: OutFolder;
  /** What a field says where a medium's file of this name lies. */
  readonly address: (name: string) => string;
  /** Label Studio: tells people beside the forms instead of in them. */
  readonly withoutPeople?: boolean | undefined;
}

/** Annotations that the form does not show, by reason. */
export type LeftOut = Readonly<Record<string, number>>;

/** The reason where a statement stands under `assay` only. */
export const onlyBeside = (task: string): string => `${task}: under assay only`;
