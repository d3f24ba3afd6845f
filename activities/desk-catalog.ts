/** What the annotation desk reads: a batch's items, a run's questions and guideline, votes and notes by their hashes. Bounded memory. */
import { z } from 'zod';
import { VoteBody } from '../schemas/batch.ts';
import type { WorkSheet } from '../schemas/console.ts';
import { AssayError, isAssayError } from '../schemas/errors.ts';
import { Item } from '../schemas/item.ts';
import { keys } from '../schemas/keys.ts';
import { Questions } from '../schemas/questions.ts';
import { batchOf, readBatch } from './annotation/round.ts';
import { readManifest } from './drop-plan.ts';
import { Kept } from './kept.ts';
import { readPipeline } from './pipeline-file.ts';
import type { ObjectStore, TableStore } from './ports.ts';
import { literal } from './shards.ts';

export interface DeskCatalog {
  item(batch: string, item: string): Promise<Item>;
  sheet(run: string): Promise<Omit<WorkSheet, 'tasks'>>;
  vote(sha256: string): Promise<VoteBody | null>;
  note(sha256: string): Promise<string>;
}

/** Characters of items, and of votes and notes, that stay in memory. */
const MOST = { items: 64 * 1024 ** 2, written: 16 * 1024 ** 2, sheets: 8 * 1024 ** 2 } as const;

/** What lies at `notes/<sha256>.json`. */
const StoredNote = z.object({ text: z.string() });

/** A drop may be written again with another guideline. */
const SHEET_MS = 60_000;

/** A question's wording and choices, where `pipeline.yaml` says nothing its defaults. */
const questionsOf = (given: Partial<Questions>): Questions =>
  Questions.parse(
    Object.fromEntries(Object.keys(Questions.shape).map((task) => [task, given[task as keyof Questions] ?? {}])),
  );

export const createDeskCatalog = ({
  objects,
  tables,
}: {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
}): DeskCatalog => {
  const batches = new Kept<ReadonlyMap<string, Item>>(MOST.items);
  const sheets = new Kept<Omit<WorkSheet, 'tasks'>>(MOST.sheets);
  const written = new Kept<string | null>(MOST.written);

  /** All items of a batch at once: one query, however often people ask for one of them. */
  const itemsOf = async (id: string): Promise<{ value: ReadonlyMap<string, Item>; weight: number }> => {
    const named = batchOf(id);
    if (named === null) throw new AssayError('ASY-4005', { batch: id.slice(0, 80) });
    const { run, round, batch } = named;
    const { items: lines, checks } = await readBatch(objects, run, round, batch);
    const ids = [...lines.map((line) => (typeof line === 'string' ? line : line.id)), ...checks.map(({ id }) => id)];
    const items = await tables.find('items', run);
    if (items === null) throw new AssayError('ASY-1001', { drop: run });
    const found = new Map<string, Item>();
    let weight = 1000;
    if (ids.length > 0) {
      const sql = `SELECT * FROM {items} WHERE id IN (${ids.map(literal).join(', ')})`;
      for await (const row of tables.query(sql, { items })) {
        const item = Item.parse(row);
        found.set(item.id, item);
        weight += JSON.stringify(item).length;
      }
    }
    return { value: found, weight };
  };

  const sheetOf = async (run: string): Promise<{ value: Omit<WorkSheet, 'tasks'>; weight: number }> => {
    const { annotate } = await readPipeline(objects, await readManifest(objects, run));
    const { guideline: version, guidelineFile } = annotate;
    const text =
      guidelineFile === undefined ? '' : (await objects.get(keys.dropFile(run, guidelineFile))).toString('utf8');
    const value = {
      run,
      guideline: { version, text },
      questions: questionsOf(annotate.questions),
      session: annotate.session ?? null,
    };
    return { value, weight: JSON.stringify(value).length };
  };

  /** The text at a key; null where it is gone (an erasure). */
  const read = (key: string) =>
    written.get(key, async () => {
      try {
        const text = (await objects.get(key)).toString('utf8');
        return { value: text, weight: text.length };
      } catch (error) {
        if (isAssayError(error) && error.code === 'ASY-3002') return { value: null, weight: 100 };
        throw error;
      }
    });

  return {
    async item(batch, id) {
      const of = async () => (await batches.get(batch, () => itemsOf(batch))).get(id);
      let item = await of();
      if (item === undefined) {
        // A drop that was written again has other items in a batch of the same name.
        batches.forget(batch);
        item = await of();
      }
      if (item === undefined) throw new AssayError('ASY-6004', { item: id.slice(0, 80), dataset: batch });
      return item;
    },
    sheet: (run) => sheets.get(`${run}\n${Math.floor(Date.now() / SHEET_MS)}`, () => sheetOf(run)),
    async vote(sha256) {
      const text = await read(keys.vote(sha256));
      return text === null ? null : VoteBody.parse(JSON.parse(text));
    },
    async note(sha256) {
      const text = await read(keys.note(sha256));
      return text === null ? '' : StoredNote.parse(JSON.parse(text)).text;
    },
  };
};
