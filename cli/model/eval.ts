/** `assay model eval`: a head measured on the pairs of a file. */
import type { Command } from 'commander';
import { openEncoderOf } from '../../activities/encoder-catalog.ts';
import { openHeadOf, showModel } from '../../activities/model-catalog.ts';
import { measureOnFile, type PairReport } from '../../activities/training/measure.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { Context } from '../context.ts';
import { table } from '../output.ts';
import { loadRemotes } from '../remotes.ts';
import { withServices } from '../services.ts';
import { accuracyText, openTrainingFile, progressOf } from './text.ts';

interface Options {
  readonly model: string;
  readonly version?: string;
  readonly attacks?: boolean;
}

const fixed = (value: number): string => value.toFixed(3);

const sliceText = (by: string, slices: PairReport['languages']): string =>
  table([
    [by, 'n', 'accuracy', '95 % interval', 'length only'],
    ...slices.map(({ value, n, accuracy, ci, baseline }) => [
      value,
      n,
      fixed(accuracy),
      `${fixed(ci[0])} to ${fixed(ci[1])}`,
      fixed(baseline),
    ]),
  ]);

const attackText = (attacks: NonNullable<PairReport['attacks']>): string =>
  table([
    ['attack', 'n', 'accuracy', '95 % interval', 'right before', 'turned round', 'length only'],
    ...attacks.map(({ attack, n, accuracy, ci, held, successRate, lengthOnlyAccuracy }) => [
      attack,
      n,
      fixed(accuracy),
      `${fixed(ci[0])} to ${fixed(ci[1])}`,
      held,
      successRate === null ? '–' : fixed(successRate),
      fixed(lengthOnlyAccuracy),
    ]),
  ]);

const reportText = ({
  calibration: { before, after },
  gain,
  oodShare,
  languages,
  sources,
  attacks,
  ...report
}: PairReport) => [
  `${accuracyText(report, 'pairs')}`,
  `gain over length only ${fixed(gain.value)} (95 % interval over ${gain.groups} groups ${fixed(gain.ci[0])} to ${fixed(gain.ci[1])})`,
  `calibration error ${fixed(before.ece)} before calibration, ${fixed(after.ece)} after; log-likelihood loss ${fixed(before.nll)}, ${fixed(after.nll)}`,
  ...(oodShare === null ? [] : [`${(100 * oodShare).toFixed(1)} % of the responses are out of its distribution`]),
  '',
  sliceText('language', languages),
  '',
  sliceText('source', sources),
  ...(attacks === null ? [] : ['', attackText(attacks)]),
];

export const registerEval = (model: Command, context: Context): void => {
  const { output } = context;
  model
    .command('eval')
    .description('measure a head on the pairs of a file; writes nothing')
    .argument('<file>', 'JSON Lines of preferences, rankings, ratings or marks')
    .requiredOption('--model <name>', 'the head')
    .option('--version <version>', 'another than the promoted one')
    .option('--attacks', 'measure it with the rejected responses rewritten to look better, too')
    .action(async (file: string, { model: name, version: wanted, attacks }: Options) =>
      withServices(await context.config(), async ({ objects, config }) => {
        const { promoted: _, ...manifest } = await showModel(objects, name, wanted);
        const { version, modality, encoder: needed } = manifest;
        if (modality !== 'text') throw new AssayError('ASY-5027', { model: name, modality, needed: 'text' });
        const encoder = await openEncoderOf({ objects, remotes: loadRemotes(config, context.env) }, needed, 'text');
        const head = await openHeadOf(objects, manifest);
        const opened = await openTrainingFile(file);
        const report = await measureOnFile(head, name, opened, encoder, progressOf(output), { attacks });
        output.result({ model: name, version, ...report }, (d) =>
          [`${d.model} ${d.version}`, ...reportText(d)].join('\n'),
        );
      }),
    );
};
