/** `assay up`: starts the local stack; in a terminal it stays until Ctrl-C and then stops it. */
import type { Context, Register } from '../context.ts';
import { adminLink } from '../identity.ts';
import { table } from '../output.ts';
import { homeOf, stackFiles } from '../paths.ts';
import { attach } from '../stack/attach.ts';
import { rewardUrlOf } from '../stack/client-env.ts';
import { describeProgress } from '../stack/progress.ts';
import { findStack, type Stack, startStack } from '../stack/stack.ts';

export const register: Register = (program, context) => {
  program
    .command('up')
    .description('start Temporal, S3, the HTTP server and a worker on this machine')
    .option('--detach', 'return when all of it serves (what happens without a terminal anyway)')
    .action((options: { detach?: boolean }) => up(context, options.detach === true));
};

const up = async ({ env, output }: Context, detach: boolean): Promise<void> => {
  const home = homeOf(env);
  const interactive = process.stdout.isTTY && process.stdin.isTTY && !output.json;
  const found = await findStack(home);
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onInterrupt);
  try {
    const stack = await startStack({
      home,
      env,
      signal: interrupt.signal,
      onProgress: describeProgress((line) => output.progress(line)),
    });
    const signIn = await adminLink({ ...env, ...stack.env });
    output.result({ ...document(stack), signIn }, human);
    if (!interactive || detach || found?.status === 'running') return;
    output.progress('\nCtrl-C stops it.');
    await attach(stack.home, interrupt.signal, (line) => output.progress(line));
  } finally {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, onInterrupt);
  }
};

const document = ({ home, status, urls, temporalAddress, processes, logs }: Stack) => ({
  home,
  status,
  urls: { ...urls, reward: rewardUrlOf(urls.api) },
  secrets: stackFiles(home).secrets,
  temporalAddress,
  processes: processes.map(({ name, pid, port }) => ({ name, pid, port })),
  logs,
});

/** `signIn`: a link that signs the reader in as admin, once; null where links are off. */
type Shown = ReturnType<typeof document> & { readonly signIn: string | null };

const human = ({ urls, secrets, temporalAddress, logs, signIn }: Shown): string =>
  table([
    ['console', signIn ?? `${urls.api}/console/`],
    ['Temporal UI', urls.temporalUi],
    ['API', urls.api],
    ['rewards', `${urls.reward} (the token is \`rewardToken\` in ${secrets})`],
    ['S3', urls.s3],
    ['Temporal', temporalAddress],
    ['logs', logs],
  ]);
