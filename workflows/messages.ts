import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { ReworkRequest, Stage, Verdict } from '../schemas/approval.ts';
import type {
  BatchState,
  ClaimGrant,
  ClaimRequest,
  ReleaseRequest,
  SkipRequest,
  SubmitRequest,
} from '../schemas/batch.ts';
import type { RunReport } from '../schemas/run-report.ts';

/** Messages of `runPipeline`: the approval gate, and where the run stands. */
export const approve = defineUpdate<Stage, [Verdict]>('approve');
export const reject = defineUpdate<Stage, [Verdict]>('reject');
export const rework = defineUpdate<{ round: number }, [ReworkRequest]>('rework');
export interface RunState {
  readonly stage: Stage;
  readonly round: number;
  readonly details: string;
  readonly report: Partial<RunReport>;
}
export const runState = defineQuery<RunState>('state');

/** Messages of `annotationBatch`: the only way people act. */
export const claim = defineUpdate<ClaimGrant, [ClaimRequest]>('claim');
export const submit = defineUpdate<BatchState, [SubmitRequest]>('submit');
export const skip = defineUpdate<BatchState, [SkipRequest]>('skip');
export const release = defineUpdate<BatchState, [ReleaseRequest]>('release');
export const batchState = defineQuery<BatchState>('state');
