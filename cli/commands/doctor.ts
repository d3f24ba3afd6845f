/** `assay doctor`: what is installed, what is missing and how to get it, what runs. */

import { isAssayError } from '../../schemas/errors.ts';
import { TOOLS, type Tool, type ToolName } from '../../scripts/tools/catalogue.ts';
import { findTool } from '../../scripts/tools/find.ts';
import type { Context, Register } from '../context.ts';
import { table } from '../output.ts';
import { type Env, homeOf, stackFiles, toolsOf } from '../paths.ts';
import { rewardUrlOf } from '../stack/client-env.ts';
import { isRunning } from '../stack/identity.ts';
import { findStack } from '../stack/stack.ts';

interface ToolReport {
  readonly name: string;
  /** Null when it is missing. */
  readonly version: string | null;
  readonly path: string | null;
  readonly required: boolean;
  /** What is wrong and how to get it; null when it is there. */
  readonly problem: string | null;
}

export const register: Register = (program, context) => {
  program
    .command('doctor')
    .description('show what is installed, missing and running')
    .action(() => doctor(context));
};

const doctor = async ({ env, output, exit }: Context): Promise<void> => {
  const tools = [node(), ...(await Promise.all(Object.values(TOOLS).map((tool) => report(tool, env))))];
  const stack = await findStack(homeOf(env));
  const processes = (stack?.processes ?? []).filter(isRunning).map(({ name, pid, port }) => ({ name, pid, port }));
  const ok = tools.every((tool) => tool.problem === null || !tool.required);
  const reward =
    stack === null
      ? null
      : { url: rewardUrlOf(stack.urls.api), token: `rewardToken in ${stackFiles(stack.home).secrets}` };
  output.result({ ok, tools, processes, reward }, human);
  if (!ok) exit(1);
};

const node = (): ToolReport => ({
  name: 'node',
  version: process.versions.node,
  path: process.execPath,
  required: true,
  problem: null,
});

const report = async (tool: Tool, env: Env): Promise<ToolReport> => {
  const name: ToolName = tool.name;
  try {
    const { version, path } = await findTool(name, { env, toolsDir: toolsOf(env) });
    return {
      name,
      version: version === '' ? (tool.pinned ?? '') : version,
      path,
      required: tool.required,
      problem: null,
    };
  } catch (error) {
    if (!isAssayError(error)) throw error;
    return {
      name,
      version: null,
      path: null,
      required: tool.required,
      problem: `${error.details['reason']}; ${tool.hint}`,
    };
  }
};

const human = ({
  ok,
  tools,
  processes,
  reward,
}: {
  ok: boolean;
  tools: ToolReport[];
  processes: { name: string; pid: number; port: number | null }[];
  /** Where OpenRLHF asks for rewards, and where the token is that its URL names. */
  reward: { url: string; token: string } | null;
}): string => {
  const found = tools.map(({ name, version, path, problem, required }) =>
    problem === null ? ['✓', name, version ?? '', path ?? ''] : [required ? '✗' : '–', name, 'missing', problem],
  );
  const running = processes.map(({ name, pid, port }) => [name, `pid ${pid}`, port === null ? '' : `port ${port}`]);
  return [
    table(found),
    '',
    running.length === 0 ? 'The local stack is not running: start it with `assay up`.' : table(running),
    ...(reward === null ? [] : ['', `Rewards for trainers: ${reward.url}`, `ASSAY_REWARD_TOKEN is ${reward.token}.`]),
    '',
    ok ? 'All that is needed is there.' : 'Something needed is missing: run `make setup`.',
  ].join('\n');
};
