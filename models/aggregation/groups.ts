/** What groups of annotators say by themselves, kept beside a label and never in its place. */
import type { Label } from '../../schemas/label.ts';
import { byText } from '../order.ts';
import { tieOf } from './item.ts';
import { countVotes, majorityOf } from './majority.ts';
import type { VoteGroup } from './votes.ts';

/** What is known of an annotator, by `kind:id` of the source. */
export interface Annotator {
  readonly vendor?: string;
  readonly groups?: readonly string[];
}

export type AnnotatorRegistry = ReadonlyMap<string, Annotator>;

/** The strongest category besides the label's, with its share of the votes; null where nobody dissents. */
const minorityOf = (votes: Label['votes'], category: string): Label['minority'] => {
  const n = Object.values(votes).reduce((sum, count) => sum + count, 0);
  const [first] = Object.entries(votes)
    .filter(([other]) => other !== category)
    .sort(([a, x], [b, y]) => y - x || byText(a, b));
  return first === undefined ? undefined : { category: first[0], share: first[1] / n };
};

/**
 * The label with each group's own winner (of numbers: mean) and number of votes, groups sorted by name, and the strongest dissenting
 * category. A vendor is the group `vendor:NAME`. Annotators the registry does not know are in no group.
 */
export const withGroups = (label: Label, { kind, votes }: VoteGroup, registry: AnnotatorRegistry): Label => {
  if (kind === 'count') return label;
  const members = new Map<string, (string | number)[]>();
  for (const { source, value } of votes) {
    const known = registry.get(source);
    const names = [...(known?.groups ?? []), ...(known?.vendor === undefined ? [] : [`vendor:${known.vendor}`])];
    for (const name of new Set(names)) members.set(name, [...(members.get(name) ?? []), value]);
  }
  const groups = Object.fromEntries(
    [...members]
      .sort(([a], [b]) => byText(a, b))
      .map(([name, values]) => {
        const n = values.length;
        if (kind === 'category')
          return [name, { category: majorityOf(values, tieOf(label.task)).category, value: null, n }];
        const sorted = values.map(Number).sort((a, b) => a - b);
        return [name, { category: null, value: sorted.reduce((sum, value) => sum + value, 0) / n, n }];
      }),
  );
  const minority =
    label.category === null ? undefined : minorityOf(countVotes(votes.map(({ value }) => value)), label.category);
  return {
    ...label,
    ...(members.size === 0 ? {} : { groups }),
    ...(minority === undefined ? {} : { minority }),
  };
};
