/**
 * What attacks on the rejected response do to Bradley–Terry heads, and what fitting on attacked twins does about it (S219, S298):
 * `node bench/attacks.ts FILE… [--encoders hashed-ngrams,static-e5]`, files as `assay model train` reads them or LLMBar's rows
 * {input, output_1, output_2, label}. Prints a Markdown table per encoder and file, and the paired gains.
 *
 * Five folds of groups: every pair is judged once, by heads that saw no pair of its group. "Twins of other attacks" counts each
 * attack under a head whose twins were made by the other half of the attacks: it was fitted on nothing like it. The last row
 * attacks the good response: a head that learnt to mark down what attacked text looks like falls there.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { Progress } from '../activities/ports.ts';
import { drawPairs } from '../activities/training/draw-pairs.ts';
import { encodeFile, type ResponseText, readTrainingFile } from '../activities/training/file-set.ts';
import { trainingSet } from '../activities/training/set.ts';
import { withTwins } from '../activities/training/twins.ts';
import { headJudge, lengthJudge, underAttack } from '../activities/training/under-attack.ts';
import { type Encoder, resolveEncoder } from '../models/encoders/index.ts';
import { unitHash } from '../models/hash.ts';
import { openHead } from '../models/heads/head.ts';
import { outcomesOf, shareRight } from '../models/metrics/preference.ts';
import type { HeadConfig, TrainingPair, TrainingSet } from '../models/training/examples.ts';
import { trainHead } from '../models/training/head.ts';
import { ATTACK_NAMES, type AttackName, REAL_ATTACKS } from '../models/trust/attacks.ts';
import { bootstrapMean, type Estimate, pairedDifference } from '../models/trust/bootstrap.ts';
import { attackedOutcomes, robustnessBeside, type UnderAttack } from '../models/trust/robustness.ts';

const FOLDS = 5;
const config: HeadConfig = {
  objective: 'bradley-terry',
  margin: 'none',
  flips: 'ignore',
  l2: 0.01,
  ensemble: { members: 1, combine: 'mean', lambda: 1 },
  languages: { heads: 'shared', shrinkage: 'auto', temperature: 1 },
  aspects: {},
  oodQuantile: 0.95,
  seed: 0,
};
const progress: Progress = {
  heartbeat: () => undefined,
  last: undefined,
  cancelled: new AbortController().signal,
};

interface Data {
  readonly set: TrainingSet;
  readonly texts: readonly ResponseText[];
}

/** LLMBar's rows as preferences, none where both responses are one; others as they are. */
const preference = (line: string): string => {
  const row = JSON.parse(line) as Record<string, unknown>;
  if (row['output_1'] === undefined) return line;
  const outputs = [row['output_1'], row['output_2']];
  const [chosen, rejected] = row['label'] === 1 ? outputs : outputs.toReversed();
  return chosen === rejected ? '' : JSON.stringify({ prompt: row['input'], chosen, rejected });
};

const lines = async function* (files: readonly string[]): AsyncGenerator<Buffer> {
  for (const file of files)
    for (const line of readFileSync(file, 'utf8').split('\n'))
      if (line.trim() !== '') yield Buffer.from(`${preference(line)}\n`);
};

const load = async (files: readonly string[], encoder: Encoder): Promise<Data> => {
  const file = await readTrainingFile(lines(files), 'bench');
  const { pairs } = drawPairs(file.labels, file.groupOf, { validation: 0, maxPairs: Number.POSITIVE_INFINITY });
  const { texts, ...matrix } = await encodeFile(file, encoder, progress);
  return { set: trainingSet({ pairs, rows: [] }, matrix), texts };
};

/** Two halves of the attacks: a head told of one is measured on the other. */
const HALVES = [0, 1].map((side) => REAL_ATTACKS.filter((_, i) => i % 2 === side));

/** Differences of the fold's validation pairs by each head, with the rejected response attacked, and with the chosen one. */
const foldUnderAttack = async ({ set, texts }: Data, encoder: Encoder) => {
  const headOf = async (given: TrainingSet) => headJudge(await openHead((await trainHead(given, config)).onnx));
  const withTwinsBy = async (among: readonly AttackName[]) =>
    headOf(await withTwins(set, texts, encoder, progress, among));
  const judges = [await withTwinsBy(REAL_ATTACKS), await headOf(set), lengthJudge];
  for (const half of HALVES) judges.push(await withTwinsBy(half));
  const pairs = set.pairs.filter(({ split }) => split === 'validation');
  const turned = pairs.map((pair) => ({ ...pair, winner: pair.loser, loser: pair.winner }));
  return {
    groups: pairs.map(({ group }) => group),
    rejected: await underAttack(judges, { set, pairs, texts }, encoder, progress),
    chosen: await underAttack(judges, { set, pairs: turned, texts }, encoder, progress),
  };
};
type Fold = Awaited<ReturnType<typeof foldUnderAttack>>;

const joined = (parts: readonly UnderAttack[]): UnderAttack => {
  const join = (of: (part: UnderAttack) => Float64Array) => Float64Array.from(parts.flatMap((part) => [...of(part)]));
  return {
    before: join(({ before }) => before),
    after: Object.fromEntries(
      ATTACK_NAMES.map((name) => [name, join(({ after }) => after[name])]),
    ) as UnderAttack['after'],
  };
};

/** Every pair, judged out of fold. */
const outOfFold = async (data: Data, encoder: Encoder): Promise<Fold> => {
  const folds: Fold[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const side = ({ group }: TrainingPair) =>
      Math.floor(unitHash('fold', group) * FOLDS) === fold ? 'validation' : 'train';
    const pairs = data.set.pairs.map((pair) => ({ ...pair, split: side(pair) }) as const);
    folds.push(await foldUnderAttack({ ...data, set: { ...data.set, pairs } }, encoder));
  }
  const all = (of: (fold: Fold) => readonly UnderAttack[]): UnderAttack[] =>
    (folds[0] === undefined ? [] : of(folds[0])).map((_, k) =>
      joined(folds.flatMap((fold) => of(fold).slice(k, k + 1))),
    );
  return {
    groups: folds.flatMap(({ groups }) => groups),
    rejected: all(({ rejected }) => rejected),
    chosen: all(({ chosen }) => chosen),
  };
};

const share = (value: number): string => value.toFixed(3).replace(/^(-?)0/, '$1');
const within = ([low, high]: readonly [number, number]): string => `[${share(low)}, ${share(high)}]`;
const estimate = ({ value, ci }: Estimate): string => `${share(value)} ${within(ci)}`;
const right = (differences: Float64Array): string => {
  const { accuracy, ci } = shareRight(outcomesOf(differences));
  return `${share(accuracy)} ${within(ci)}`;
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { encoders: { type: 'string', default: 'hashed-ngrams,static-e5' } },
});

/** Each attack under the head that was not told of it; as it is, by the first of the two. */
const unseenOf = (first: UnderAttack, second: UnderAttack): UnderAttack => ({
  before: first.before,
  after: Object.fromEntries(
    ATTACK_NAMES.map((name) => [name, (HALVES[0]?.includes(name) === true ? second : first).after[name]]),
  ) as UnderAttack['after'],
});

const report = (title: string, { groups, rejected, chosen }: Fold): string[] => {
  const [augmented, plain, lengthOnly, first, second] = rejected;
  if (!(augmented && plain && lengthOnly && first && second)) return [];
  const unseen = unseenOf(first, second);
  const columns = [augmented, unseen, plain, lengthOnly];
  const seed = { seed: config.seed };
  const { gain } = robustnessBeside({ augmented, plain, lengthOnly }, groups, config.seed);
  const fromUnseen = pairedDifference(attackedOutcomes(unseen), attackedOutcomes(plain), groups, seed);
  const mean = (under: UnderAttack) => estimate(bootstrapMean(attackedOutcomes(under), groups, seed));
  // The attacked side stands where the loser does: what is right is that it wins.
  const meanChosen = (under: UnderAttack | undefined) =>
    under === undefined
      ? ''
      : estimate(
          bootstrapMean(
            attackedOutcomes(under).map((outcome) => 1 - outcome),
            groups,
            seed,
          ),
        );
  const row = (name: string, cells: readonly string[]) => `| ${name} | ${cells.join(' | ')} |`;
  return [
    `\n${title}: ${groups.length} pairs, accuracy and 95 % interval\n`,
    row('rejected response', ['with twins', 'twins of other attacks', 'without twins', 'length only']),
    '|---|---|---|---|---|',
    row(
      'as it is',
      columns.map(({ before }) => right(before)),
    ),
    ...ATTACK_NAMES.map((name) =>
      row(
        name,
        columns.map(({ after }) => right(after[name])),
      ),
    ),
    row('mean of attacks', columns.map(mean)),
    row('mean of attacks on the chosen one instead', [
      meanChosen(chosen[0]),
      '',
      meanChosen(chosen[1]),
      meanChosen(chosen[2]),
    ]),
    `\nWith twins less without, paired: as they are ${estimate(gain.clean)}, attacked ${estimate(gain.attacked)}; with twins of other attacks, attacked ${estimate(fromUnseen)}.`,
  ];
};

const sets = [...positionals.map((file) => [file]), ...(positionals.length > 1 ? [positionals] : [])];
for (const id of values.encoders.split(',')) {
  const encoder = await resolveEncoder(id, 'text');
  for (const files of sets) {
    const title = `${id}, ${files.map((file) => basename(file)).join(' + ')}`;
    for (const line of report(title, await outOfFold(await load(files, encoder), encoder))) console.log(line);
  }
}
