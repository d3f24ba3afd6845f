/** `assay model promote`: which version of a head serves, through the gate. */
import type { Command } from 'commander';
import { promote } from '../../activities/training/promote.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { Context } from '../context.ts';
import { personOf } from '../person.ts';
import { withServices } from '../services.ts';

interface Options {
  readonly by: string;
  readonly note: string;
  readonly force?: boolean;
}

export const registerPromote = (model: Command, context: Context): void => {
  const { output } = context;
  model
    .command('promote')
    .description('let a version of a head serve, unless it is worse than the serving one beyond noise')
    .argument('<name>')
    .argument('<version>')
    .option('--force', 'whatever the gate says; the record has both')
    .option('--by <name>', 'who decides', personOf(context))
    .option('--note <text>', 'why', '')
    .action(async (name: string, version: string, { force = false, by, note }: Options) =>
      withServices(await context.config(), async (services) => {
        const { promoted, reason } = await promote(services, { name, version, by, note, force });
        if (!promoted) throw new AssayError('ASY-5016', { model: `${name} ${version}`, reason });
        output.result({ name, version, promoted, reason }, (d) => `${d.name} ${d.version} serves: ${d.reason}`);
      }),
    );
};
