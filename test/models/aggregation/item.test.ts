import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aggregateItem } from '../../../models/aggregation/item.ts';
import type { Annotation, Statement } from '../../../schemas/annotation.ts';
import { TASKS } from '../../../schemas/annotation.ts';
import { Label } from '../../../schemas/label.ts';
import { annotation } from '../../support/annotations.ts';

const vote = (preferred: 'a' | 'b' | 'tie'): Statement => ({ task: 'pairwise', value: { preferred, strength: null } });
const rating = (aspects: Record<string, number>, response = 0): Statement => ({
  task: 'rating',
  value: { response, aspects, min: 1, max: 5 },
});
const aggregate = (...statements: Statement[]): Label[] =>
  aggregateItem(statements.map((statement, i) => annotation(`p${i}`, statement)));

test('pairwise: the majority, with what speaks against it', () => {
  expect(aggregate(vote('a'), vote('a'), vote('b'))).toMatchObject([
    {
      task: 'pairwise',
      response: null,
      aspect: null,
      category: 'a',
      value: null,
      posterior: 2 / 3,
      pFlip: 5 / 16,
      agreement: 1 / 3,
      std: null,
      n: 3,
      votes: { a: 2, b: 1 },
      method: 'majority',
    },
  ]);
  expect(aggregate(vote('a'), vote('b'))[0]).toMatchObject({ category: 'tie', pFlip: null, agreement: 0 });
  expect(aggregate(vote('b'))[0]).toMatchObject({ category: 'b', posterior: 1, pFlip: null, agreement: null });
  // A vote for a tie takes no side: two for a, none against.
  expect(aggregate(vote('a'), vote('a'), vote('tie'))[0]?.pFlip).toBeCloseTo(1 / 8, 12);
});

test('pairwise: the strength that the winning side states, on average', () => {
  const strong = (preferred: 'a' | 'b' | 'tie', strength: number | null): Statement => ({
    task: 'pairwise',
    value: { preferred, strength },
  });
  expect(aggregate(strong('a', 1), strong('a', 4), strong('a', null), strong('b', 3))[0]?.value).toBe(2.5);
  expect(aggregate(strong('b', null), strong('tie', 2))[0]).toMatchObject({ category: 'tie', value: null });
  expect(aggregate(strong('b', null))[0]?.value).toBeNull();
});

test('rating: mean and deviation per aspect and response', () => {
  const labels = aggregate(rating({ quality: 1, taste: 5 }), rating({ quality: 4 }), rating({ quality: 2 }, 1));
  expect(labels.map(({ response, aspect, value, n }) => [response, aspect, value, n])).toEqual([
    [0, 'quality', 2.5, 2],
    [0, 'taste', 5, 1],
    [1, 'quality', 2, 1],
  ]);
  expect(labels[0]).toMatchObject({
    std: Math.sqrt(4.5),
    category: null,
    pFlip: null,
    method: 'mean',
    votes: { 1: 1, 4: 1 },
  });
  expect(labels[1]?.std).toBeNull();
});

test('ranking: mean rank per response', () => {
  const labels = aggregate(
    { task: 'ranking', value: { ranks: [1, 2, 3] } },
    { task: 'ranking', value: { ranks: [2, 1, 3] } },
    { task: 'ranking', value: { ranks: [1, 2, 2] } },
  );
  expect(labels.map(({ response, value }) => [response, value])).toEqual([
    [0, 4 / 3],
    [1, 5 / 3],
    [2, 8 / 3],
  ]);
});

test('yes-and-no tasks: ties claim nothing, but a safety warning stands', () => {
  const check = (passed: boolean): Statement => ({
    task: 'checklist',
    value: { response: 0, checks: { cited: passed } },
  });
  expect(aggregate(check(true), check(false))[0]).toMatchObject({ aspect: 'cited', category: 'false', pFlip: 0.5 });
  const good = (value: boolean): Statement => ({ task: 'binary', value: { response: 0, good: value } });
  expect(aggregate(good(true), good(true))[0]).toMatchObject({ category: 'true', pFlip: 1 / 8 });
  const tagged = (tags: string[], severity: number): Statement => ({
    task: 'safety',
    value: { response: 0, tags, severity },
  });
  expect(
    aggregate(tagged(['violence'], 3), tagged([], 0)).map(({ aspect, category, value, n }) => [
      aspect,
      category,
      value,
      n,
    ]),
  ).toEqual([
    ['severity', null, 1.5, 2],
    ['tag:violence', 'true', null, 2],
  ]);
});

test('S233: words by majority; words and steps keep their order; rubric levels are means or names', () => {
  const words = Array.from({ length: 11 }, (_, i) => `w${i}`);
  const keywords = (bad: number): Statement => ({
    task: 'keywords',
    value: { response: 0, words, misaligned: words.map((_, i) => i === bad) },
  });
  const labels = aggregate(keywords(10), keywords(10), keywords(2));
  expect(labels.map(({ aspect }) => aspect)).toEqual(words.map((word, i) => `${i}:${word}`));
  expect(labels.filter(({ category }) => category === 'true').map(({ aspect }) => aspect)).toEqual(['10:w10']);
  const steps = aggregate(
    { task: 'steps', value: { response: 0, labels: [1, -1] } },
    { task: 'steps', value: { response: 0, labels: [1, 0] } },
  );
  expect(steps.map(({ aspect, value }) => [aspect, value])).toEqual([
    ['0', 1],
    ['1', -0.5],
  ]);
  const rubric = aggregate(
    { task: 'rubric', value: { response: 0, levels: { depth: 3, tone: 'warm' } } },
    { task: 'rubric', value: { response: 0, levels: { depth: 4, tone: 'cold' } } },
    { task: 'rubric', value: { response: 0, levels: { depth: 4, tone: 'warm' } } },
  );
  expect(rubric).toMatchObject([
    { aspect: 'depth', value: 11 / 3 },
    { aspect: 'tone', category: 'warm', pFlip: null },
  ]);
});

test('marks, spans and texts are counted', () => {
  const labels = aggregate(
    { task: 'critique', value: { response: 0, text: 'fine', edited: null } },
    { task: 'critique', value: { response: 0, text: 'not so', edited: null } },
    { task: 'regions', value: { response: 0, marks: [] } },
    { task: 'spans', value: { response: 0, spans: [] } },
    { task: 'demonstration', value: { text: 'like this' } },
  );
  expect(labels.map(({ task, n, category, value }) => [task, n, category, value])).toEqual([
    ['critique', 2, null, null],
    ['regions', 1, null, null],
    ['demonstration', 1, null, null],
    ['spans', 1, null, null],
  ]);
});

test('sources are not mixed: people speak for a task they answered, others for the rest', () => {
  const labels = aggregateItem([
    annotation('p', vote('a')),
    annotation('j1', vote('b'), { kind: 'judge' }),
    annotation('j2', vote('b'), { kind: 'judge' }),
    annotation('j1', rating({ quality: 3 }), { kind: 'judge' }),
  ]);
  expect(labels.map(({ task, category, value, n }) => [task, category, value, n])).toEqual([
    ['pairwise', 'a', null, 1],
    ['rating', null, 3, 1],
  ]);
});

test('a person has one vote; a later round replaces it', () => {
  const [first, second] = [annotation('p', vote('a')), annotation('p', vote('b'))];
  expect(aggregateItem([first, second])[0]?.n).toBe(1);
  expect(aggregateItem([first, first])[0]?.n).toBe(1);
  const later =
    (winner: Annotation) =>
    ({ id }: Annotation) =>
      id === winner.id ? 1 : 0;
  expect(aggregateItem([first, second], later(second))[0]?.category).toBe('b');
  expect(aggregateItem([first, second], later(first))[0]?.category).toBe('a');
});

const statement = fc.oneof(
  fc.constantFrom('a' as const, 'b' as const, 'tie' as const).map(vote),
  fc.double({ min: 1, max: 5, noNaN: true }).map((value) => rating({ quality: value })),
  fc.boolean().map((good): Statement => ({ task: 'binary', value: { response: 0, good } })),
  fc
    .subarray(['x', 'y'])
    .map((tags): Statement => ({ task: 'safety', value: { response: 0, tags, severity: tags.length } })),
  fc
    .array(fc.integer({ min: -1, max: 1 }), { maxLength: 12 })
    .map((labels): Statement => ({ task: 'steps', value: { response: 0, labels } })),
);

test('labels do not depend on the order of annotations, and each fits the schema', () => {
  const annotations = fc.array(
    fc.tuple(fc.constantFrom('p', 'q', 'r', 's'), statement, fc.constantFrom('human' as const, 'judge' as const)),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(
      annotations
        .map((all) => all.map(([source, given, kind]) => annotation(source, given, { kind })))
        .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        const labels = aggregateItem(all);
        expect(JSON.stringify(aggregateItem(shuffled))).toBe(JSON.stringify(labels));
        for (const label of labels) expect(Label.parse(label)).toEqual(label);
        expect(labels.map(({ task }) => TASKS.indexOf(task))).toEqual(
          labels.map(({ task }) => TASKS.indexOf(task)).sort((a, b) => a - b),
        );
      },
    ),
  );
});

test('annotations of two items are a mistake of the caller', () => {
  const other = annotation('p', vote('a'), { item: `it_${'1'.repeat(32)}` });
  expect(() => aggregateItem([annotation('p', vote('a')), other])).toThrow(RangeError);
  expect(aggregateItem([])).toEqual([]);
});
