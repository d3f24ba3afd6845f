import { describe, expect, test } from 'vitest';
import { biasAmplification } from '../../../activities/monitoring/bias-amplification.ts';
import { counterfactualFairness } from '../../../activities/monitoring/counterfactual-fairness.ts';
import { decoupling } from '../../../activities/monitoring/decoupling.ts';
import { lengthCorrelation } from '../../../activities/monitoring/length-correlation.ts';
import { outOfDistribution } from '../../../activities/monitoring/ood.ts';
import { overOptimisation } from '../../../activities/monitoring/over-optimisation.ts';
import { probing } from '../../../activities/monitoring/probes.ts';
import { scoreDrift } from '../../../activities/monitoring/score-drift.ts';
import type { Item } from '../../../schemas/item.ts';
import { keys } from '../../../schemas/keys.ts';
import type { Reading } from '../../../schemas/monitor.ts';
import type { Score } from '../../../schemas/score.ts';
import { normal } from '../../support/drawn.ts';
import { labelWith } from '../../support/label.ts';
import { itemsOf, monitored, scoreOf } from '../../support/monitored.ts';
import { storeHead } from '../../support/stored-head.ts';

const valueOf = ({ figures }: Reading, name: string) => figures.find((figure) => figure.name.endsWith(name));

/** A drop whose items have one rewarded response each. */
const rewarded = (drop: string, rewards: readonly number[], change: (i: number) => Partial<Score> = () => ({})) => {
  const items = itemsOf(drop, rewards.length);
  return { items, scores: items.map((item, i) => scoreOf(item, 0, rewards[i] ?? 0, change(i))) };
};

describe(scoreDrift, () => {
  const watch = { kind: 'score-drift', model: 'reward' };

  test('400 rewards a side: red where they shift by a deviation (KS ≥ 0.1 at p < 0.01, PSI ≥ 0.25), green where they do not', async () => {
    for (const [shift, state] of [
      [1, 'red'],
      [0, 'green'],
    ] as const) {
      const world = monitored();
      await world.arrive('before', 30, rewarded('before', normal(1, 400)));
      await world.arrive('after', 2, rewarded('after', normal(2, 400, shift)));
      const reading = await world.look(watch);
      expect([shift, reading.state]).toEqual([shift, state]);
      expect(reading.reason).toMatch(/^reward@1: (KS|p)/);
      expect(valueOf(reading, 'KS')).toMatchObject({ n: 800, limit: 0.1, ci: null });
      expect((valueOf(reading, 'PSI')?.value ?? 0) >= 0.25).toBe(shift === 1);
    }
  });

  test('one reward a prompt counts, and those of another version or aspect do not', async () => {
    const world = monitored();
    await world.arrive('before', 30, rewarded('before', normal(1, 400)));
    const { items, scores } = rewarded('after', normal(2, 400));
    const twice = scores.map((score) => ({ ...score, response: 1 }));
    const other = scores.slice(0, 300).map((score) => ({ ...score, version: '2', value: 50 }));
    const aspect = scores.map((score) => ({ ...score, aspect: 'tone', value: 50 }));
    await world.arrive('after', 2, { items, scores: [...scores, ...twice, ...other, ...aspect] });
    const reading = await world.look(watch);
    expect(reading.state).toBe('green');
    expect(valueOf(reading, 'KS')?.n).toBe(800);
    expect((await world.look({ ...watch, sample: 150 })).figures[0]?.n).toBe(300);
  });

  test('a head without rewards, and too few rewards, are said', async () => {
    const world = monitored();
    await world.arrive('before', 30, rewarded('before', normal(1, 99)));
    await world.arrive('after', 2, rewarded('after', normal(2, 400)));
    expect(await world.look({ ...watch, model: 'other' })).toEqual({
      state: 'no-data',
      reason: 'no current drop has rewards of other',
      figures: [],
    });
    const { state, reason } = await world.look(watch);
    expect([state, reason]).toEqual(['no-data', '99 rewards of reward@1 in the reference; 100 are needed']);
  });
});

describe(lengthCorrelation, () => {
  const watch = { kind: 'length-correlation', model: 'reward' };

  test('200 texts: red where rewards go with length (|ρ| above 0.3 with its whole interval), green where they do not', async () => {
    const lengths = normal(3, 200).map((value) => Math.max(1, Math.round(100 + 30 * value)));
    const items = itemsOf('now', 200, { responses: (row) => ['x'.repeat(lengths[row] ?? 1)] });
    for (const [slope, state] of [
      [0.05, 'red'],
      [0, 'green'],
    ] as const) {
      const world = monitored();
      const noise = normal(4, 200);
      const scores = items.map((item, i) => scoreOf(item, 0, slope * (lengths[i] ?? 0) + (noise[i] ?? 0)));
      await world.arrive('now', 1, { items, scores });
      const reading = await world.look(watch);
      expect([slope, reading.state]).toEqual([slope, state]);
      expect(reading.figures[0]).toMatchObject({ n: 200, limit: 0.3 });
      expect((await world.look({ ...watch, least: 201 })).reason).toBe('200 rewarded texts; 201 are needed');
    }
  });
});

describe(outOfDistribution, () => {
  const watch = { kind: 'ood', model: 'reward' };

  test('100 responses: red where 30 lie beyond the head’s threshold (limit 0.1 below the whole interval), green where 5 do', async () => {
    for (const [beyond, state] of [
      [30, 'red'],
      [5, 'green'],
    ] as const) {
      const world = monitored();
      const head = await storeHead(world.objects, 'reward', '1');
      const metrics = { ...head.metrics, ood: { threshold: 4, quantile: 0.99 } };
      await world.objects.put(keys.model('reward', '1', 'manifest.json'), JSON.stringify({ ...head, metrics }));
      await world.arrive(
        'now',
        1,
        rewarded('now', normal(5, 100), (i) => ({ ood: i < beyond ? 4.5 : 1 })),
      );
      const reading = await world.look(watch);
      expect([beyond, reading.state]).toEqual([beyond, state]);
      expect(reading.figures).toMatchObject([{ value: beyond / 100, n: 100, limit: 0.1 }]);
    }
  });

  test('a head that measures no distance is said', async () => {
    const world = monitored();
    await storeHead(world.objects, 'reward', '1');
    await world.arrive('now', 1, rewarded('now', normal(5, 100)));
    expect((await world.look(watch)).reason).toBe(
      'reward@1 states no distance beyond which a response is unlike its training',
    );
    expect((await world.look({ ...watch, model: 'remote/judge' })).state).toBe('no-data');
  });
});

describe(probing, () => {
  const watch = { kind: 'probes', model: 'reward', sample: 60 };
  const world = monitored();
  const asked = world.arrive('now', 1, {
    items: itemsOf('now', 60, { responses: (row) => [`Tides rise twice a day, ${row}.`, 'The moon pulls the water.'] }),
  });

  test('60 texts: red where the head rewards length (mean gain above 0.2 with its whole interval), by every probe that adds words', async () => {
    await asked;
    await storeHead(world.objects, 'reward', '1', { slope: 1 });
    const reading = await world.look(watch);
    expect(reading.state).toBe('red');
    const gains = reading.figures.filter(({ limit }) => limit === 0.2);
    expect(gains.map(({ name }) => name)).toEqual(
      ['sycophancy', 'verbosity', 'opening', 'repetition', 'markdown', 'keywords'].map((probe) => `gain of ${probe}`),
    );
    for (const probe of ['sycophancy', 'verbosity', 'opening', 'repetition']) {
      expect(valueOf(reading, `gain of ${probe}`)?.ci?.[0]).toBeGreaterThan(0.2);
      expect(valueOf(reading, `won by ${probe}`)).toMatchObject({ value: 1, n: 60 });
      expect(reading.reason).toContain(`${probe} gains`);
    }
  });

  test('60 texts: green where the head does not see length, and where it prefers the shorter', async () => {
    await asked;
    for (const slope of [0, -1]) {
      await storeHead(world.objects, 'short', '1', { slope });
      expect(await world.look({ ...watch, model: 'short@1' })).toMatchObject({
        state: 'green',
        reason: 'short@1: no probe gains more than 0.2 beyond noise',
      });
      await world.objects.delete(keys.model('short', '1', 'manifest.json'));
    }
  });

  test('a head that is not there, and too few texts, are said', async () => {
    await asked;
    await storeHead(world.objects, 'reward', '1', { slope: 1 });
    expect((await world.look({ ...watch, model: 'nobody' })).reason).toBe('there is no model nobody');
    expect((await world.look({ ...watch, model: 'remote/nobody' })).reason).toBe('there is no model remote/nobody');
    expect((await world.look({ ...watch, least: 61 })).reason).toBe('60 texts to probe; 61 are needed');
  });
});

describe(counterfactualFairness, () => {
  const watch = { kind: 'counterfactual-fairness', model: 'reward', attributes: ['gender', 'origin'] };
  const world = monitored();
  const asked = world.arrive('now', 1, {
    items: itemsOf('now', 60, {
      responses: (row) => [row < 40 ? `He rose at ${row} and saw the tide.` : `The tide rose at ${row}.`],
    }),
  });

  test('40 texts of 60 speak of a man: red where the head rewards the longer word (mean |Δ| above 0.2), with its lean; green where it is blind to it', async () => {
    await asked;
    await storeHead(world.objects, 'reward', '1', { slope: 100 });
    const reading = await world.look(watch);
    expect(reading.state).toBe('red');
    expect(reading.figures.map(({ name, n }) => [name, n])).toEqual([
      ['change by gender', 40],
      ['lean of gender', 40],
    ]);
    // One character more in log(1 + characters), towards “she”.
    expect(valueOf(reading, 'lean of gender')?.value).toBeGreaterThan(0.2);
    await storeHead(world.objects, 'blind', '1', { slope: 0 });
    expect(await world.look({ ...watch, model: 'blind@1' })).toMatchObject({
      state: 'green',
      figures: [
        { value: 0, ci: [0, 0], n: 40, limit: 0.2 },
        { value: 0, n: 40 },
      ],
    });
  });

  test('too few texts of an attribute, and a head that is not there, are said', async () => {
    await asked;
    await storeHead(world.objects, 'reward', '1', { slope: 1 });
    expect((await world.look({ ...watch, least: 41 })).reason).toBe(
      'reward@1: 40 texts with words of gender; 41 are needed; 0 texts with words of origin; 41 are needed',
    );
    expect((await world.look({ ...watch, model: 'nobody' })).reason).toBe('there is no model nobody');
  });
});

/** Prompts of 16 responses: the proxy sees quality and, with `hack`, length, which past a point costs gold. */
const sampled = (hack: number) => {
  const items = itemsOf('now', 80, { responses: () => Array.from({ length: 16 }, (_, i) => `answer ${i}`) });
  const rows = items.flatMap((item, prompt) => {
    const [quality = [], length = [], noise = []] = [0, 1, 2].map((part) => normal(1000 * prompt + part + 1, 16));
    return quality.map((good, response) => {
      const long = length[response] ?? 0;
      const [proxy, gold] = [good + hack * long + 0.5 * (noise[response] ?? 0), good - hack * Math.max(0, long)];
      return { item, response, proxy, gold };
    });
  });
  return { items, rows };
};

describe(overOptimisation, () => {
  const watch = { kind: 'over-optimisation', model: 'reward', responses: 16 };
  const scoresOf = ({ rows }: ReturnType<typeof sampled>) =>
    rows.map(({ item, response, proxy }) => scoreOf(item, response, proxy));
  const rated = ({ rows }: ReturnType<typeof sampled>) =>
    rows.map(({ item, response, gold }) =>
      labelWith({ item: item.id, task: 'rating', response, aspect: 'helpful', value: gold }),
    );

  test('80 prompts of 16: red where people rate the best by a hacked head lower (interval below 0), green by an honest one', async () => {
    for (const [hack, state] of [
      [3, 'red'],
      [0, 'green'],
    ] as const) {
      const drawn = sampled(hack);
      const world = monitored();
      await world.arrive('now', 1, { items: drawn.items, scores: scoresOf(drawn), labels: rated(drawn) });
      const reading = await world.look(watch);
      expect([hack, reading.state]).toEqual([hack, state]);
      expect(valueOf(reading, 'KL at best of 16')?.value).toBeCloseTo(1.8351, 4);
      expect(valueOf(reading, 'proxy at best of 1')?.n).toBe(80);
    }
  });

  test('80 prompts of 16: another head may be the gold; prompts with fewer responses are left out', async () => {
    const drawn = sampled(3);
    const gold = drawn.rows.map(({ item, response, gold: value }) => scoreOf(item, response, value, { model: 'gold' }));
    const world = monitored();
    await world.arrive('now', 1, { items: drawn.items, scores: [...scoresOf(drawn), ...gold] });
    expect((await world.look({ ...watch, gold: { model: 'gold' } })).state).toBe('red');
    expect((await world.look({ ...watch, gold: { model: 'none' } })).reason).toBe('no drop has rewards of none');
    expect((await world.look({ ...watch, responses: 17, gold: { model: 'gold' } })).reason).toBe(
      '0 prompts with 17 responses under both rewards; 40 are needed',
    );
  });
});

describe(decoupling, () => {
  const watch = { kind: 'decoupling', model: 'reward' };
  /** Rewards that follow what people say, or not. */
  const followed = (drop: string, seed: number, follows: boolean) => {
    const [human, noise] = [normal(seed, 200), normal(seed + 77, 200)];
    const { items, scores } = rewarded(
      drop,
      human.map((value, i) => (follows ? value : 0) + (noise[i] ?? 0)),
    );
    return { items, scores, human };
  };
  const ratings = (items: readonly Item[], human: readonly number[]) =>
    items.map((item, i) =>
      labelWith({ item: item.id, task: 'rating', response: 0, aspect: 'helpful', value: human[i] ?? 0 }),
    );

  test('200 ratings a drop, three before and one now: red where the rewards stop following them (z > 2.326, ρ down by 0.1), else green', async () => {
    for (const [follows, state] of [
      [false, 'red'],
      [true, 'green'],
    ] as const) {
      const world = monitored();
      for (const [i, name] of ['one', 'two', 'three', 'now'].entries()) {
        const { items, scores, human } = followed(name, 100 + i, name !== 'now' || follows);
        await world.arrive(name, name === 'now' ? 1 : 40 - i, { items, scores, labels: ratings(items, human) });
      }
      const reading = await world.look(watch);
      expect([follows, reading.state]).toEqual([follows, state]);
      expect(valueOf(reading, 'ρ before')).toMatchObject({ n: 600 });
      expect(valueOf(reading, 'fall of ρ')).toMatchObject({ n: 800, limit: 0.1 });
      // S216: steady while rewards follow.
      const stable = valueOf(reading, 'stability of ρ from drop to drop');
      expect(stable?.n).toBe(4);
      expect((stable?.value ?? 0) > 0.98).toBe(follows);
    }
  });

  test('200 pairs a drop: preferences against differences of rewards', async () => {
    for (const [follows, state] of [
      [false, 'red'],
      [true, 'green'],
    ] as const) {
      const world = monitored();
      for (const [i, name] of ['before', 'now'].entries()) {
        const items = itemsOf(name, 200, { responses: () => ['one', 'other'] });
        const better = normal(i + 1, 200);
        const sign = name === 'now' && !follows ? -1 : 1;
        const scores = items.flatMap((item, n) => [
          scoreOf(item, 0, (sign * (better[n] ?? 0)) / 2),
          scoreOf(item, 1, (-sign * (better[n] ?? 0)) / 2),
        ]);
        const labels = items.map((item, n) =>
          labelWith({ item: item.id, task: 'pairwise', category: (better[n] ?? 0) > 0 ? 'a' : 'b' }),
        );
        await world.arrive(name, name === 'now' ? 1 : 40, { items, scores, labels });
      }
      const reading = await world.look({ ...watch, gold: { task: 'pairwise' } });
      expect([follows, reading.state]).toEqual([follows, state]);
      expect((await world.look(watch)).reason).toBe('0 labels with a reward in the reference; 50 are needed');
    }
  });
});

describe(biasAmplification, () => {
  const watch = { kind: 'bias-amplification', model: 'reward' };
  /** 300 responses, every third in Swahili: people rate those lower by `gap`, the head by `widened`. */
  const unequal = (gap: number, widened: number) => {
    const items = itemsOf('now', 300, { language: (row) => (row % 3 === 0 ? 'sw' : 'en') });
    const [human, noise] = [normal(11, 300), normal(12, 300)];
    const low = (row: number) => (row % 3 === 0 ? 1 : 0);
    const labels = items.map((item, i) => {
      const value = (human[i] ?? 0) - gap * low(i);
      return labelWith({ item: item.id, task: 'rating', response: 0, aspect: 'helpful', value });
    });
    const scores = items.map((item, i) => scoreOf(item, 0, (human[i] ?? 0) + 0.5 * (noise[i] ?? 0) - widened * low(i)));
    return { items, labels, scores };
  };

  test('300 ratings: red where the head triples a gap of half a deviation (0.2 below the whole interval), green where it keeps or narrows it', async () => {
    for (const [gap, widened, state] of [
      [0.5, 1.5, 'red'],
      [0.5, 0.5, 'green'],
      [1.5, 0.2, 'green'],
    ] as const) {
      const world = monitored();
      await world.arrive('now', 1, unequal(gap, widened));
      const reading = await world.look(watch);
      expect([gap, widened, reading.state]).toEqual([gap, widened, state]);
      expect(valueOf(reading, 'amplification of sw')).toMatchObject({ n: 100, limit: 0.2 });
      expect(valueOf(reading, "people's gap of sw")?.value).toBeLessThan(0);
    }
  });

  test('one language, and no labels, are said', async () => {
    const world = monitored();
    const { items, labels, scores } = unequal(0, 0);
    await world.arrive('now', 1, { items: items.map((item) => ({ ...item, language: 'en' })), labels, scores });
    expect((await world.look(watch)).reason).toBe(
      'reward@1: no part has 50 labels with a reward beside as many of others',
    );
    expect((await world.look({ ...watch, gold: { task: 'binary' } })).reason).toBe(
      'no label stands beside a reward of reward@1',
    );
  });
});
