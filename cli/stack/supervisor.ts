/** The supervisor process: `node supervisor.ts <plan as JSON>`. Detached from whoever started it; ends on SIGTERM, children first. */
import { mkdirSync } from 'node:fs';
import { z } from 'zod';
import { isAssayError } from '../../schemas/errors.ts';
import { stackFiles } from '../paths.ts';
import { urlsOf, withoutForeign } from './client-env.ts';
import { identify } from './identity.ts';
import type { Patience } from './process-spec.ts';
import { readSecrets } from './secrets.ts';
import { services } from './services.ts';
import { Ports, removeState, type StackState, writeState } from './state.ts';
import { supervise } from './supervise.ts';

/** What a supervisor is told: no secrets, because arguments are shown to every user of the machine. */
export const Plan = z.object({
  home: z.string(),
  ports: Ports,
  tools: z.object({ temporal: z.string(), versitygw: z.string() }),
  assay: z.array(z.string()).min(1),
  patience: z.record(z.string(), z.number()).optional(),
});
export type Plan = z.infer<typeof Plan>;

/** Runs the stack until a signal ends it. Returns the exit code. */
const run = async (plan: Plan): Promise<number> => {
  const { home, ports } = plan;
  const files = stackFiles(home);
  const secrets = readSecrets(home);
  const self = identify(process.pid);
  if (secrets === null || self === null) throw new Error('the home folder was not prepared');
  mkdirSync(files.logs, { recursive: true });

  const signalled = new Promise<'signal'>((done) => {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => done('signal'));
  });

  const state: StackState = {
    version: 1,
    ...self,
    status: 'starting',
    error: null,
    home,
    ports,
    urls: urlsOf(ports),
    processes: [],
    logs: files.logs,
  };
  const save = () => writeState(state);
  const supervision = supervise(services({ ...plan, secrets, env: withoutForeign(process.env) }), {
    log: files.log,
    patience: plan.patience as Partial<Patience> | undefined,
    changed: (processes) => {
      state.processes = processes;
      save();
    },
  });
  state.processes = supervision.processes();
  save();

  const stop = async (status: 'stopping' | 'failed') => {
    if (status === 'stopping') state.status = status;
    save();
    await supervision.stop();
  };

  try {
    const first = await Promise.race([supervision.ready, signalled]);
    if (first !== 'signal') {
      state.status = 'running';
      save();
      await signalled;
    }
  } catch (error) {
    state.error = isAssayError(error)
      ? { name: String(error.details['name']), reason: String(error.details['reason']) }
      : { name: 'supervisor', reason: String(error) };
    console.error(error);
    await stop('failed');
    state.status = 'failed';
    save();
    return 1;
  }
  await stop('stopping');
  removeState(home);
  return 0;
};

if (import.meta.main) process.exit(await run(Plan.parse(JSON.parse(process.argv[2] ?? 'null'))));
