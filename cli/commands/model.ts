/** `assay model`: encoders and reward heads. One file of `cli/model/` per verb. */
import type { Register } from '../context.ts';
import { registerShow } from '../model/show.ts';

export const register: Register = (program, context) => {
  const model = program.command('model').description('encoders and reward heads');
  registerShow(model, context);
};
