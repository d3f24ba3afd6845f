/**
 * The seam between the command line and its commands. A file `cli/commands/<noun>.ts` that exports
 * `register: Register` is a command: nothing else needs to know of it. Only the file of the noun typed is loaded.
 */
import type { Command } from 'commander';
import type { Config } from './config.ts';
import type { Output } from './output.ts';
import type { Env } from './paths.ts';

export interface Context {
  readonly env: Env;
  /** Made anew for each command, knowing `--json`. */
  readonly output: Output;
  /** The configuration, read when first asked for: from a running local stack, or from the environment. Throws ASY-9006. */
  readonly config: () => Promise<Config>;
  /** Set by a command that must exit non-zero after having printed its result. */
  readonly exit: (code: 0 | 1 | 2) => void;
}

export type Register = (program: Command, context: Context) => void;
