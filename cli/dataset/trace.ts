/** `assay dataset trace`: from a row back to its line and votes, or from a line, a vote or a drop to the rows they reached. */
import { type Command, InvalidArgumentError } from 'commander';
import { type ItemTrace, type Reached, type Start, trace } from '../../activities/dataset/trace.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { Context } from '../context.ts';
import { counted } from '../output.ts';
import { withServices } from '../services.ts';

interface Options {
  readonly row?: Start;
  readonly item?: Start;
  readonly line?: Start;
  readonly vote?: Start;
  readonly drop?: Start;
  readonly version?: string;
}

/** The one start that was named; a row is one of a named dataset. */
const startOf = (name: string | undefined, { row, item, line, vote, drop }: Options): Start => {
  const [start, ...others] = [row, item, line, vote, drop].filter((each) => each !== undefined);
  const usage = (reason: string) => new AssayError('ASY-9005', { reason: `dataset trace: ${reason}` });
  if (start === undefined || others.length > 0) throw usage('name one of --row, --item, --line, --vote and --drop');
  if (name === undefined && (start.kind === 'row' || start.kind === 'item'))
    throw usage(`--${start.kind} needs the name of a dataset`);
  return start;
};

/** `PATH:N`, N from 1. */
const placed = (text: string): { readonly path: string; readonly row: number } => {
  const [, path, row] = /^(.+):([1-9]\d*)$/.exec(text) ?? [];
  if (path === undefined) throw new InvalidArgumentError('it ends in a colon and a number from 1');
  return { path, row: Number(row) };
};

const lineOf = (text: string): Start => {
  const { path, row } = placed(text);
  const at = path.indexOf(':');
  if (at < 1) throw new InvalidArgumentError('DROP:FILE:N');
  return { kind: 'line', drop: path.slice(0, at), file: path.slice(at + 1), row };
};

const itemLines = ({ item, source, row, decision, votes, scores, model, guidelines, exports }: ItemTrace): string[] => [
  `  ${item} from ${source.drop}, ${source.file}:${source.row} (${source.license})`,
  `    ${row === null ? `not selected: ${decision.step}, ${decision.reason}` : `${row.path}:${row.row}`}`,
  `    ${counted(votes.length, 'vote')}${guidelines.length === 0 ? '' : ` under guideline ${guidelines.join(', ')}`}, ${counted(scores.length, 'score')}${
    scores.length === 0 || model === null ? '' : ` by ${model.name} ${model.version}`
  }`,
  ...(exports.length === 0 ? [] : [`    ${exports.map(({ format, rows }) => `${format}: ${rows}`).join(', ')}`]),
];

const text = ({ start, datasets }: { readonly start: string; readonly datasets: readonly Reached[] }): string =>
  datasets
    .flatMap(({ name, version, items, selected, traces }) => [
      `${start} → ${name} ${version}: ${counted(items, 'item')}, ${selected} selected`,
      ...traces.flatMap(itemLines),
      ...(items > traces.length ? [`  … and ${items - traces.length} more`] : []),
    ])
    .join('\n');

export const registerTrace = (dataset: Command, context: Context): void => {
  dataset
    .command('trace')
    .description('from a row back to its source line, votes and scores, or from these to the rows they reached')
    .argument('[name]', 'one dataset; without it all of them')
    .option(
      '--row <path:n>',
      'FORMAT/FILE:N of an export, or data/FILE:N',
      (row) => ({ kind: 'row', ...placed(row) }) as Start,
    )
    .option('--item <id>', 'its id, or the id its producer gave', (item): Start => ({ kind: 'item', item }))
    .option('--line <drop:file:n>', 'a line of a drop’s file', lineOf)
    .option('--vote <id>', 'an annotation’s id', (vote): Start => ({ kind: 'vote', vote }))
    .option('--drop <name>', 'all of a drop', (drop): Start => ({ kind: 'drop', drop }))
    .option('--version <version>', 'another than the one that stands')
    .action(async (name: string | undefined, options: Options) => {
      const start = startOf(name, options);
      await withServices(await context.config(), async (services) => {
        context.output.result(await trace(services, start, { name, version: options.version }), text);
      });
    });
};
