/** `assay dataset diff`: what changed from one version to another. */
import type { Command } from 'commander';
import { type DatasetDiff, diffDatasets } from '../../activities/dataset/diff.ts';
import type { Context } from '../context.ts';
import { table } from '../output.ts';
import { withServices } from '../services.ts';

/** Entries of a list that people are shown. */
const LISTED = 10;

const some = <T>(title: string, entries: readonly T[], all: number, line: (entry: T) => string): string[] =>
  all === 0
    ? []
    : [
        `${title}: ${all}`,
        ...entries.slice(0, LISTED).map((entry) => `  ${line(entry)}`),
        ...(all > LISTED ? [`  … and ${all - LISTED} more`] : []),
      ];

const counts = (title: string, of: DatasetDiff['languages']): string[] =>
  of.length === 0 ? [] : [table([[title, 'a', 'b'], ...of.map(({ value, a, b }) => [value, a, b])])];

const text = (d: DatasetDiff): string =>
  [
    `a: ${d.a.name} ${d.a.version}, ${d.a.rows} rows; b: ${d.b.name} ${d.b.version}, ${d.b.rows} rows`,
    `${d.rows.same} rows are the same, ${d.rows.added} added, ${d.rows.removed} removed, ${d.rows.changed} changed`,
    ...some('added', d.added, d.rows.added, (item) => item),
    ...some('removed', d.removed, d.rows.removed, (item) => item),
    ...some('changed', d.changed, d.rows.changed, ({ item, columns }) => `${item}: ${columns.join(', ')}`),
    ...some('labels turned round', d.flips, d.flipped, ({ item }) => item),
    ...d.moves.map(({ a, b, items }) => `${items} items: ${a ?? 'not seen'} → ${b ?? 'not seen'}`),
    ...some('settings', d.config, d.config.length, changed),
    ...some('made from', d.inputs, d.inputs.length, changed),
    ...counts('language', d.languages),
    ...counts('source', d.sources),
    ...counts('split', d.splits),
  ].join('\n');

const changed = ({ path, before, after }: DatasetDiff['config'][number]): string =>
  `${path}: ${JSON.stringify(before) ?? 'not set'} → ${JSON.stringify(after) ?? 'not set'}`;

export const registerDiff = (dataset: Command, context: Context): void => {
  dataset
    .command('diff')
    .description('rows, labels, decisions, settings and counts that differ between two versions')
    .argument('<a>', 'NAME, or NAME@VERSION')
    .argument('<b>', 'NAME, or NAME@VERSION')
    .action(async (a: string, b: string) =>
      withServices(await context.config(), async (services) => {
        context.output.result(await diffDatasets(services, a, b), text);
      }),
    );
};
