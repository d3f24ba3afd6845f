/** `assay model rollback`: the version that served before serves again, byte for byte. */
import type { Command } from 'commander';
import { rollback } from '../../activities/training/promote.ts';
import type { Context } from '../context.ts';
import { personOf } from '../person.ts';
import { withServices } from '../services.ts';

interface Options {
  readonly to?: string;
  readonly by: string;
  readonly note: string;
}

export const registerRollback = (model: Command, context: Context): void => {
  const { output } = context;
  model
    .command('rollback')
    .description('let the version that served before serve again')
    .argument('<name>')
    .option('--to <version>', 'another than the one before')
    .option('--by <name>', 'who decides', personOf(context))
    .option('--note <text>', 'why', '')
    .action(async (name: string, { to, by, note }: Options) =>
      withServices(await context.config(), async (services) => {
        const done = await rollback(services, { name, to: to ?? null, by, note });
        output.result({ name, ...done }, (d) =>
          [
            `${d.name} ${d.version} serves again, byte for byte as it was, instead of ${d.previous}`,
            `To undo it: \`assay model promote ${d.name} ${d.previous} --force\``,
          ].join('\n'),
        );
      }),
    );
};
