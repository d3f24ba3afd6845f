/** Workflow code in one file, as workers load it: bundled once for its sources, so that a worker that starts finds it ready. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundle } from '@temporalio/worker';
import { sourcesHash } from '../scripts/tools/sources-hash.ts';
import { root } from './paths.ts';
import { dataConverter } from './temporal.ts';

/** What the code is made of: workflows/ imports schemas/ alone; package files stand for the SDK and the other libraries. */
const SOURCES = ['workflows/**/*.ts', 'schemas/**/*.ts', 'package.json', 'package-lock.json'];

/** Bundling takes some 2.5 s of two cores. */
const bundled = async (): Promise<string> => {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows/index.ts'),
    payloadConverterPath: dataConverter.payloadConverterPath,
    logger: new DefaultLogger('WARN'),
  });
  return code;
};

const readIfThere = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};

/** Code for the sources as they are; what was made of others is removed. An installation that cannot be written to bundles each time. */
export const workflowBundle = async (
  dir: string = join(root, 'dist', 'workflows'),
  sources: string = sourcesHash(root, SOURCES),
  make: () => Promise<string> = bundled,
): Promise<WorkflowBundle> => {
  const file = join(dir, `${sources.slice(0, 16)}.js`);
  const ready = readIfThere(file);
  if (ready !== null) return { code: ready };
  const code = await make();
  try {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true });
    // Workers that start side by side each write their own; the file appears whole.
    const part = `${file}.${process.pid}.part`;
    writeFileSync(part, code);
    renameSync(part, file);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  return { code };
};
