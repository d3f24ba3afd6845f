/** `assay model`: encoders and reward heads. One file of `cli/model/` per verb. */
import type { Register } from '../context.ts';
import { registerAlign } from '../model/align.ts';
import { registerEval } from '../model/eval.ts';
import { registerPromote } from '../model/promote.ts';
import { registerPull } from '../model/pull.ts';
import { registerRollback } from '../model/rollback.ts';
import { registerScore } from '../model/score.ts';
import { registerShow } from '../model/show.ts';
import { registerTrain } from '../model/train.ts';

export const register: Register = (program, context) => {
  const model = program.command('model').description('encoders and reward heads');
  registerPull(model, context);
  registerShow(model, context);
  registerTrain(model, context);
  registerEval(model, context);
  registerPromote(model, context);
  registerRollback(model, context);
  registerScore(model, context);
  registerAlign(model, context);
};
