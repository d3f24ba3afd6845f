/** Real stacks for end-to-end tests: own home, free ports, stopped at the end. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../cli/config.ts';
import { root } from '../../cli/paths.ts';
import { createServices, type Services } from '../../cli/services.ts';
import { findStack, type Stack, startStack, stopStack } from '../../cli/stack/stack.ts';

/** The same key in every stack, so that equal drops give equal bytes. */
const SUBJECT_KEY = 'a-key-for-tests-only-0123456789abcdef';

export interface TestStack {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly services: Services;
  /** Runs `assay ARGS --json` and returns its exit code, document and stderr. */
  assay(...args: string[]): Promise<{ code: number; json: unknown; stderr: string }>;
  current(): Promise<Stack>;
  /** kill -9 of one of the stack's processes. */
  kill(name: 'worker' | 's3' | 'temporal' | 'server'): Promise<number>;
  stop(): Promise<void>;
}

export const startTestStack = async (extra: Record<string, string> = {}): Promise<TestStack> => {
  const home = mkdtempSync(join(tmpdir(), 'assay-test-'));
  const env = { ...process.env, ASSAY_HOME: home, ASSAY_SUBJECT_KEY: SUBJECT_KEY, ...extra };
  const stack = await startStack({ home, env, ports: 'free' });
  const services = createServices(parseConfig({ ...env, ...stack.env }));
  const current = async (): Promise<Stack> => {
    const found = await findStack(home);
    if (found === null) throw new Error('the stack is gone');
    return found;
  };
  return {
    home,
    env,
    services,
    current,
    assay: (...args) =>
      new Promise((resolve) => {
        execFile(
          process.execPath,
          ['--disable-warning=ExperimentalWarning', join(root, 'cli/assay.ts'), ...args, '--json'],
          { env, maxBuffer: 1 << 26 },
          (error, stdout, stderr) => {
            const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
            resolve({ code, json: stdout.trim() === '' ? null : JSON.parse(stdout), stderr });
          },
        );
      }),
    kill: async (name) => {
      const { processes } = await current();
      const pid = processes.find((p) => p.name === name)?.pid;
      if (pid === undefined || pid === null) throw new Error(`${name} does not run`);
      process.kill(pid, 'SIGKILL');
      return pid;
    },
    stop: async () => {
      await services.close();
      await stopStack(home);
      rmSync(home, { recursive: true, force: true });
    },
  };
};

/** SHA-256 of every object under a prefix, by key. */
export const digests = async ({ objects }: Services, prefix: string): Promise<Record<string, string>> => {
  const found: Record<string, string> = {};
  for await (const { key } of objects.list(prefix)) {
    found[key] = createHash('sha256')
      .update(await objects.get(key))
      .digest('hex');
  }
  return found;
};
