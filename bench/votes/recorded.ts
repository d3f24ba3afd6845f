/** Recorded votes with known answers, openly licensed: rows `{item, annotator, category}` and the truth by item. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VoteRow } from '../../models/aggregation/vote-table.ts';

export interface Recorded {
  readonly name: string;
  readonly rows: readonly VoteRow[];
  readonly truth: ReadonlyMap<string, string>;
}

type Cells = Readonly<Record<string, string>>;

const lines = (folder: string, file: string): Cells[] | null => {
  const path = join(folder, file);
  if (!existsSync(path)) return null;
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Cells);
};

/** One vote a person and item: the first. */
const once = (rows: readonly VoteRow[]): VoteRow[] => {
  const seen = new Set<string>();
  return rows.filter(({ item, annotator }) => {
    const key = JSON.stringify([item, annotator]);
    return !seen.has(key) && seen.add(key);
  });
};

/** Snow et al. 2008, from CrowdTruth/CrowdTruth-core: textual entailment, order of events. */
const snow = (folder: string, name: string, file: string): Recorded | null => {
  const cells = lines(folder, `CrowdTruth__CrowdTruth-core/${file}`);
  if (cells === null) return null;
  const text = (row: Cells, field: string) => row[field] ?? '';
  return {
    name,
    rows: once(
      cells.map((row) => ({
        item: text(row, 'orig_id'),
        annotator: text(row, 'worker'),
        category: text(row, 'response'),
      })),
    ),
    truth: new Map(cells.map((row) => [text(row, 'orig_id'), text(row, 'gold')])),
  };
};

/** ipeirotis/Get-Another-Label: is this task spam? Some items have a known answer. */
const spam = (folder: string): Recorded | null => {
  const labels = lines(folder, 'ipeirotis__Get-Another-Label/HITspam-UsingCrowdflower_labels.jsonl');
  const gold = lines(folder, 'ipeirotis__Get-Another-Label/HITspam-UsingCrowdflower_gold.jsonl');
  if (labels === null || gold === null) return null;
  return {
    name: 'HITspam',
    rows: once(labels.map(({ item = '', worker = '', label = '' }) => ({ item, annotator: worker, category: label }))),
    truth: new Map(gold.map(({ item = '', gold: answer = '' }) => [item, answer])),
  };
};

/** The sets whose files lie in the folder. */
export const recorded = (folder: string): Recorded[] =>
  [snow(folder, 'RTE', 'rte_labels.jsonl'), snow(folder, 'TEMP', 'temp_labels.jsonl'), spam(folder)].flatMap(
    (set) => set ?? [],
  );
