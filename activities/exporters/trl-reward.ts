import { z } from 'zod';
import { Message } from '../../schemas/item.ts';
import { type Exporter, reshaped } from './exporter.ts';
import { trlPreference } from './trl-preference.ts';

const TrlReward = z.object({ chosen: z.array(Message), rejected: z.array(Message) });
type TrlReward = z.infer<typeof TrlReward>;

/** TRL's preference type with the prompt inside both sides, as its reward trainer prefers it. */
export const trlReward: Exporter<TrlReward> = {
  format: 'trl-reward',
  encoding: 'jsonl',
  schema: TrlReward,
  needs: trlPreference.needs,
  always: false,
  onDemand: true,
  rowsOf: reshaped(trlPreference, ({ prompt, chosen, rejected }) => ({
    chosen: [...prompt, ...chosen],
    rejected: [...prompt, ...rejected],
  })),
};
