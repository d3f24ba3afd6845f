/** Annotations of one item taken apart into the questions they answer: one group per task, response and aspect. */
import type { Annotation, Task } from '../../schemas/annotation.ts';
import { TASKS } from '../../schemas/annotation.ts';
import { byText } from '../order.ts';

/** Which sources speak for an item: the first kind that said anything about the task; the others are left out of its label. */
export const SOURCE_ORDER = ['human', 'judge', 'verifier', 'model'] as const;

export type VoteKind = 'category' | 'number' | 'count';

export interface Vote {
  /** `kind:id` of the source. */
  readonly source: string;
  readonly annotation: string;
  readonly value: string | number;
  /** How much better, where a pairwise vote says so. */
  readonly strength: number | null;
}

/** The votes on one question. */
export interface VoteGroup {
  readonly task: Task;
  readonly response: number | null;
  readonly aspect: string | null;
  /** Aspect under which agreement is summed up over items: steps and words are pooled. */
  readonly pool: string | null;
  readonly kind: VoteKind;
  readonly votes: readonly Vote[];
  /** A reviewer's own answer: it is the label, and no vote. Where nobody else answered it stands in `votes` as well. */
  readonly ruling: Vote | null;
}

/** One answer before it is grouped. */
interface Answer {
  readonly response: number | null;
  readonly aspect: string | null;
  readonly pool: string | null;
  readonly kind: VoteKind;
  readonly value: string | number;
  readonly strength: number | null;
}

const answer = (
  response: number | null,
  aspect: string | null,
  kind: VoteKind,
  value: string | number | boolean,
  pool: string | null = aspect,
): Answer => ({
  response,
  aspect,
  pool,
  kind,
  value: typeof value === 'boolean' ? String(value) : value,
  strength: null,
});

/** What one annotation answers. `tags` are all the safety tags anybody gave the response: who did not give one voted against it. */
const answersOf = (annotation: Annotation, tags: readonly string[]): Answer[] => {
  const counted = (response: number | null) => [answer(response, null, 'count', 'given')];
  switch (annotation.task) {
    case 'pairwise':
      return [{ ...answer(null, null, 'category', annotation.value.preferred), strength: annotation.value.strength }];
    case 'ranking':
      return annotation.value.ranks.map((rank, response) => answer(response, null, 'number', rank));
    case 'rating': {
      const { response, aspects } = annotation.value;
      return Object.entries(aspects).map(([aspect, value]) => answer(response, aspect, 'number', value));
    }
    case 'binary':
      return [answer(annotation.value.response, null, 'category', annotation.value.good)];
    case 'keywords': {
      const { response, words, misaligned } = annotation.value;
      return words.map((word, i) => answer(response, `${i}:${word}`, 'category', misaligned[i] ?? false, null));
    }
    case 'steps':
      return annotation.value.labels.map((label, i) =>
        answer(annotation.value.response, String(i), 'number', label, null),
      );
    case 'rubric':
      return Object.entries(annotation.value.levels).map(([criterion, level]) =>
        answer(annotation.value.response, criterion, typeof level === 'number' ? 'number' : 'category', level),
      );
    case 'checklist':
      return Object.entries(annotation.value.checks).map(([check, passed]) =>
        answer(annotation.value.response, check, 'category', passed),
      );
    case 'assertion':
      return [answer(annotation.value.response, annotation.value.name, 'category', annotation.value.pass)];
    case 'safety': {
      const { response, severity, tags: given } = annotation.value;
      const tagged = tags.map((tag) => answer(response, `tag:${tag}`, 'category', given.includes(tag), 'tags'));
      return [answer(response, 'severity', 'number', severity), ...tagged];
    }
    case 'critique':
    case 'regions':
    case 'spans':
      return counted(annotation.value.response);
    case 'demonstration':
      return counted(null);
  }
};

/** `kind:id`. */
export const sourceOf = ({ source }: Annotation): string => `${source.kind}:${source.id}`;

/** The annotations whose kind of source speaks for their task, each once, by id. */
export const speaking = (annotations: readonly Annotation[]): Annotation[] => {
  const first = new Map<Task, number>();
  for (const { task, source } of annotations) {
    const rank = SOURCE_ORDER.indexOf(source.kind);
    first.set(task, Math.min(rank, first.get(task) ?? rank));
  }
  const once = new Map(annotations.map((annotation) => [annotation.id, annotation]));
  return [...once.values()]
    .filter(({ task, source }) => SOURCE_ORDER.indexOf(source.kind) === first.get(task))
    .sort((a, b) => byText(a.id, b.id));
};

const safetyTags = (annotations: readonly Annotation[]): Map<number, string[]> => {
  const tags = new Map<number, Set<string>>();
  for (const annotation of annotations) {
    if (annotation.task !== 'safety') continue;
    const known = tags.get(annotation.value.response) ?? new Set();
    for (const tag of annotation.value.tags) known.add(tag);
    tags.set(annotation.value.response, known);
  }
  return new Map([...tags].map(([response, set]) => [response, [...set].sort(byText)]));
};

const leading = (aspect: string): number => Number.parseInt(aspect, 10);

/** Steps and words in their order, other aspects by text. */
const byAspect = (a: string | null, b: string | null): number => {
  const [x, y] = [leading(a ?? ''), leading(b ?? '')];
  return Number.isNaN(x) || Number.isNaN(y) || x === y ? byText(a ?? '', b ?? '') : x - y;
};

/** Larger numbers are later: a source's later vote replaces its earlier one (rework). */
export type RoundOf = (annotation: Annotation) => number;

type Heard = Vote & { readonly round: number };

/** The last round's, and of two in one round the one with the smaller id. */
const newest = (votes: Iterable<Heard>): Heard | null =>
  [...votes].sort((a, b) => b.round - a.round || byText(a.annotation, b.annotation))[0] ?? null;

const asVote = ({ source, annotation, value, strength }: Heard): Vote => ({ source, annotation, value, strength });

/**
 * The questions that the annotations of one item answer, sorted, whatever the order of the annotations. A source has one vote
 * on each: that of its last round, and of two in one round the one with the smaller id. Rulings are kept apart from votes.
 */
export const voteGroups = (annotations: readonly Annotation[], roundOf: RoundOf = () => 0): VoteGroup[] => {
  const heard = speaking(annotations);
  const tags = safetyTags(heard);
  const groups = new Map<string, Answer & { task: Task; votes: Map<string, Heard>; rulings: Map<string, Heard> }>();
  for (const annotation of heard) {
    const round = roundOf(annotation);
    const response = annotation.task === 'safety' ? annotation.value.response : 0;
    for (const given of answersOf(annotation, tags.get(response) ?? [])) {
      const key = JSON.stringify([annotation.task, given.response, given.aspect]);
      const group = groups.get(key) ?? { ...given, task: annotation.task, votes: new Map(), rulings: new Map() };
      groups.set(key, group);
      const said = annotation.ruling ? group.rulings : group.votes;
      // Several critiques of one source all count; of other questions a source answers each once, where it marks regions too:
      // one annotation may have its marks of one kind, another those of the other.
      const several = given.kind === 'count' && annotation.task !== 'regions';
      const voter = several ? annotation.id : sourceOf(annotation);
      const earlier = said.get(voter);
      if (earlier !== undefined && earlier.round >= round) continue;
      const { value, strength } = given;
      said.set(voter, { source: sourceOf(annotation), annotation: annotation.id, value, strength, round });
    }
  }
  return [...groups.values()]
    .map(({ task, response, aspect, pool, kind, votes, rulings }) => {
      const ruling = newest(rulings.values());
      const given = [...(votes.size > 0 ? votes : rulings).values()].map(asVote);
      const mixed =
        kind !== 'count' && [...given, ...(ruling ? [ruling] : [])].some(({ value }) => typeof value === 'string');
      return {
        task,
        response,
        aspect,
        pool,
        kind: mixed ? ('category' as const) : kind,
        votes: given.sort((a, b) => byText(a.source, b.source) || byText(a.annotation, b.annotation)),
        ruling: ruling === null ? null : asVote(ruling),
      };
    })
    .sort(
      (a, b) =>
        TASKS.indexOf(a.task) - TASKS.indexOf(b.task) ||
        (a.response ?? -1) - (b.response ?? -1) ||
        byAspect(a.aspect, b.aspect),
    );
};
