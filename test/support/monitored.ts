/** Drops with real tables, each with the day on which it arrived, and a look at them. */
import { createTableStore } from '../../activities/adapters/tables.ts';
import { readMonitor } from '../../activities/monitoring/reading.ts';
import type { MonitorSources } from '../../activities/monitoring/sources.ts';
import type { ObjectStore } from '../../activities/ports.ts';
import { Annotation } from '../../schemas/annotation.ts';
import { Item } from '../../schemas/item.ts';
import { keys } from '../../schemas/keys.ts';
import { Label } from '../../schemas/label.ts';
import { MonitorKind } from '../../schemas/monitor-kinds.ts';
import { Score } from '../../schemas/score.ts';
import { itemOf, textResponse } from './curation.ts';
import { createMemoryObjects } from './memory-objects.ts';
import { noRemotes } from './remote-models.ts';
import { scratch } from './scratch.ts';

export const DAY = 86_400_000;
/** When monitors look. */
export const NOW = Date.UTC(2026, 4, 1);

export interface DropRows {
  readonly items: readonly Item[];
  readonly annotations?: readonly Annotation[];
  readonly labels?: readonly Label[];
  readonly scores?: readonly Score[];
}

export interface Monitored extends MonitorSources {
  /** A drop that arrived so many days before `NOW`. */
  arrive(name: string, daysAgo: number, rows: DropRows): Promise<void>;
  look(watch: object): ReturnType<typeof readMonitor>;
}

export const monitored = (): Monitored => {
  const memory = createMemoryObjects();
  const arrived = new Map<string, number>();
  const objects: ObjectStore = {
    ...memory,
    async *list(prefix) {
      for await (const each of memory.list(prefix)) yield { ...each, modified: arrived.get(each.key) ?? each.modified };
    },
  };
  const tables = createTableStore({ objects, tempDir: scratch() });
  const sources = { objects, tables, remotes: noRemotes };
  return {
    ...sources,
    async arrive(name, daysAgo, { items, annotations = [], labels = [], scores = [] }) {
      const manifest = { name, modality: 'text', format: 'assay', license: 'MIT', purpose: ['test'] };
      await objects.put(keys.dropManifest(name), JSON.stringify(manifest));
      arrived.set(keys.dropManifest(name), NOW - daysAgo * DAY);
      await tables.commit('items', name, [await tables.writeShard('items', Item, items)]);
      if (annotations.length > 0)
        await tables.commit('annotations', name, [await tables.writeShard('annotations', Annotation, annotations)]);
      if (labels.length > 0) await tables.commit('labels', name, [await tables.writeShard('labels', Label, labels)]);
      if (scores.length > 0) await tables.commit('scores', name, [await tables.writeShard('scores', Score, scores)]);
    },
    look: (watch) => readMonitor(sources, MonitorKind.parse(watch), NOW),
  };
};

interface Content {
  readonly prompt?: (row: number) => string;
  readonly responses?: (row: number) => readonly string[];
  readonly language?: (row: number) => string;
}

/** Items of one drop, each with its own prompt. */
export const itemsOf = (
  drop: string,
  n: number,
  { prompt = (row) => `${drop} asks ${row}`, responses = () => ['an answer'], language = () => 'en' }: Content = {},
): Item[] =>
  Array.from({ length: n }, (_, row) =>
    itemOf(drop, row, {
      prompt: [{ role: 'user', content: prompt(row) }],
      responses: responses(row).map((text) => textResponse(text)),
      language: language(row),
    }),
  );

/** A reward of head `reward`, version 1. */
export const scoreOf = (
  item: Pick<Item, 'id'>,
  response: number,
  value: number,
  change: Partial<Score> = {},
): Score => ({
  item: item.id,
  response,
  model: 'reward',
  version: '1',
  aspect: 'preference',
  value,
  std: null,
  ood: null,
  segments: null,
  ...change,
});
