import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { attributes } from '../../workflows/search-attributes.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The Temporal CLI that set-up installed, or the one on PATH. */
export const temporalCli = (): string => {
  const places = [join(root, '.tools/bin'), ...(process.env['PATH'] ?? '').split(delimiter)];
  const found = places.map((place) => join(place, 'temporal')).find((file) => existsSync(file));
  if (found === undefined) throw new Error('no temporal CLI: run `make setup`');
  return found;
};

/** A real dev server on a free port, with Assay's search attributes. */
export const startTemporal = (): Promise<TestWorkflowEnvironment> => {
  hush();
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: temporalCli() },
      searchAttributes: Object.values(attributes),
      log: { format: 'pretty', level: 'error' },
    },
  });
};

/** Tests read assertions, not worker chatter. */
const logger = new DefaultLogger('ERROR', (entry) => process.stderr.write(`${entry.message}\n`));

let quiet = false;
export const hush = (): void => {
  if (!quiet) Runtime.install({ logger });
  quiet = true;
};

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;

/** Workflow code, bundled once per test process. */
export const workflowBundle = (): Promise<WorkflowBundleWithSourceMap> =>
  (bundle ??= bundleWorkflowCode({
    workflowsPath: join(root, 'workflows/index.ts'),
    logger,
  }));
