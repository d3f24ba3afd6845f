import { setCurrentDetails } from '@temporalio/workflow';
import type { HeadRef } from '../schemas/model.ts';
import type { PipelineConfig } from '../schemas/pipeline.ts';
import type { Modality } from '../schemas/primitives.ts';
import type { Skipped } from '../schemas/run-report.ts';
import type { TableRef } from '../schemas/table.ts';
import { train } from './activities.ts';
import { modelTable, plain } from './details.ts';
import type { Timing } from './timing.ts';

export type TrainInput = {
  readonly run: string;
  readonly name: string;
  readonly modality: Modality;
  readonly items: TableRef;
  readonly labels: TableRef;
  readonly features: TableRef;
  readonly config: PipelineConfig['train'];
  readonly timing?: Timing;
};
export type TrainResult = { readonly head: HeadRef | null; readonly skipped: Skipped | null };

/** Pairs → fit → evaluate and calibrate → promotion gate. Too little data is a stated outcome, not a failure. */
export async function trainRewardModel({ timing, ...input }: TrainInput): Promise<TrainResult> {
  const activities = train(timing);
  const plan = await activities.planTraining(input);
  if (plan.skipped !== null) {
    setCurrentDetails(`No head was trained: ${plain(plan.skipped.reason)}`);
    return { head: null, skipped: plan.skipped };
  }
  const { run, name } = input;
  setCurrentDetails(`**Fitting** ${name} ${plan.version} on ${plan.pairs} pairs`);
  const fitted = await activities.fitHead({ run, name, version: plan.version });
  const { promoted, reason } = await activities.promoteHead({ name, version: plan.version });
  const head = { ...fitted, promoted };
  setCurrentDetails(`${modelTable([head])}\n\n${promoted ? 'Promoted' : 'Not promoted'}: ${plain(reason)}`);
  return { head, skipped: null };
}
