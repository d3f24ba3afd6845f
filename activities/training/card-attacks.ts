import type { RobustnessBeside } from '../../models/trust/robustness.ts';
import { accuracyOf, fixed, interval, table } from './card-text.ts';

/** What a card says of a head fitted on attacked twins, beside one without them. */
export const underAttackText = ({ augmented, plain, lengthOnly, gain }: RobustnessBeside): string => {
  const columns = [augmented, plain, lengthOnly];
  const lines = augmented.attacks.map(({ attack }, i) => [
    attack,
    ...columns.map(({ attacks }) => fixed(attacks[i]?.accuracy ?? null)),
  ]);
  return `Fitted on attacked twins too: each training pair again with its rejected response rewritten, all together weighing what the pair does. On ${augmented.clean.n} validation pairs, beside a head fitted without twins:

${table([
  ['rejected response', 'this head', 'without twins', 'length only'],
  ['as it is (95 % Wilson)', ...columns.map(({ clean }) => accuracyOf(clean))],
  [
    'attacked, mean (95 % bootstrap)',
    ...columns.map(({ attacked }) => `${fixed(attacked.value)} (${interval(attacked.ci)})`),
  ],
  ...lines,
])}

With twins less without: ${fixed(gain.clean.value)} (${interval(gain.clean.ci)}) as they are, ${fixed(gain.attacked.value)} (${interval(gain.attacked.ci)}) attacked. The attacks are those it was fitted on; expect no such gain under others, and good answers that look like attacked ones to be marked down.`;
};
