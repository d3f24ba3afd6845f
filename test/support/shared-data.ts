import { existsSync, readFileSync } from 'node:fs';
import type { RatingRow } from '../../models/agreement/report.ts';

type Cells = Readonly<Record<string, string | number>>;

interface Source {
  readonly file: string;
  readonly row: (cells: Cells) => RatingRow;
  readonly truth?: (cells: Cells) => string;
}

const snow = (file: string): Source => ({
  file: `CrowdTruth__CrowdTruth-core/${file}`,
  row: ({ orig_id, worker, response }) => ({
    item: String(orig_id),
    annotator: String(worker),
    value: String(response),
  }),
  truth: ({ gold }) => String(gold),
});

/** Recorded votes, openly licensed, that are too large for this repository (bench/aggregation.ts says where they are from). */
const SOURCES = {
  rte: snow('rte_labels.jsonl'),
  temp: snow('temp_labels.jsonl'),
  dsg: {
    file: 'linzhiqiu__t2v_metrics/dsg_tifa160_anns.base.jsonl',
    row: ({ model, item_id, worker, answer }) => ({
      item: `${model} ${item_id}`,
      annotator: String(worker),
      value: Number(answer),
    }),
  },
} as const satisfies Record<string, Source>;

export type SharedSet = keyof typeof SOURCES;

export interface SharedVotes {
  readonly rows: readonly RatingRow[];
  readonly truth: ReadonlyMap<string, string>;
}

/** Votes of a set that lies in the folder `shared/data` beside this checkout; null where it does not. */
export const sharedVotes = (name: SharedSet): SharedVotes | null => {
  const source: Source = SOURCES[name];
  const path = new URL(`../../../shared/data/${source.file}`, import.meta.url);
  if (!existsSync(path)) return null;
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  const cells = lines.map((line) => JSON.parse(line) as Cells);
  // One vote a person and item: the first.
  const rows = new Map(
    cells.toReversed().map((row) => [JSON.stringify([source.row(row).item, source.row(row).annotator]), row]),
  );
  const kept = cells.filter(
    (row) => rows.get(JSON.stringify([source.row(row).item, source.row(row).annotator])) === row,
  );
  return {
    rows: kept.map(source.row),
    truth: new Map(
      source.truth === undefined ? [] : kept.map((row) => [source.row(row).item, source.truth?.(row) ?? '']),
    ),
  };
};
