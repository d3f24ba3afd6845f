/** The command line's root: finds the command's file, hands it the context, turns faults into codes and exit codes. */
import { readdirSync, readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { basename, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, CommanderError } from 'commander';
import { AssayError } from '../schemas/errors.ts';
import { type Config, loadConfig } from './config.ts';
import type { Context, Register } from './context.ts';
import { createOutput, exitCodeOf, faultDocument, faultText, strictJson } from './output.ts';
import { type Env, root } from './paths.ts';

const commandsDir = join(import.meta.dirname, 'commands');
const extension = extname(import.meta.filename);

/** Nouns with a file in commands/. */
const nouns = (): string[] =>
  readdirSync(commandsDir)
    .filter((file) => file.endsWith(extension) && !file.endsWith('.d.ts'))
    .map((file) => basename(file, extension))
    .sort();

const load = async (noun: string): Promise<Register> => {
  const module = (await import(pathToFileURL(join(commandsDir, `${noun}${extension}`)).href)) as { register: Register };
  return module.register;
};

/**
 * Whose files to load: one command's for one command, so that it need not wait for DuckDB, ONNX Runtime and the AWS SDK; all of
 * them for the help, which lists them; none for the version. Throws ASY-9005 for a word that is no command.
 */
const wanted = (argv: readonly string[]): readonly string[] => {
  const all = nouns();
  const typed = argv.find((word) => !word.startsWith('-'));
  if (typed === undefined) return argv.some((word) => word === '--version' || word === '-V') ? [] : all;
  if (typed === 'help') return all;
  if (!all.includes(typed))
    throw new AssayError('ASY-9005', { reason: `unknown command ${typed}; there are ${all.join(', ')}` });
  return [typed];
};

/** Runs one command line (without `node` and the script) and returns the exit code. */
export const run = async (argv: readonly string[], env: Env = process.env): Promise<number> => {
  const json = argv.includes('--json');
  const output = createOutput({ json });
  let config: Promise<Config> | undefined;
  let code = 0;
  const context: Context = {
    env,
    output,
    config: () => (config ??= loadConfig(env)),
    exit: (wanted) => {
      code = wanted;
    },
  };
  try {
    const program = createProgram();
    // With a noun, `--version` is its own: a model's or a dataset's.
    if (argv.every((word) => word.startsWith('-'))) program.version(packageVersion());
    for (const noun of wanted(argv)) (await load(noun))(program, context);
    inherit(program);
    if (argv.every((word) => word === '--json')) {
      program.outputHelp();
      return 2;
    }
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (error instanceof CommanderError && error.code === 'commander.help') return 2;
    const fault =
      error instanceof CommanderError
        ? new AssayError('ASY-9005', { reason: error.message.replace(/^error: /, '') })
        : error;
    output.warn(faultText(fault));
    if (json) process.stdout.write(`${strictJson(faultDocument(fault))}\n`);
    return exitCodeOf(fault);
  }
};

const packageVersion = (): string =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;

const createProgram = (): Command =>
  new Command('assay')
    .description('Turns drops of raw human feedback into curated sets a trainer can load, and shows its work.')
    .option('--json', 'print one JSON document instead of text')
    .showHelpAfterError(false);

/** Faults of usage are thrown, not printed and exited, in every command. */
const inherit = (command: Command): void => {
  // What goes to writeErr is the help of a noun typed without a verb.
  command.exitOverride().configureOutput({ outputError: () => undefined });
  for (const child of command.commands) inherit(child);
};

if (import.meta.main) {
  // A quarter of a command's time would go into compiling the same sources again.
  enableCompileCache(join(root, 'dist/compiled'));
  process.exitCode = await run(process.argv.slice(2));
}
