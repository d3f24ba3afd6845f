import { describe, expect, test } from 'vitest';
import { feedbackVolume } from '../../../activities/monitoring/feedback-volume.ts';
import { judgeGaps } from '../../../activities/monitoring/judge-gap.ts';
import { labelDrift } from '../../../activities/monitoring/label-drift.ts';
import { promptDrift } from '../../../activities/monitoring/prompt-drift.ts';
import { unitHash } from '../../../models/hash.ts';
import type { Annotation } from '../../../schemas/annotation.ts';
import { AnnotatorProfile } from '../../../schemas/annotator.ts';
import type { Item } from '../../../schemas/item.ts';
import { keys } from '../../../schemas/keys.ts';
import type { Reading } from '../../../schemas/monitor.ts';
import { annotationOf } from '../../support/curation.ts';
import { normal } from '../../support/drawn.ts';
import { labelWith } from '../../support/label.ts';
import { itemsOf, type Monitored, monitored } from '../../support/monitored.ts';

const valueOf = ({ figures }: Reading, name: string) => figures.find((figure) => figure.name.endsWith(name));
const pick = <T>(words: readonly T[], seed: string): T => words[Math.floor(unitHash(7, seed) * words.length)] as T;

const COOKING = ['bread', 'soup', 'pasta', 'rice', 'cake', 'salad', 'curry', 'pancakes'];
const CODE = ['a Python loop', 'a SQL join', 'a Rust borrow error', 'a regex', 'a segfault', 'a Git rebase', 'a mutex'];
const asks = (drop: string, topics: readonly string[]) => (row: number) =>
  `${pick(['How do I make', 'What goes wrong with', 'Help me with', 'Explain'], `${drop} verb ${row}`)} ${pick(topics, `${drop} topic ${row}`)}, case ${row}?`;

describe(promptDrift, () => {
  const watch = { kind: 'prompt-drift', sample: 80 };

  test('80 prompts a side: red where they are about something else (MMD p < 0.01), green where they are about the same', async () => {
    for (const [topics, state] of [
      [CODE, 'red'],
      [COOKING, 'green'],
    ] as const) {
      const world = monitored();
      await world.arrive('before', 30, { items: itemsOf('before', 120, { prompt: asks('before', COOKING) }) });
      await world.arrive('after', 2, { items: itemsOf('after', 120, { prompt: asks('after', topics) }) });
      const reading = await world.look(watch);
      expect([topics[0], reading.state]).toEqual([topics[0], state]);
      expect(valueOf(reading, 'p of MMD²')).toMatchObject({ n: 160, limit: 0.01 });
      expect(valueOf(reading, 'languages: PSI')).toMatchObject({ value: 0, n: 240, limit: 0.25 });
      expect(await world.look(watch)).toEqual(reading);
      expect((await world.look({ ...watch, sample: 200, least: 121 })).reason).toBe(
        '120 different prompts in the reference; 121 are needed',
      );
    }
  });

  test('120 prompts a side: red where their languages change (PSI ≥ 0.25 and beyond noise)', async () => {
    const world = monitored();
    const prompt = (row: number) => asks('same', COOKING)(row);
    const half = (row: number) => (row % 2 === 0 ? 'en' : 'sw');
    await world.arrive('before', 30, { items: itemsOf('before', 120, { prompt, language: half }) });
    await world.arrive('after', 2, { items: itemsOf('after', 120, { prompt }) });
    const reading = await world.look(watch);
    expect([reading.state, reading.reason.slice(0, 14)]).toEqual(['red', 'languages: PSI']);
  });
});

/** A binary and a rating label on each item; `good` is the share that is good, `level` the mean rating. */
const labelled = (drop: string, n: number, { good = 0.5, level = 3, seed = 1 } = {}) => {
  const items = itemsOf(drop, n);
  const ratings = normal(seed, n, level);
  const labels = items.flatMap((item, i) => [
    labelWith({
      item: item.id,
      task: 'binary',
      response: 0,
      category: String(unitHash(seed, `${drop} ${i}`) < good),
    }),
    labelWith({ item: item.id, task: 'rating', response: 0, aspect: 'helpful', value: ratings[i] ?? 0 }),
  ]);
  return { items, labels };
};

describe(labelDrift, () => {
  const watch = { kind: 'label-drift' };

  test('400 labels of each kind a side: red for the question that shifts (PSI ≥ 0.25), green where none does', async () => {
    for (const [change, state, red] of [
      [{ good: 0.9 }, 'red', 'binary'],
      [{ level: 4 }, 'red', 'rating helpful'],
      [{}, 'green', ''],
    ] as const) {
      const world = monitored();
      await world.arrive('before', 30, labelled('before', 400));
      await world.arrive('after', 2, labelled('after', 400, { ...change, seed: 2 }));
      const reading = await world.look(watch);
      expect([red, reading.state]).toEqual([red, state]);
      if (red !== '') expect(reading.reason).toMatch(new RegExp(`^${red}: PSI \\S+ limit \\S+$`));
      expect(valueOf(reading, 'binary: PSI')).toMatchObject({ n: 800, limit: 0.25 });
    }
  });

  test('20 drops of 40 labels of each kind: red for ratings, whose level steps by less than PSI sees (Pettitt p < 0.01), green for the others', async () => {
    const world = monitored();
    for (let i = 0; i < 20; i++) {
      const level = i < 10 ? 3 : 3.35;
      await world.arrive(`drop-${i}`, 60 - 2.9 * i, labelled(`drop-${i}`, 40, { seed: 50 + i, level }));
    }
    for (const [task, state] of [
      ['rating', 'red'],
      ['binary', 'green'],
    ] as const) {
      const reading = await world.look({ ...watch, task, current: { days: 25 } });
      expect([task, reading.state]).toEqual([task, state]);
      expect(valueOf(reading, 'p of a change')).toMatchObject({ n: 20, limit: 0.01 });
      expect(valueOf(reading, 'PSI')?.value).toBeLessThan(0.25);
    }
  });

  test('no labels, and too few, are said', async () => {
    const world = monitored();
    await world.arrive('before', 30, labelled('before', 400));
    await world.arrive('after', 2, labelled('after', 99));
    expect((await world.look({ ...watch, task: 'safety' })).reason).toBe('no drop has labels of the kind watched');
    const { state, reason } = await world.look({ ...watch, task: 'binary' });
    expect([state, reason]).toEqual(['no-data', 'binary: 99 current labels; 100 are needed']);
  });
});

/** People and a judge on pairwise items; the judge says `a` where people do, or wherever `bias` draws it. */
const judgedItems = (bias: number, n = 200): { items: Item[]; annotations: Annotation[] } => {
  const items = itemsOf('now', n, { responses: () => ['one', 'other'] });
  const annotations = items.flatMap((item, i) => {
    const truth = unitHash('truth', `${i}`) < 0.5 ? 'a' : 'b';
    const other = truth === 'a' ? 'b' : 'a';
    const voteOf = (who: string, share: number) => (unitHash(who, `${i}`) < share ? truth : other);
    const judge = unitHash('bias', `${i}`) < bias ? 'a' : voteOf('judge', 0.9);
    const said = (who: string, preferred: 'a' | 'b') =>
      annotationOf(item, who, { task: 'pairwise', value: { preferred, strength: null } });
    return [
      said('ann', voteOf('ann', 0.9)),
      said('bob', voteOf('bob', 0.9)),
      { ...said('gpt', judge), source: { kind: 'judge' as const, id: 'gpt' } },
    ];
  });
  return { items, annotations };
};

describe(judgeGaps, () => {
  const watch = { kind: 'judge-gap' };

  test('200 pairs: red where the judge leans to the first response (gap above 0.1 with its whole interval), green where it does not', async () => {
    for (const [bias, state] of [
      [0.5, 'red'],
      [0, 'green'],
    ] as const) {
      const world = monitored();
      await world.arrive('now', 1, judgedItems(bias));
      const reading = await world.look(watch);
      expect([bias, reading.state]).toEqual([bias, state]);
      expect(valueOf(reading, 'gpt on pairwise: judge − human')).toMatchObject({ n: 200, limit: 0.1 });
      expect(valueOf(reading, 'gpt on pairwise: agreement')).toMatchObject({ n: 200, limit: null });
    }
  });

  test('200 pairs: a floor of agreement is red where the whole interval lies below it; judges are looked at by name', async () => {
    const world = monitored();
    await world.arrive('now', 1, judgedItems(0));
    expect((await world.look({ ...watch, floor: 0.7 })).state).toBe('green');
    expect((await world.look({ ...watch, floor: 0.95 })).reason).toMatch(
      /^gpt on pairwise: agreement 0\.\d+ \[.*\], floor 0\.95$/,
    );
    expect((await world.look({ ...watch, judge: 'claude' })).reason).toBe(
      'no question was answered by a judge and by people',
    );
    expect((await world.look({ ...watch, least: 201 })).reason).toBe(
      'gpt on pairwise: 200 prompts judged by both; 201 are needed',
    );
  });
});

/** Annotations of people in two languages, `share` of them in Swahili. */
const spoken = (drop: string, n: number, share: number): { items: Item[]; annotations: Annotation[] } => {
  const items = itemsOf(drop, n, { language: (row) => (row < n * share ? 'sw' : 'en') });
  const annotations = items.map((item, i) =>
    annotationOf(item, `person-${i % 10}`, { task: 'binary', value: { response: 0, good: true } }),
  );
  return { items, annotations };
};

describe(feedbackVolume, () => {
  const watch = { kind: 'feedback-volume' };
  const told = async (share: number, look = watch, prepare: (world: Monitored) => Promise<void> = async () => {}) => {
    const world = monitored();
    await prepare(world);
    await world.arrive('before', 30, spoken('before', 400, 0.1));
    await world.arrive('after', 2, spoken('after', 300, share));
    return world.look(look);
  };

  test('400 and 300 annotations: red where a language falls from 10 % to 1 % (below half its share at 1 %), green where it stays', async () => {
    const fell = await told(0.01);
    expect(fell.state).toBe('red');
    expect(fell.reason).toMatch(/^sw has 10 % of its share \[3\.28, 30\.48\]; PSI 0\.2/);
    const steady = await told(0.1);
    expect(steady.state).toBe('green');
    expect(valueOf(steady, 'share of sw, now by then')).toMatchObject({ n: 70, limit: 0.5 });
    expect(valueOf(steady, 'annotations a day before')?.value).toBeCloseTo(400 / 90, 9);
    expect(valueOf(steady, 'annotations a day now')?.value).toBeCloseTo(300 / 7, 9);
  });

  test('by group: red where half of the people, one group, stop', async () => {
    const profiles = async (world: Monitored) => {
      for (let i = 0; i < 10; i++) {
        const profile = AnnotatorProfile.parse({ subject: `person-${i}`, groups: i < 5 ? ['region:eu'] : [] });
        await world.objects.put(keys.annotator(profile.subject), JSON.stringify(profile));
      }
    };
    const world = monitored();
    await profiles(world);
    const before = spoken('before', 400, 0);
    const after = spoken('after', 400, 0);
    const without = after.annotations.filter(({ source }) => source.id >= 'person-5');
    await world.arrive('before', 30, before);
    await world.arrive('after', 2, { ...after, annotations: without });
    const reading = await world.look({ ...watch, by: 'group' });
    expect([reading.state, reading.reason.slice(0, 13)]).toEqual(['red', 'region:eu has']);
    expect((await told(0.1, { ...watch, by: 'group' } as typeof watch, profiles)).state).toBe('green');
    expect((await told(0.1, { ...watch, by: 'source' } as typeof watch)).state).toBe('green');
  });

  test('silence is red; few annotations are said', async () => {
    const world = monitored();
    await world.arrive('before', 30, spoken('before', 400, 0.1));
    expect(await world.look(watch)).toMatchObject({
      state: 'red',
      reason: 'no feedback in the current drops, 400 annotations in the reference',
    });
    await world.arrive('after', 2, spoken('after', 99, 0.1));
    expect((await world.look(watch)).reason).toBe('99 current annotations; 100 are needed');
    expect((await world.look({ ...watch, least: 401 })).reason).toBe(
      '400 annotations in the reference; 401 are needed',
    );
  });
});
