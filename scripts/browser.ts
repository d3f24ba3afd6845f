/** What `make test` needs beside `make setup`: a browser. `node scripts/browser.ts`; exits 1 with ASY-9001 where none can be had. */
import { toolsOf } from '../cli/paths.ts';
import { isAssayError } from '../schemas/errors.ts';
import { obtainChromium } from './tools/browser.ts';
import { createProgress } from './tools/progress.ts';

try {
  await obtainChromium({ env: process.env, toolsDir: toolsOf(process.env) }, createProgress(process.stdout));
} catch (error) {
  if (!isAssayError(error)) throw error;
  process.stderr.write(`${error.code} ${error.name}: ${error.message}\n`);
  process.exitCode = 1;
}
