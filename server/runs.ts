import {
  type Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { AssayError, ERRORS, type ErrorCode } from '../schemas/errors.ts';
import type { RunReport } from '../schemas/run-report.ts';
import { runId } from '../workflows/ids.ts';
import { approve, reject, rework, runState } from '../workflows/messages.ts';
import type { RunInput } from '../workflows/run.ts';
import { isDropName } from './drop-name.ts';
import type { Runs } from './ports.ts';

/** A fault from inside Temporal, back as the catalogue entry it came from. */
export const asAssayError = (error: unknown): unknown => {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const type = (at as { type?: unknown }).type;
    if (typeof type === 'string' && Object.hasOwn(ERRORS, type)) {
      const restored = new AssayError(type as ErrorCode, {}, { cause: error });
      restored.message = at.message.replace(`${type} `, '');
      return restored;
    }
  }
  return error;
};

/** gRPC's DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED and UNAVAILABLE: the server, or the worker that would answer, is away or has too much to do. */
const SILENT = new Set([4, 8, 14]);

/** The gRPC fault inside the client's own errors, as ASY-3005 where nobody answered; other errors as `asAssayError` has them. */
export const asClientError = (error: unknown): unknown => {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (isGrpcServiceError(at) && SILENT.has(at.code)) {
      return new AssayError('ASY-3005', { address: 'TEMPORAL_ADDRESS', reason: at.details }, { cause: error });
    }
  }
  return asAssayError(error);
};

/** The innermost message of a chain of causes. */
const rootReason = (error: Error): string => (error.cause instanceof Error ? rootReason(error.cause) : error.message);

const translated = async <T>(drop: string, work: () => Promise<T>): Promise<T> => {
  try {
    if (!isDropName(drop)) throw new AssayError('ASY-4001', { run: JSON.stringify(drop.slice(0, 80)) });
    return await work();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new AssayError('ASY-4001', { run: drop }, { cause: error });
    const fault = asClientError(error);
    if (fault instanceof WorkflowFailedError) {
      const status = fault.cause?.name.replace(/Failure$/, '').toLowerCase() ?? 'failed';
      throw new AssayError('ASY-4008', { run: drop, status, reason: rootReason(fault) }, { cause: error });
    }
    throw fault;
  }
};

/** Shown beside every run in the Temporal UI. */
const DETAILS = `What a run does, in order. **Current details** beside this show where it stands.

1. **ingest**: rows are read and checked; what cannot be used goes to quarantine with a code
2. **annotate**: people vote, where pipeline.yaml asks for it
3. **aggregate**: votes become labels with agreement
4. **encode**, **train**, **score**: features, a reward head, its rewards
5. **approval**: with \`approval: required\`, the run waits for the Update \`approve\`, \`reject\` or \`rework\`
6. **curate**: selection, exports, card, lineage`;

export const createRuns = (client: Client, input: Omit<RunInput, 'drop'> = {}): Runs => {
  const handle = (drop: string) => client.workflow.getHandle(runId(drop));
  /** A decision on a run that has ended finds no workflow to tell; it is the run's stage that is wrong then, not its name. */
  const decide = (drop: string, update: () => Promise<unknown>): Promise<void> =>
    translated(drop, async () => {
      try {
        await update();
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
        await handle(drop).describe();
        throw new AssayError('ASY-4002', { run: drop }, { cause: error });
      }
    });
  return {
    start: (drop) =>
      translated(drop, async () => {
        const workflowId = runId(drop);
        try {
          const before = await handle(drop)
            .describe()
            .catch(() => null);
          if (before?.status.name === 'RUNNING') return { workflowId, started: false };
          await client.workflow.start('runPipeline', {
            workflowId,
            taskQueue: 'pipeline',
            workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
            workflowIdConflictPolicy: 'USE_EXISTING',
            staticSummary: `drop ${drop}: ingest → annotate → aggregate → train → score → curate`,
            staticDetails: DETAILS,
            args: [{ drop, ...input } satisfies RunInput],
          });
          return { workflowId, started: true };
        } catch (error) {
          if (error instanceof WorkflowExecutionAlreadyStartedError) return { workflowId, started: false };
          throw error;
        }
      }),
    exists: (drop) =>
      translated(drop, async () => {
        try {
          await handle(drop).describe();
          return true;
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return false;
          throw error;
        }
      }),
    state: (drop) =>
      translated(drop, async () => {
        const [{ status }, state] = await Promise.all([handle(drop).describe(), handle(drop).query(runState)]);
        return { ...state, status: status.name.toLowerCase() };
      }),
    result: (drop) => translated(drop, () => handle(drop).result() as Promise<RunReport>),
    approve: (drop, verdict) => decide(drop, () => handle(drop).executeUpdate(approve, { args: [verdict] })),
    reject: (drop, verdict) => decide(drop, () => handle(drop).executeUpdate(reject, { args: [verdict] })),
    rework: (drop, request) => decide(drop, () => handle(drop).executeUpdate(rework, { args: [request] })),
    list: () =>
      translated('all', async () => {
        const runs = [];
        for await (const run of client.workflow.list({ query: 'WorkflowType = "runPipeline"' })) {
          runs.push({
            drop: run.workflowId.replace(/^run\//, ''),
            status: run.status.name.toLowerCase(),
            stage: (run.searchAttributes['AssayStage']?.[0] as string | undefined) ?? null,
            startedAt: run.startTime.toISOString(),
          });
        }
        return runs;
      }),
  };
};
