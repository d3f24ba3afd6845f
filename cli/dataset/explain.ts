/** `assay dataset explain`: why an item is in a dataset or not, decided again from what it was made from. */
import type { Command } from 'commander';
import { type Explanation, explainItem } from '../../activities/dataset/explain.ts';
import type { Context } from '../context.ts';
import { wrapped } from '../output.ts';
import { withServices } from '../services.ts';

/** Figures as `name value`, JSON only where a value is more than a number or a word. */
const figures = (values: Explanation['decisions'][number]['values']): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');

const text = (e: Explanation): string =>
  [
    `${e.item} ${e.selected ? 'is in' : 'is not in'} ${e.dataset} ${e.version}`,
    `from ${e.source.drop}, ${e.source.file}:${e.source.row}`,
    ...e.decisions.flatMap(({ step, rule, kept, reason, values, recomputed }) => [
      wrapped(`${recomputed ? '=' : '≠'} ${step}: ${kept ? 'passed' : `out, ${reason}`} (${rule})`, '    '),
      ...(Object.keys(values).length === 0 ? [] : [wrapped(`    ${figures(values)}`)]),
    ]),
    ...e.votes.map(({ source, task, value }) => `${source.kind} ${source.id}: ${task} ${JSON.stringify(value)}`),
    ...e.scores.map(({ response, aspect, value }) => `response ${response}: ${aspect} ${value}`),
    wrapped(
      e.recomputed
        ? 'decided again from its tables and rules: the same'
        : 'decided again from its tables and rules: not the same where ≠ stands',
    ),
  ].join('\n');

export const registerExplain = (dataset: Command, context: Context): void => {
  dataset
    .command('explain')
    .description('why an item is in a dataset or not, back to file and line, decided again')
    .argument('<name>')
    .argument('<item>', 'its id, or the id its producer gave')
    .option('--version <version>', 'another than the one that stands')
    .action(async (name: string, item: string, { version }: { version?: string }) =>
      withServices(await context.config(), async ({ objects, tables }) => {
        context.output.result(await explainItem(objects, tables, name, item, version), text);
      }),
    );
};
