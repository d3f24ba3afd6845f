/** The configuration to work with, starting the local stack where a command promises to. */

import { AssayError } from '../schemas/errors.ts';
import type { Config } from './config.ts';
import { loadConfig } from './config.ts';
import type { Context } from './context.ts';
import { homeOf } from './paths.ts';
import { describeProgress } from './stack/progress.ts';
import { startStack } from './stack/stack.ts';

/** The running stack's configuration; with `start`, a stack is started when there is none. It is left running. */
export const ensureStack = async (context: Context, start: boolean): Promise<Config> => {
  const config = await context.config();
  if (config.located) return config;
  if (!start) throw new AssayError('ASY-9004');
  context.output.warn('starting the local stack (stop it with `assay down`)');
  await startStack({
    home: homeOf(context.env),
    env: context.env,
    onProgress: describeProgress((line) => context.output.progress(line)),
  });
  return loadConfig(context.env);
};
