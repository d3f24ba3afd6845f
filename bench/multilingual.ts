/**
 * Multilingual evidence (S244–S247) on real data: transfer tables, learning curves and twins, with n and Wilson 95 % intervals.
 * `node bench/multilingual.ts DATA [--encoder ID] [--l2 X] [--seeds N] [--tasks a,b] [--json]`, DATA being the folder with
 * microsoft__MathOctopus, google-research__url-nlp and sheffieldnlp__mlqe-pe. Wilson takes pairs as independent; pairs of one
 * question or table are not quite, so the intervals are somewhat narrow.
 */
import { parseArgs } from 'node:util';
import { resolveEncoder } from '../models/encoders/index.ts';
import { unitHash } from '../models/hash.ts';
import { splitByGroup } from '../models/split.ts';
import type { TransferCell } from '../models/training/transfer.ts';
import { languageGap, transferTable } from '../models/training/transfer.ts';
import { learningCurves } from './multilingual/curves.ts';
import { openTask } from './multilingual/models.ts';
import type { BenchTask } from './multilingual/pairs.ts';
import { adequacyPairs, numberPairs, operationPairs, restatementPairs, tataPairs } from './multilingual/pairs.ts';
import { twinRows } from './multilingual/twins.ts';

const FOLDS = 5;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    encoder: { type: 'string', default: 'auto' },
    l2: { type: 'string', default: '0.01' },
    seeds: { type: 'string', default: '5' },
    tasks: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const [data] = positionals;
if (data === undefined)
  throw new Error('usage: bench/multilingual.ts DATA [--encoder ID] [--l2 X] [--seeds N] [--tasks a,b]');

const tasks: readonly BenchTask[] = [
  operationPairs(data),
  numberPairs(data),
  restatementPairs(data),
  tataPairs(data),
  adequacyPairs(data),
];
const wanted = values.tasks?.split(',');
const encoder = await resolveEncoder(values.encoder, 'text');
const percent = (value: number): string => (100 * value).toFixed(1);
const range = ([low, high]: readonly [number, number]): string => `${percent(low)} to ${percent(high)}`;
const print = (line: string): void => {
  if (!values.json) console.log(line);
};
const printRow = (cells: readonly string[]): void => print(`| ${cells.join(' | ')} |`);
const printHead = (cells: readonly string[]): void => {
  printRow(cells);
  printRow(cells.map(() => '---'));
};

const foldsOf = (task: BenchTask): Set<string>[] => {
  const folds = Array.from({ length: FOLDS }, () => new Set<string>());
  for (const { group } of task.pairs) folds[Math.floor(unitHash('transfer', group) * FOLDS)]?.add(group);
  return folds;
};

/** Languages across; a row per language trained on, then n, and what the longer answer gives. */
const printTransfer = (cells: readonly TransferCell[], source: string): void => {
  const languages = [...new Set(cells.map(({ testOn }) => testOn))];
  const rowOf = (trainOn: string) => cells.filter((cell) => cell.trainOn === trainOn);
  printHead(['trained on', ...languages]);
  for (const trainOn of new Set(cells.map((cell) => cell.trainOn)))
    printRow([trainOn, ...rowOf(trainOn).map(({ accuracy }) => percent(accuracy))]);
  const own = rowOf(source);
  printRow([`${source}, 95 %`, ...own.map(({ ci }) => range(ci))]);
  printRow(['longer wins', ...own.map(({ baseline }) => percent(baseline))]);
  printRow(['n', ...own.map(({ n }) => String(n))]);
  const { worst, maxGap } = languageGap(own);
  print(`\nTrained on ${source}: worst ${worst?.testOn} ${percent(worst?.accuracy ?? 0)}, gap ${percent(maxGap)}.`);
};

print(`encoder ${encoder.manifest.id} ${encoder.manifest.revision}, l2 ${values.l2}, ${values.seeds} splits`);
for (const task of tasks) {
  if (wanted !== undefined && !wanted.includes(task.name)) continue;
  const models = await openTask(task, encoder, Number(values.l2));
  const groups = new Set(task.pairs.map(({ group }) => group));
  print(`\n## ${task.name}: ${task.shows}\n${task.pairs.length} pairs, ${groups.size} groups\n`);
  const pairs = task.pairs.map(({ language, group, translated, chosen, rejected }) => ({
    language,
    group,
    translated,
    baseline: chosen.length - rejected.length,
  }));
  const cells = await transferTable({ pairs, folds: foldsOf(task), fit: (train) => models.shared(train) });
  printTransfer(cells, task.source);

  const { points, chosen } = await learningCurves(task, models, Number(values.seeds));
  print('');
  printHead(['target pairs', 'model', 'accuracy', '95 %', 'n', 'over scratch', '95 %']);
  for (const p of points)
    printRow([
      p.trained < p.size ? `${p.size} (on average ${p.trained.toFixed(0)})` : String(p.size),
      p.kind,
      percent(p.accuracy),
      range(p.ci),
      p.n.toFixed(0),
      percent(p.overScratch),
      range(p.overScratchCi),
    ]);
  print(`\nShrinkage chosen: ${[...chosen].map(([s, times]) => `${s} ${times}×`).join(', ')}.`);

  const held = splitByGroup(groups, 0.3, 'twins');
  const train = task.pairs.flatMap((pair, i) => (pair.language === task.source && !held.has(pair.group) ? i : []));
  const twins = task.pairs.some(({ translated }) => translated) ? twinRows(task, held, await models.shared(train)) : [];
  if (twins.length > 0) {
    print('');
    printHead(['twins', ...twins.map(({ language }) => language)]);
    printRow(['correlation', ...twins.map(({ correlation }) => correlation?.toFixed(2) ?? '–')]);
    printRow(['distance / to strangers', ...twins.map(({ distance }) => distance.toFixed(2))]);
    printRow(['n', ...twins.map(({ n }) => String(n))]);
  }
  if (values.json)
    console.log(
      JSON.stringify({
        encoder: encoder.manifest.id,
        revision: encoder.manifest.revision,
        task: task.name,
        cells,
        points,
        chosen: Object.fromEntries(chosen),
        twins,
      }),
    );
}
