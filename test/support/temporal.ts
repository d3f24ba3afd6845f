import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, type WorkflowBundle } from '@temporalio/worker';
import { root, toolsOf } from '../../cli/paths.ts';
import { workflowBundle as bundleOnce } from '../../cli/workflow-bundle.ts';
import { findTool } from '../../scripts/tools/find.ts';
import { attributes } from '../../workflows/search-attributes.ts';

/** A real dev server on a free port, with Assay's search attributes. */
export const startTemporal = async (): Promise<TestWorkflowEnvironment> => {
  hush();
  const { path } = await findTool('temporal', { env: process.env, toolsDir: toolsOf(process.env) });
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path },
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

/** Workflow code with the SDK's own payload converter, bundled once for its sources. */
export const workflowBundle = (): Promise<WorkflowBundle> =>
  bundleOnce(join(root, 'dist', 'workflows-for-tests'), undefined, async () => {
    const { code } = await bundleWorkflowCode({ workflowsPath: join(root, 'workflows/index.ts'), logger });
    return code;
  });
