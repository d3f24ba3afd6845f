/** What a card says of who answered, under which guideline and when, and of whom the rows stand for. */
import type { CardFacts, Represented } from './card-facts.ts';
import { fixed, table } from './card-table.ts';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const untold = (what: string, why: string): string => `${what}: not computed: ${why}.`;

const votesSection = ({ groups, withheld, least }: CardFacts['voted']): string => {
  if (groups.length === 0 && withheld === 0)
    return untold('Votes by group of annotators', 'no annotator of these labels has a group in their profile');
  const votes = groups.reduce((sum, each) => sum + each.votes, 0);
  const rows = groups.map((each) => [each.group, each.votes, percent(each.votes / votes)]);
  return [
    ...(rows.length === 0 ? [] : [table(['group of annotators', 'votes', 'share'], rows)]),
    ...(least > 1 ? [`Groups of fewer than ${least} people are not told by themselves.`] : []),
    ...(withheld === 0
      ? []
      : [`Nothing is told of ${withheld} ${withheld === 1 ? 'group' : 'groups'} that would be fewer together too.`]),
  ].join('\n\n');
};

/** Sources by kind, annotators by group, guideline versions and vintage. */
export const peopleSection = ({ voices, voted, guidelines, vintage, timed }: CardFacts): string => {
  if (voices.length === 0) return 'Nobody.';
  const annotations = voices.reduce((sum, each) => sum + each.annotations, 0);
  return [
    table(
      ['kind', 'sources', 'annotations'],
      voices.map(({ kind, sources, annotations: own }) => [kind, sources, own]),
    ),
    'People are known by a keyed hash only.',
    votesSection(voted),
    guidelines.every(({ guideline }) => guideline === null)
      ? untold('Guideline versions', 'no annotation states one')
      : table(
          ['guideline', 'annotations'],
          guidelines.map(({ guideline, annotations: own }) => [guideline ?? 'not stated', own]),
        ),
    timed === 0
      ? untold('Vintage of the labels', 'no annotation states a time')
      : `${table(
          ['year', 'share of annotations'],
          vintage.map(({ year, share }) => [year, percent(share)]),
        )}\n\n${timed} of ${annotations} annotations state a time.`,
  ].join('\n\n');
};

const largest = (groups: Represented['groups']): Represented['groups'][number] | undefined =>
  groups.toSorted((a, b) => Math.abs(b.share - b.target) - Math.abs(a.share - a.target))[0];

const beside = ({ attribute, kl, totalVariation, p, groups }: Represented): string => {
  const widest = largest(groups);
  const gap = widest === undefined ? 0 : Math.abs(widest.share - widest.target);
  return [
    table(
      [attribute, 'rows', 'share', 'population', 'gap'],
      groups.map(({ group, n, share, target }) => [
        group,
        n,
        percent(share),
        percent(target),
        `${share >= target ? '+' : '−'}${percent(Math.abs(share - target))}`,
      ]),
    ),
    `Largest gap ${percent(gap)} (${widest?.group ?? '–'}); KL(rows ‖ population) ${
      Number.isFinite(kl) ? `${fixed(kl)} nats` : 'infinite: the population has nobody of a group that has rows'
    }; total variation ${fixed(totalVariation)}; χ² p ${fixed(p)}.`,
  ].join('\n\n');
};

/** The rows beside the population that was declared. */
export const representationSection = ({ represented }: CardFacts): string =>
  represented.length === 0
    ? untold('Representation', 'no population is declared (`curate.population`), or there is no row')
    : represented.map(beside).join('\n\n');
