/** `assay model ls` and `show`: heads and what they measured. */
import type { Command } from 'commander';
import { listEncoders } from '../../activities/encoder-catalog.ts';
import { listModels, showModel } from '../../activities/model-catalog.ts';
import type { Context } from '../context.ts';
import { table } from '../output.ts';
import { withServices } from '../services.ts';

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
            ? 'no models yet'
            : table([
                ['name', 'version', 'promoted', 'accuracy', 'baseline', 'n'],
                ...models.map((m) => [
                  m.name,
                  m.version,
                  m.promoted ? 'yes' : 'no',
                  m.metrics.accuracy.toFixed(3),
                  m.metrics.lengthOnlyAccuracy.toFixed(3),
                  m.metrics.n,
                ]),
              ]);
        const listed = table([
          ['encoder', 'modality', 'state', 'revision', 'dims', 'licence'],
          ...encoders.map((e) => [e.id, e.modality, e.state, e.revision ?? '-', e.dims ?? '-', e.license]),
        ]);
        output.result({ models, encoders }, () => `${heads}\n\n${listed}`);
      }),
    );
  model
    .command('show')
    .description('one head’s manifest')
    .argument('<name>')
    .option('--version <version>', 'another than the promoted one')
    .action(async (name: string, { version }: { version?: string }) =>
      withServices(await context.config(), async ({ objects }) => {
        output.result(await showModel(objects, name, version), (m) => JSON.stringify(m, null, 2));
      }),
    );
};
