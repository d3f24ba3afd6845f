/** `card.md` of a head: what it is, what it was measured on, and what it cannot do. */
import type { Accuracy } from '../../models/metrics/preference.ts';
import type { HeadEvaluation, SliceTable } from '../../models/training/evaluation.ts';
import type { LeftOutTable } from '../../models/trust/leave-one-out.ts';
import type { RobustnessBeside } from '../../models/trust/robustness.ts';
import type { TransferMatrix } from '../../models/trust/transfer-matrix.ts';
import { type KindReport, mapColumns, mapRows } from '../../schemas/map-report.ts';
import { HEAD_KINDS, type HeadManifest } from '../../schemas/model.ts';
import { underAttackText } from './card-attacks.ts';
import { limitsOf } from './card-limits.ts';
import { accuracyOf, fixed, interval, percent, plain, section, table } from './card-text.ts';

/** Slices shown of each table, the largest; the rest is in eval.json. */
const MOST_SLICES = 20;

const intro = ({ kind, encoder }: HeadManifest): string =>
  `${HEAD_KINDS[kind]} on the frozen encoder \`${encoder.id}\` (revision \`${encoder.revision}\`, ${encoder.dims} features), exported as ` +
  `ONNX with its standardisation and calibration inside: input \`features\` [n, ${encoder.dims}] float32, output \`reward\` [n]. ` +
  (kind === 'binary' || kind === 'process'
    ? 'σ(reward) is the probability that a response (or step) is good.'
    : 'σ(reward(a) − reward(b)) is the probability that a is preferred.');

const quality = ({ metrics }: HeadManifest, evaluation: HeadEvaluation): string =>
  table([
    [`of ${metrics.n} validation ${evaluation.counts}`, 'head', `baseline: ${evaluation.baseline}`],
    [
      'accuracy (95 % Wilson)',
      `${fixed(metrics.accuracy)} (${interval(metrics.accuracyCi)})`,
      fixed(metrics.lengthOnlyAccuracy),
    ],
    [
      `head less baseline (95 % bootstrap over ${evaluation.gain.groups} groups)`,
      `${fixed(evaluation.gain.value)} (${interval(evaluation.gain.ci)})`,
      fixed(0),
    ],
    ['accuracy in training', fixed(metrics.trainAccuracy), '–'],
  ]);

const calibration = ({ metrics }: HeadManifest, { calibration: { before, after } }: HeadEvaluation): string =>
  `${table([
    ['', 'before', 'after'],
    ['expected calibration error (15 bins)', fixed(before.ece), fixed(after.ece)],
    ['Brier score', fixed(before.brier), fixed(after.brier)],
    ['negative log-likelihood', fixed(before.nll), fixed(after.nll)],
  ])}

Temperature ${fixed(metrics.temperature)}, fitted on training examples by heads that did not see their groups (five folds); validation had no part in it. ![reliability diagram](reliability.svg)`;

const slices = ({ by, slices: all, worst, maxGap }: SliceTable, baseline: string): string => {
  const shown = [...all].sort((a, b) => b.n - a.n).slice(0, MOST_SLICES);
  const rest = all.length - shown.length;
  return `${table([
    [`by ${by}`, 'n', 'accuracy (95 % Wilson)', baseline],
    ...shown.map(({ value, n, accuracy, ci, baseline: other }) => [
      value,
      n,
      accuracyOf({ accuracy, ci }),
      fixed(other),
    ]),
  ])}

${all.length < 2 ? 'There is no other.' : `Worst: ${plain(worst)}; ${fixed(maxGap)} below the best.`}${rest > 0 ? ` ${rest} smaller ones are in eval.json.` : ''}`;
};

/** Languages and sources always; other cuts where there is something to compare. */
const worthShowing = ({ by, slices: all }: SliceTable): boolean =>
  by === 'language' || by === 'source' || all.length > 1;

const correlation = (value: number | null, ci: readonly [number, number] | null): string =>
  `${fixed(value)}${ci === null ? '' : ` (${interval(ci)})`}`;

const mapTables = (kinds: readonly KindReport[]): string =>
  kinds.map((kind) => table([mapColumns(kind), ...mapRows(kind)])).join('\n\n');

/** Maps and misaligned words of a rich-feedback head on validation images; empty for other heads. */
const heatmaps = ({ metrics: { keywords } }: HeadManifest, { maps }: HeadEvaluation): string =>
  [
    ...(maps === undefined || maps.kinds.length === 0 ? [] : [mapTables(maps.kinds)]),
    ...(keywords === undefined
      ? []
      : [
          `Misaligned words of ${keywords.n} prompts: precision ${fixed(keywords.precision)}, recall ${fixed(keywords.recall)}, F1 ${fixed(keywords.f1)}.`,
        ]),
  ].join('\n\n');

const leftOut = ({ by, rows, maps, skipped }: LeftOutTable, baseline: string): string => {
  const heading = [`fitted without this ${by}`, 'n', 'accuracy on it (95 % Wilson)', baseline];
  const held = rows.map(({ held: value, n, baseline: other, ...right }) => [value, n, accuracyOf(right), fixed(other)]);
  return [
    ...(held.length === 0 ? [] : [table([heading, ...held])]),
    ...maps.map(({ held: value, kinds }) => `Maps, fitted without ${plain(value)}:\n\n${mapTables(kinds)}`),
    ...skipped.map(({ value, reason }) => `Not held out: ${plain(value)} (${reason}).`),
  ].join('\n\n');
};

/** One row per value trained on, one column per value tested on, and below them the baseline. */
const transferred = ({ by, cells, skipped }: TransferMatrix, baseline: string): string => {
  const [trained, tested] = [cells.map(({ trainOn }) => trainOn), cells.map(({ testOn }) => testOn)].map((values) => [
    ...new Set(values),
  ]) as [string[], string[]];
  const cellOf = (from: string | undefined, to: string) =>
    cells.find(({ trainOn, testOn }) => trainOn === from && testOn === to);
  const rows = trained.map((from) => [
    from,
    ...tested.map((to) => {
      const cell = cellOf(from, to);
      return cell === undefined ? '–' : accuracyOf(cell);
    }),
  ]);
  const baselines = tested.map((to) => fixed(cellOf(trained[0], to)?.baseline ?? null));
  const counts = tested.map((to) => cellOf(trained[0], to)?.n ?? 0);
  return [
    ...(cells.length === 0
      ? []
      : [
          table([
            [`fitted on this ${by} alone`, ...tested.map((to) => `on ${plain(to)}`)],
            ...rows,
            [baseline, ...baselines],
            ['n', ...counts],
          ]),
        ]),
    ...skipped.map(({ value, reason }) => `Not fitted on alone: ${plain(value)} (${reason}).`),
  ].join('\n\n');
};

const shareOf = (right: Accuracy): string =>
  right.n === 0 ? 'none, for there is none' : `${accuracyOf(right)} of ${right.n}`;

const lengthAndStyle = ({ length, styleShare }: HeadEvaluation): string[] => [
  ...(length === null
    ? []
    : [
        `Where the winner is the longer response it is right in ${shareOf(length.winnerLonger)}; where it is the shorter, in ${shareOf(length.winnerShorter)}.`,
        `Correlation of reward and log length within pairs: ${length.correlation === null ? 'none to speak of' : fixed(length.correlation)}. Length coefficient: head ${fixed(length.coefficient.head)}, labels ${fixed(length.coefficient.labels)}; further from 0 than the labels’, the head leans on length more than people did.`,
      ]),
  ...(styleShare === null ? [] : [`Style features alone explain ${percent(styleShare)} of its reward differences.`]),
];

const distribution = ({ ood, meanStd }: HeadEvaluation): string[] => [
  ...(ood === null
    ? ['It measures no distance: scores are never flagged.']
    : [
        `A score is flagged where the Mahalanobis distance of its features to the training features is above ${fixed(ood.threshold)} (the ${ood.quantile} quantile of validation distances): ${percent(ood.trainShare)} of training rows and ${percent(ood.validationShare)} of validation rows are.`,
      ]),
  ...(meanStd === null ? [] : [`Mean spread over the members of the ensemble on validation rows: ${fixed(meanStd)}.`]),
];

const made = (
  { data, hyperparameters, metrics }: HeadManifest,
  { contradictoryPairs, notes }: HeadEvaluation,
): string =>
  [
    `- ${metrics.trainPairs} training examples; every pair, with its items and its split, is in \`pairs.parquet\``,
    ...Object.entries(data).map(([name, digest]) => `- ${name} \`${digest}\``),
    `- hyperparameters ${Object.entries(hyperparameters)
      .map(([key, value]) => `${key} = ${value}`)
      .join(', ')}`,
    `- contradictory training pairs (in the data both ways round; kept, they cancel): ${contradictoryPairs}`,
    ...notes.map((note) => `- ${plain(note)}`),
  ].join('\n');

/** What was measured of other heads beside it. */
export interface Beside {
  readonly leftOut?: readonly LeftOutTable[];
  readonly transfer?: TransferMatrix | undefined;
  readonly robustness?: RobustnessBeside | null;
}

/** The card. Every table of accuracies has the baseline on the same examples beside it. */
export const headCard = (
  manifest: HeadManifest,
  evaluation: HeadEvaluation,
  { leftOut: left = [], transfer, robustness = null }: Beside = {},
): string => {
  const parts = [
    `# Reward head ${manifest.name} ${manifest.version}`,
    intro(manifest),
    section('Trained on', made(manifest, evaluation)),
    section('Quality', quality(manifest, evaluation)),
    section('Heatmaps', heatmaps(manifest, evaluation)),
    section('Calibration', calibration(manifest, evaluation)),
    section(
      'Where it is better and worse',
      ...evaluation.slices.filter(worthShowing).map((each) => slices(each, evaluation.baseline)),
    ),
    section('On what it was not fitted on', ...left.map((each) => leftOut(each, evaluation.baseline))),
    section('From one to another', transfer === undefined ? '' : transferred(transfer, evaluation.baseline)),
    section('Under attack', robustness === null ? '' : underAttackText(robustness)),
    section(
      'Aspects',
      evaluation.aspects.length === 0
        ? ''
        : table([
            ['aspect', 'n', 'root mean squared error', 'of always saying the mean', 'PLCC (95 %)', 'SRCC (95 %)'],
            ...evaluation.aspects.map((each) => [
              each.aspect,
              each.n,
              fixed(each.rmse),
              fixed(each.rmseOfMean),
              correlation(each.pearson, each.ci.pearson),
              correlation(each.spearman, each.ci.spearman),
            ]),
          ]),
    ),
    section('Length and style', lengthAndStyle(evaluation).join('\n')),
    section('Out of distribution', distribution(evaluation).join('\n')),
    section(
      'Limits',
      limitsOf(manifest, evaluation)
        .map((limit) => `- ${limit}`)
        .join('\n'),
    ),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
};
