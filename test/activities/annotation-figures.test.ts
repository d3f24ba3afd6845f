import { beforeAll, describe, expect, test } from 'vitest';
import { createTableStore } from '../../activities/adapters/tables.ts';
import { createAnnotateActivities } from '../../activities/annotate.ts';
import { createFigures } from '../../activities/annotation-figures.ts';
import type { OpenBatches } from '../../activities/figures/rounds.ts';
import { opaqueId, sha256, unitHash } from '../../models/hash.ts';
import { Annotation } from '../../schemas/annotation.ts';
import { AnnotatorProfile } from '../../schemas/annotator.ts';
import { type CastVote, VoteBody } from '../../schemas/batch.ts';
import { Item } from '../../schemas/item.ts';
import { keys } from '../../schemas/keys.ts';
import type { AgreementFigures, AnnotatorFigures, CostFigures } from '../../schemas/scorecard.ts';
import { idle } from '../support/curation.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { scratch } from '../support/scratch.ts';

const ITEMS = 120;
const DAY = Date.UTC(2026, 4, 1);
const HOUR = 3_600_000;
const id = (n: number) => opaqueId('it', n);
const chance = (who: string, n: number) => unitHash(who, String(n));

const items = Array.from({ length: ITEMS }, (_, n) =>
  Item.parse({
    id: id(n),
    externalId: null,
    modality: 'text',
    language: n % 2 === 0 ? 'en' : 'de',
    translatedFrom: null,
    group: `g${n}`,
    prompt: [{ role: 'user', content: 'p' }],
    // The longer text is the better one as often as not.
    responses: [n % 3 === 0, n % 3 !== 0].map((long) => ({
      model: 'm',
      text: long ? 'x'.repeat(90) : 'x',
      media: null,
    })),
    contentHash: 'b'.repeat(64),
    origin: { drop: 'run', file: 'a.jsonl', row: n + 1, license: 'MIT', subject: null },
  }),
);

type Side = 'a' | 'b';
const truth = (n: number): Side => (chance('truth', n) < 0.5 ? 'a' : 'b');
const other = (side: Side): Side => (side === 'a' ? 'b' : 'a');
const mostly = (who: string, share: number) => (n: number) => (chance(who, n) < share ? truth(n) : other(truth(n)));
const turnOf = (who: string, n: number) => (chance(`turn ${who}`, n) < 0.5 ? [0, 1] : [1, 0]);

interface Person {
  readonly vendor: string | null;
  readonly seconds: number;
  readonly says: (n: number, shown: readonly number[]) => Side;
}
/** Honest people, and one of each kind that a manager should see. */
const PEOPLE: Readonly<Record<string, Person>> = {
  ann: { vendor: 'good', seconds: 40, says: mostly('ann', 0.92) },
  ben: { vendor: 'good', seconds: 50, says: mostly('ben', 0.9) },
  cem: { vendor: 'good', seconds: 45, says: mostly('cem', 0.91) },
  dot: { vendor: null, seconds: 42, says: mostly('dot', 0.9) },
  left: {
    vendor: null,
    seconds: 38,
    says: (n, shown) => (chance('left', n) < 0.85 ? (shown[0] === 0 ? 'a' : 'b') : truth(n)),
  },
  fast: { vendor: 'cheap', seconds: 2, says: mostly('fast', 0.6) },
  spam: { vendor: 'cheap', seconds: 30, says: (n) => (chance('spam', n) < 0.5 ? 'a' : 'b') },
  flat: { vendor: 'cheap', seconds: 35, says: () => 'a' },
};

const bodyOf = (who: string, n: number) => {
  const { seconds, says } = PEOPLE[who] as Person;
  const shown = turnOf(who, n);
  return VoteBody.parse({
    task: 'pairwise',
    value: { preferred: says(n, shown), strength: null },
    seconds,
    guideline: n < ITEMS / 2 ? '1' : '2',
    shown,
  });
};
const atOf = (who: string, n: number) => DAY + Math.floor(n / 40) * 24 * HOUR + Object.keys(PEOPLE).indexOf(who) * HOUR;

const annotations = Object.keys(PEOPLE).flatMap((who) =>
  items.map((item, n) =>
    Annotation.parse({
      ...bodyOf(who, n),
      id: opaqueId('an', who, n),
      item: item.id,
      source: { kind: 'human', id: who },
      at: atOf(who, n),
      ruling: false,
      origin: item.origin,
    }),
  ),
);
const ruling = Annotation.parse({
  ...annotations[0],
  id: opaqueId('an', 'ruling'),
  source: { kind: 'human', id: 'reviewer' },
  ruling: true,
});
const judge = Annotation.parse({
  ...annotations[0],
  id: opaqueId('an', 'judge'),
  source: { kind: 'judge', id: 'gpt' },
});

const profiles = Object.entries(PEOPLE)
  .map(([subject, { vendor }]) => AnnotatorProfile.parse({ subject, vendor }))
  .map((profile) => (profile.subject === 'ann' ? { ...profile, hourlyCost: 36 } : profile));

const setup = async (
  given: readonly Annotation[],
  { partition = 'run-r1', open = {} as Record<string, CastVote[]> } = {},
) => {
  const objects = createMemoryObjects();
  const tables = createTableStore({ objects, tempDir: scratch() });
  await objects.put(
    keys.dropManifest('run'),
    JSON.stringify({ name: 'run', modality: 'text', format: 'assay', license: 'MIT', purpose: ['test'] }),
  );
  await objects.put(keys.dropFile('run', 'pipeline.yaml'), 'annotate: {tasks: [pairwise]}\n');
  const ref = await tables.commit('items', 'run', [await tables.writeShard('items', Item, items)]);
  await tables.commit('annotations', partition, [await tables.writeShard('annotations', Annotation, given)]);
  const known = Array.from({ length: 12 }, (_, n) => ({
    item: id(n),
    task: 'pairwise',
    value: { preferred: truth(n) },
  }));
  await objects.put(keys.dropFile('run', 'checks.jsonl'), known.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await createAnnotateActivities({ objects, tables, progress: idle }).planBatches({
    run: 'run',
    round: 1,
    items: ref,
    batchSize: ITEMS,
    checks: { file: 'checks.jsonl', qualify: 0, perBatch: 12, tasks: ['pairwise'] },
  });
  let asked = 0;
  let clock = 0;
  const batches: OpenBatches = {
    list: async () => {
      asked++;
      return Object.keys(open).map((batch) => ({ id: batch }));
    },
    votes: async (batch) => open[batch] ?? [],
  };
  const make = (mostVotes?: number) =>
    createFigures({
      objects,
      tables,
      batches,
      profiles: { list: async () => profiles },
      now: () => clock,
      ...(mostVotes === undefined ? {} : { mostVotes }),
    });
  return { objects, tables, make, figures: make(), open, asked: () => asked, wait: (ms: number) => (clock += ms) };
};

describe('planted people', () => {
  let people: AnnotatorFigures;
  let agreement: AgreementFigures;
  let cost: CostFigures;
  beforeAll(async () => {
    const { figures } = await setup([...annotations, ruling, judge]);
    [people, agreement, cost] = await Promise.all([
      figures.annotators('run'),
      figures.agreement('run'),
      figures.cost('run'),
    ]);
  });
  const cardOf = (subject: string) => people.annotators.find((card) => card.subject === subject);
  const flagsOf = (subject: string) => cardOf(subject)?.flags.map(({ flag }) => flag) ?? [];

  test('each is flagged for what they do, and honest people are not', () => {
    expect(people.annotators.map(({ subject }) => subject)).toEqual(Object.keys(PEOPLE).toSorted());
    for (const honest of ['ann', 'ben', 'cem', 'dot']) expect([honest, flagsOf(honest)]).toEqual([honest, []]);
    expect(flagsOf('left')).toContain('side');
    expect(flagsOf('fast')).toContain('speed');
    expect(flagsOf('spam')).toEqual(expect.arrayContaining(['checks', 'spammer']));
    expect(flagsOf('flat')).toEqual(expect.arrayContaining(['constant', 'spammer']));
  });

  test('figures are those of the votes', () => {
    const left = cardOf('left');
    const shownFirst = annotations.filter(
      ({ source, task, value, shown }) =>
        source.id === 'left' &&
        task === 'pairwise' &&
        'preferred' in value &&
        (value.preferred === 'a') === (shown?.[0] === 0),
    );
    expect(left?.first.value).toBe(shownFirst.length / ITEMS);
    expect(left).toMatchObject({ votes: ITEMS, items: ITEMS, vendor: null, seconds: 38, checks: { n: 12 } });
    expect(cardOf('ann')?.checks.value).toBeGreaterThan(0.7);
    expect(cardOf('spam')?.reliability).toBeLessThan(cardOf('ann')?.reliability ?? 0);
    expect(people.coverage).toEqual({ votes: annotations.length, of: annotations.length });
  });

  test('a vendor whose people vote badly stands out', () => {
    const [cheap, good, none] = people.vendors;
    expect([cheap?.vendor, good?.vendor, none?.vendor]).toEqual(['cheap', 'good', null]);
    expect(cheap).toMatchObject({ annotators: 3, share: 3 / 8 });
    expect(cheap?.agreement.value).toBeLessThan(good?.agreement.value ?? 0);
    expect(cheap?.flags.map(({ flag }) => flag)).toContain('spammer');
    expect(people.concentration).toEqual({ vendors: 0.5, annotators: 1 / 8 });
  });

  test('agreement is told by language, guideline and day, without checks', () => {
    const [whole] = agreement.byTask;
    expect(whole).toMatchObject({ task: 'pairwise', part: null, level: 'nominal', labels: ITEMS - 12 });
    expect(whole?.alpha).toBeGreaterThan(whole?.ci?.[0] ?? 1);
    expect(agreement.byLanguage.map(({ part, labels }) => [part, labels])).toEqual([
      ['de', 54],
      ['en', 54],
    ]);
    expect(agreement.byGuideline.map(({ part, labels }) => [part, labels])).toEqual([
      ['1', 48],
      ['2', 60],
    ]);
    expect(agreement.overTime.map(({ part, labels }) => [part, labels])).toEqual([
      ['2026-05-01', 28],
      ['2026-05-02', 40],
      ['2026-05-03', 40],
    ]);
  });

  test('cost and time are sums of what votes state', () => {
    const seconds = Object.values(PEOPLE).reduce((sum, person) => sum + person.seconds, 0) * ITEMS;
    expect(cost).toMatchObject({
      votes: annotations.length,
      items: ITEMS,
      seconds,
      timed: annotations.length,
      costed: ITEMS,
    });
    // 120 votes of 40 s at 36 an hour.
    expect(cost.cost).toBeCloseTo(48, 9);
    expect(cost.perItem.cost).toBeCloseTo(0.4, 9);
    expect(cost.turnaround).toEqual({ p50: 7, p95: 7, items: ITEMS });
    expect(cost.byDay.map(({ day, votes, annotators }) => [day, votes, annotators])).toEqual([
      ['2026-05-01', 320, 8],
      ['2026-05-02', 320, 8],
      ['2026-05-03', 320, 8],
    ]);
  });
});

describe('where votes lie', () => {
  const some = annotations.filter(({ source }) => source.id === 'ann' || source.id === 'ben');

  test('open batches count, and a batch that just ended is not counted twice', async () => {
    const { figures, objects, open, wait } = await setup([]);
    const cast: CastVote[] = [];
    for (const n of [0, 1, 20]) {
      const body = JSON.stringify(bodyOf('ann', n));
      await objects.put(keys.vote(sha256(body)), body);
      cast.push({ item: id(n), task: 'pairwise', sha256: sha256(body), category: null, annotator: 'ann', at: DAY + n });
    }
    open['batch/run/0'] = cast.slice(0, 2);
    open['batch/run/1'] = cast.slice(1);
    expect((await figures.cost('run')).votes).toBe(3);
    delete open['batch/run/0'];
    expect((await figures.cost('run')).votes).toBe(3);
    wait(10_000);
    expect((await figures.cost('run')).votes).toBe(2);
  });

  test('batches that have ended count before their round is committed', async () => {
    const { figures, objects, tables } = await setup(some, { partition: 'run' });
    await objects.put(
      keys.receipt('run', 'annotate-1', 'plan'),
      JSON.stringify({ batches: 1, items: 1, digest: 'abc' }),
    );
    const mine = annotations.filter(({ source }) => source.id === 'dot');
    const shard = await tables.writeShard('annotations', Annotation, mine);
    await objects.put(keys.receipt('run', 'votes-1-abc', '000000-000000-x'), JSON.stringify(shard));
    const { annotators } = await figures.annotators('run');
    expect(annotators.map(({ subject }) => subject)).toEqual(['ann', 'ben', 'dot']);
  });

  test('of a very large run some items are read, each with all its votes', async () => {
    const { make } = await setup(some);
    const figures = make(some.length / 4);
    const { coverage, labels } = await figures
      .agreement('run')
      .then(({ byTask, ...rest }) => ({ ...rest, labels: byTask[0]?.labels }));
    expect(coverage.of).toBe(some.length);
    expect(coverage.votes).toBeGreaterThan(some.length / 8);
    expect(coverage.votes).toBeLessThan(some.length / 2);
    expect((await figures.cost('run')).items * 2).toBe(coverage.votes);
    expect(labels).toBeGreaterThan(0);
  });

  test('equal votes are read once', async () => {
    const { figures, asked, wait } = await setup(some);
    const first = await figures.annotators('run');
    expect(await figures.annotators('run')).toBe(first);
    expect(asked()).toBe(1);
    wait(10_000);
    expect(await figures.annotators('run')).toBe(first);
    expect(asked()).toBe(2);
  });

  test('a run without items is not there', async () => {
    const { figures } = await setup([]);
    await expect(figures.cost('nothing')).rejects.toMatchObject({ code: 'ASY-1001' });
  });
});
