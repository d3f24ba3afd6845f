/** `assay dataset rollback`: another version stands for the name, byte for byte as it was. */
import type { Command } from 'commander';
import { rollback } from '../../activities/dataset/releases.ts';
import type { Context } from '../context.ts';
import { personOf } from '../person.ts';
import { withServices } from '../services.ts';

interface Options {
  readonly to?: string;
  readonly by: string;
  readonly note: string;
}

export const registerRollback = (dataset: Command, context: Context): void => {
  const { output } = context;
  dataset
    .command('rollback')
    .description('let the version that stood for a name before stand for it again')
    .argument('<name>')
    .option('--to <version>', 'another than the one before, earlier or later')
    .option('--by <name>', 'who decides', personOf(context))
    .option('--note <text>', 'why', '')
    .action(async (name: string, { to, by, note }: Options) =>
      withServices(await context.config(), async ({ objects }) => {
        const done = await rollback(objects, { name, to: to ?? null, by, note });
        output.result({ name, ...done }, (d) =>
          [
            `${d.name} is ${d.version} again, byte for byte as it was, instead of ${d.previous}`,
            `To undo it: \`assay dataset rollback ${d.name} --to ${d.previous}\``,
          ].join('\n'),
        );
      }),
    );
};
