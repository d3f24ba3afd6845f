import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ReworkRequest, Stage, Verdict } from '../schemas/approval.ts';
import type {
  AdjudicateRequest,
  BatchItem,
  BatchState,
  CastVote,
  ChecksSignal,
  ClaimGrant,
  ClaimRequest,
  CommentRequest,
  DisputeRequest,
  OwnVote,
  ReleaseRequest,
  ReviewEntry,
  SkipRequest,
  StandingSignal,
  SubmitRequest,
  UndoRequest,
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
export const undo = defineUpdate<BatchState, [UndoRequest]>('undo');
export const adjudicate = defineUpdate<BatchState, [AdjudicateRequest]>('adjudicate');
export const dispute = defineUpdate<BatchState, [DisputeRequest]>('dispute');
export const comment = defineUpdate<BatchState, [CommentRequest]>('comment');
export const batchState = defineQuery<BatchState>('state');
/** Items that wait for a reviewer. */
export const reviewQueue = defineQuery<ReviewEntry[]>('review');
/** Everything of one item; null where the batch has none of that id. */
export const batchItem = defineQuery<BatchItem | null, [item: string]>('item');
/** One annotator's work here, newest first, and the items they hold. */
export const ownWork = defineQuery<{ votes: OwnVote[]; held: string[] }, [annotator: string]>('own');
/** All votes that count. */
export const castVotes = defineQuery<CastVote[]>('votes');

/** Between `annotateItems` and its batches: answers to checks go up, standings come down. */
export const checked = defineSignal<[readonly ChecksSignal[]]>('checked');
export const standing = defineSignal<[readonly StandingSignal[]]>('standing');
