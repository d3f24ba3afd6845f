/** Erasures as workflows: started once, followed to their end. */
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { ErasureReport } from '../schemas/erasure.ts';
import type { EraseInput } from '../workflows/erase-subject.ts';
import { eraseId } from '../workflows/ids.ts';
import { asClientError } from './runs.ts';

export interface Erasures {
  /** Erases a subject, by its keyed hash, or goes on with the erasure of this id; ends with what it did. Throws ASY-6401, ASY-6402. */
  erase(input: Pick<EraseInput, 'id' | 'subject'>): Promise<ErasureReport>;
}

/** Drops whose run, or ingest, is under way. */
const running = async (client: Client): Promise<string[]> => {
  const drops = new Set<string>();
  const query = `WorkflowType IN ("runPipeline", "ingestDrop") AND ExecutionStatus = "Running"`;
  for await (const { workflowId } of client.workflow.list({ query }))
    drops.add(workflowId.replace(/^(run|ingest)\//, ''));
  return [...drops].sort();
};

export const createErasures = (client: Client, input: Pick<EraseInput, 'links' | 'timing'> = {}): Erasures => ({
  async erase({ id, subject }) {
    const workflowId = eraseId(id);
    try {
      try {
        await client.workflow.start('eraseSubject', {
          workflowId,
          taskQueue: 'pipeline',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: 'erase one person: find → rewrite → make anew → remove → prove',
          args: [{ id, subject, running: await running(client), ...input } satisfies EraseInput],
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
      return (await client.workflow.getHandle(workflowId).result()) as ErasureReport;
    } catch (error) {
      throw asClientError(error);
    }
  },
});
