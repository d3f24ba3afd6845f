/** Figures of small groups of people, told so that they say nothing of one person (S072; k-anonymity, Sweeney 2002). */
import { byText } from '../order.ts';

/** Votes of a group, and who gave them. */
export interface GroupVotes {
  readonly group: string;
  readonly votes: number;
  readonly people: readonly string[];
}

export interface ToldGroups {
  /** Votes by group, or by several groups together. */
  readonly groups: readonly { readonly group: string; readonly votes: number }[];
  /** Groups of which nothing is told: all of their attribute together are too few. */
  readonly withheld: number;
  /** People that a row stands for at least. */
  readonly least: number;
}

/** `region` of `region:eu`: groups of one attribute add up to those who state it. */
const attributeOf = (group: string): string => (group.includes(':') ? group.slice(0, group.indexOf(':')) : '');

const peopleOf = (groups: readonly GroupVotes[]): number => new Set(groups.flatMap(({ people }) => people)).size;

const bySize = (a: GroupVotes, b: GroupVotes): number => a.people.length - b.people.length || byText(a.group, b.group);

/** The groups of one attribute that are told together: none, or two and more of `least` people, or all where they are fewer. */
const together = (groups: readonly GroupVotes[], least: number): GroupVotes[] => {
  const sorted = groups.toSorted(bySize);
  let n = sorted.filter(({ people }) => people.length < least).length;
  // A small one never stays alone: it would be what the others lack to a total that is known.
  while (n > 0 && n < sorted.length && peopleOf(sorted.slice(0, n)) < least) n++;
  return sorted.slice(0, n);
};

/**
 * Votes by group, in order of text. Groups with fewer than `least` people are told together, with the next larger of their attribute
 * as long as they are fewer still: nothing told can be taken from a total to leave a group of fewer.
 */
export const tellGroups = (groups: readonly GroupVotes[], least: number): ToldGroups => {
  let withheld = 0;
  const told = [...Map.groupBy(groups, ({ group }) => attributeOf(group))].flatMap(([attribute, own]) => {
    const merged = together(own, least);
    const apart = own.filter((each) => !merged.includes(each)).map(({ group, votes }) => ({ group, votes }));
    if (merged.length === 0) return apart;
    if (peopleOf(merged) < least) {
      withheld += merged.length;
      return apart;
    }
    const votes = merged.reduce((sum, each) => sum + each.votes, 0);
    const name = `${merged.length} groups${attribute === '' ? '' : ` of ${attribute}`} together`;
    return [...apart, { group: name, votes }];
  });
  return { groups: told.sort((a, b) => byText(a.group, b.group)), withheld, least };
};
