/** `assay link`: signs somebody in without an identity provider. */
import { AssayError } from '../../schemas/errors.ts';
import { LinkRequest, ROLES } from '../../schemas/session.ts';
import type { Context, Register } from '../context.ts';
import { makeLink } from '../identity.ts';

interface Options {
  readonly role: string;
  readonly name: string;
  readonly runs?: string;
}

export const register: Register = (program, context) => {
  program
    .command('link')
    .description('make a link that signs somebody in, once, within ten minutes')
    .requiredOption('--role <roles>', `${ROLES.join(', ')}; several with commas`)
    .requiredOption('--name <name>', 'what they are called; the same name is the same person')
    .option('--runs <drops>', 'only these runs, with commas: an outside reviewer')
    .action((options: Options) => link(context, options));
};

const words = (text: string): string[] => text.split(',').map((word) => word.trim());

const link = async (context: Context, { role, name, runs }: Options): Promise<void> => {
  const person = LinkRequest.safeParse({ roles: words(role), name, runs: runs === undefined ? null : words(runs) });
  if (!person.success) {
    const [issue] = person.error.issues;
    const option = issue?.path[0] === 'roles' ? 'role' : String(issue?.path[0]);
    throw new AssayError('ASY-9005', { reason: `--${option}: ${issue?.message}` });
  }
  const url = await makeLink(await context.config(), person.data);
  context.output.result({ url, ...person.data }, () => url);
};
