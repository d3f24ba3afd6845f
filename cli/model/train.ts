/** `assay model train`: a head from a file of judgements, without a drop. */
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { openEncoder } from '../../activities/encoder-catalog.ts';
import { parsePipeline } from '../../activities/pipeline-file.ts';
import { promote } from '../../activities/training/promote.ts';
import { trainFile } from '../../activities/training/train-file.ts';
import { AssayError } from '../../schemas/errors.ts';
import { HeadKind } from '../../schemas/model.ts';
import { PipelineConfig } from '../../schemas/pipeline.ts';
import { Name } from '../../schemas/primitives.ts';
import type { Context } from '../context.ts';
import { personOf } from '../person.ts';
import { loadRemotes } from '../remotes.ts';
import { withServices } from '../services.ts';
import { accuracyText, openTrainingFile, progressOf } from './text.ts';

interface Options {
  readonly name: string;
  readonly objective?: PipelineConfig['train']['objective'];
  readonly encoder?: string;
  readonly pipeline?: string;
  readonly augment?: boolean;
}

const configOf = async (file: string | undefined): Promise<PipelineConfig> => {
  if (file === undefined) return PipelineConfig.parse({});
  try {
    return parsePipeline(await readFile(file, 'utf8'), file);
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    throw new AssayError('ASY-1011', { file, line: 0, column: 0, reason: (cause as Error).message }, { cause });
  }
};

const checkedName = (name: string): string => {
  const parsed = Name.safeParse(name);
  if (!parsed.success) throw new AssayError('ASY-9005', { reason: `--name: ${parsed.error.issues[0]?.message}` });
  return parsed.data;
};

export const registerTrain = (model: Command, context: Context): void => {
  const { output } = context;
  model
    .command('train')
    .description('train a reward head on a file of judgements, and let it serve if it is not worse')
    .argument('<file>', 'JSON Lines of preferences, rankings, ratings, marks or steps')
    .requiredOption('--name <name>', 'name of the head')
    .addOption(new Option('--objective <objective>', 'what it is fitted to').choices(['auto', ...HeadKind.options]))
    .option('--encoder <id>', 'the encoder of its features, or remote/<name> from the file that ASSAY_REMOTES names')
    .option('--pipeline <file>', 'a pipeline.yaml whose `train` and `score.encoder` hold')
    .option('--augment', 'fit on attacked twins of the rejected responses too')
    .action(async (file: string, { name, objective, encoder: id, pipeline, augment }: Options) => {
      const given = await configOf(pipeline);
      const config = { ...given.train, ...(objective === undefined ? {} : { objective }) };
      const named = checkedName(name);
      await withServices(await context.config(), async ({ objects, tables, config: settings }) => {
        const remotes = loadRemotes(settings, context.env);
        const encoder = await openEncoder({ objects, remotes }, id ?? given.score.encoder, 'text');
        const training = { name: named, file: await openTrainingFile(file), encoder, config, augment };
        const { version, kind, metrics } = await trainFile({ objects, tables }, training, progressOf(output));
        const wanted = { name: named, version, by: personOf(context), note: '', force: false };
        const { promoted, reason } = await promote({ objects, tables }, wanted);
        output.result({ name: named, version, objective: kind, metrics, promoted, reason }, (d) =>
          [
            `${d.name} ${d.version}: a ${d.objective} head, fitted on ${metrics.trainPairs} examples`,
            accuracyText(metrics, 'held-out examples'),
            `${d.promoted ? 'promoted' : 'not promoted'}: ${d.reason}`,
            `What it can and cannot do: \`assay model show ${d.name} --version ${d.version}\``,
          ].join('\n'),
        );
      });
    });
};
