/** `assay model ls` and `show`: heads and what they measured. */
import type { Command } from 'commander';
import { listEncoders } from '../../activities/encoder-catalog.ts';
import { listModels } from '../../activities/model-catalog.ts';
import { cardOf, modelReport } from '../../activities/model-report.ts';
import type { ModelReport } from '../../schemas/evaluation.ts';
import type { Context } from '../context.ts';
import { table } from '../output.ts';
import { withServices } from '../services.ts';
import { cardText } from './card-text.ts';

const historyText = (promotions: ModelReport['promotions']): string[] =>
  promotions.length === 0
    ? ['No version of it was ever promoted.']
    : [
        'Promotions and rollbacks, the newest first; the newest holds',
        table([
          ['when (UTC)', 'what', 'version', 'by', 'why', 'note'],
          ...promotions
            .toReversed()
            .map(({ at, kind, version, by, reason, note }) => [
              at === null ? '–' : new Date(at).toISOString().slice(0, 16).replace('T', ' '),
              kind === 'rollback' ? 'rolled back to' : 'promoted',
              version,
              by,
              reason,
              note,
            ]),
        ]),
      ];

export const registerShow = (model: Command, context: Context): void => {
  const { output } = context;
  model
    .command('ls')
    .description('heads and their metrics, and encoders')
    .action(async () =>
      withServices(await context.config(), async ({ objects }) => {
        const models = await listModels(objects);
        const encoders = await listEncoders(objects);
        const heads =
          models.length === 0
            ? 'no heads yet: `assay model train FILE --name NAME`, or push a drop that has preferences'
            : table([
                ['head', 'version', 'serves', 'accuracy', '95 % interval', 'baseline', 'n'],
                ...models.map(({ name, version, promoted, metrics }) => [
                  name,
                  version,
                  promoted ? 'yes' : '',
                  metrics.accuracy.toFixed(3),
                  metrics.accuracyCi.map((end) => end.toFixed(3)).join(' to '),
                  metrics.lengthOnlyAccuracy.toFixed(3),
                  metrics.n,
                ]),
              ]);
        const listed = table([
          ['encoder', 'modality', 'state', 'revision', 'dims', 'licence'],
          ...encoders.map((e) => [e.id, e.modality, e.state, e.revision ?? '-', e.dims ?? '-', e.license]),
        ]);
        output.result({ models, encoders }, () =>
          [
            heads,
            ...(models.length === 0 ? [] : ['', '`assay model show HEAD` says what a head can and cannot do.']),
            '',
            listed,
            '',
            '`assay model pull ENCODER` fetches one that is available.',
          ].join('\n'),
        );
      }),
    );
  model
    .command('show')
    .description('a head: what it is, what it measured, what it cannot do, when it served and why')
    .argument('<name>')
    .option('--version <version>', 'another than the promoted one')
    .action(async (name: string, { version }: { version?: string }) => {
      const config = await context.config();
      await withServices(config, async ({ objects }) => {
        const { manifest, serving, ...report } = await modelReport(objects, name, version);
        const card = output.json ? '' : await cardOf(objects, name, manifest.version);
        output.result({ ...manifest, promoted: serving === manifest.version, serving, ...report }, () =>
          [
            `${name} ${manifest.version} ${serving === manifest.version ? 'serves' : 'does not serve'}`,
            '',
            cardText(card),
            '',
            ...historyText(report.promotions),
            '',
            `Beside its diagram, with links: ${config.api}/models/${name}/${manifest.version}`,
            `Measure it on judgements of your own: \`assay model eval FILE --model ${name} --version ${manifest.version}\``,
          ].join('\n'),
        );
      });
    });
};
