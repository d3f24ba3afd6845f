/** `assay down`: stops the local stack; nothing to stop is no fault. */
import type { Register } from '../context.ts';
import { homeOf } from '../paths.ts';
import { stopStack } from '../stack/stack.ts';

export const register: Register = (program, { env, output }) => {
  program
    .command('down')
    .description('stop the local stack; its data stays')
    .action(async () => {
      const home = homeOf(env);
      const stopped = await stopStack(home);
      output.result({ home, stopped }, () => (stopped ? 'stopped' : 'nothing was running'));
    });
};
