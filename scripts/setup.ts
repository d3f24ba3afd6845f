/** Second half of `make setup`, run by scripts/setup.sh once Node and the packages are there: the servers, ffmpeg, the console. */
import { join } from 'node:path';
import { isAssayError } from '../schemas/errors.ts';
import { buildConsole } from './tools/console.ts';
import { obtainFfmpeg, obtainServer } from './tools/install.ts';
import { createProgress } from './tools/progress.ts';

/** Returns the exit code: 1 when something is still missing, after having tried to get everything. */
export const setup = async (env: NodeJS.ProcessEnv, toolsDir: string): Promise<number> => {
  const progress = createProgress(process.stdout);
  const options = { env, toolsDir };
  const faults: unknown[] = [];
  const attempt = (work: Promise<void>) => work.catch((error: unknown) => void faults.push(error));
  await attempt(obtainServer('temporal', options, progress));
  await attempt(obtainServer('versitygw', options, progress));
  await attempt(obtainFfmpeg(options, progress));
  await attempt(buildConsole(join(import.meta.dirname, '..'), progress));
  for (const fault of faults) {
    if (!isAssayError(fault)) throw fault;
    process.stderr.write(`${fault.code} ${fault.name}: ${fault.message}\n`);
  }
  return faults.length === 0 ? 0 : 1;
};

if (import.meta.main) {
  const toolsDir = process.argv[2];
  if (toolsDir === undefined) throw new Error('usage: node scripts/setup.ts TOOLS_DIR');
  process.exitCode = await setup(process.env, toolsDir);
}
