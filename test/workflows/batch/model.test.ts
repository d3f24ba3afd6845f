/** The state of `annotationBatch`, model-based: whatever people do in whatever order, no illegal transition, nothing lost, nothing doubled (S326, S328, S088, S022). */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Batch, type BatchSettings } from '../../../workflows/batch/batch.ts';
import { acting, CHECKS, checksOf, settingsOf, voteOn } from './support.ts';

const ITEMS = ['x', 'y', 'z'];
const PEOPLE = ['p', 'q', 'r', 's', 't'];
/** p and q are of group g. */
const claimantOf = (name: string) => ({
  skills: [],
  languages: [],
  vendor: null,
  groups: name === 'p' || name === 'q' || name.startsWith('late-g') ? ['g'] : [],
});

interface Model {
  /** `person item` of votes that were taken and not undone. */
  readonly cast: Set<string>;
  now: number;
}
interface Real {
  readonly settings: BatchSettings;
  batch: Batch;
}

/** What must hold after every step. */
const holds = ({ cast }: Model, { batch, settings }: Real): void => {
  const { checks } = settings.rules ?? {};
  const seen = new Set<string>();
  for (const id of [...ITEMS, ...checksOf(checks == null ? 0 : 4).map((check) => check.id)]) {
    const item = batch.item(id);
    if (item === null) throw new Error(`${id} is gone`);
    const counted = item.votes.map(({ annotator }) => annotator);
    expect(new Set(counted).size).toBe(counted.length);
    if (item.known === null) expect(counted.length).toBeLessThanOrEqual(settings.redundancy);
    for (const { annotator } of [...item.votes, ...item.withdrawn]) seen.add(`${annotator} ${id}`);
    if (item.ruling !== null && item.known === null) expect(item.open).toBe(0);
  }
  expect(seen).toEqual(cast);
  for (const name of PEOPLE) {
    const held = batch.held(name);
    expect(new Set(held).size).toBe(held.length);
    const answers = batch.checked.find(({ annotator }) => annotator === name);
    const qualified = (answers?.asked ?? 0) >= (checks?.qualify ?? 0);
    if (!qualified) expect(held.every((id) => id.startsWith('check'))).toBe(true);
    for (const id of held) expect(cast.has(`${name} ${id}`)).toBe(false);
    const failed = checks != null && answers !== undefined && answers.asked >= 2 && answers.right < 0.5 * answers.asked;
    if (failed) expect(held).toEqual([]);
  }
};

type Act = (batch: Batch, model: Model) => void;
/** A step; a refusal must carry a code and change nothing that counts. */
class Step implements fc.Command<Model, Real> {
  readonly what: string;
  readonly act: Act;
  constructor(what: string, act: Act) {
    this.what = what;
    this.act = act;
  }
  check = () => true;
  run(model: Model, real: Real): void {
    model.now += 7;
    try {
      this.act(real.batch, model);
    } catch (error) {
      if (!/ASY-\d{4}/.test(String(error))) throw error;
    }
    holds(model, real);
  }
  toString = () => this.what;
}
/** It continues as new, with what it put aside. */
class Restart implements fc.Command<Model, Real> {
  check = () => true;
  run(model: Model, real: Real): void {
    const before = real.batch.state();
    real.batch = new Batch(real.settings, JSON.parse(JSON.stringify(real.batch)));
    expect(real.batch.state()).toEqual(before);
    holds(model, real);
  }
  toString = () => 'restart';
}

const who = fc.constantFrom(...PEOPLE);
const item = fc.constantFrom(...ITEMS, 'check0', 'check1');
const side = fc.constantFrom('a', 'a', 'b');
const commands = [
  who.map(
    (name) =>
      new Step(`claim ${name}`, (batch, { now }) => {
        const { items, refusal } = batch.claim({ annotator: name, n: 2, claimant: claimantOf(name) }, now);
        expect(items.length === 0).toBe(refusal !== null);
      }),
  ),
  fc.tuple(who, item, side).map(
    ([name, id, category]) =>
      new Step(`submit ${name} ${id} ${category}`, (batch, { now, cast }) => {
        const request = { annotator: name, votes: [voteOn(id, category)] };
        batch.checkSubmit(request, now);
        batch.submit(request, now);
        cast.add(`${name} ${id}`);
        // The same again is no second vote.
        batch.checkSubmit(request, now + 10_000);
        batch.submit(request, now + 10_000);
      }),
  ),
  fc.tuple(who, item, fc.constantFrom('cannot-judge', 'later')).map(
    ([name, id, reason]) =>
      new Step(`skip ${name} ${id}`, (batch, { now }) => {
        batch.checkSkip({ annotator: name, item: id, reason }, now);
        batch.skip({ annotator: name, item: id, reason });
      }),
  ),
  fc.tuple(who, item).map(
    ([name, id]) =>
      new Step(`undo ${name} ${id}`, (batch, { now, cast }) => {
        batch.checkUndo({ annotator: name, item: id }, now);
        const was = batch.item(id)?.votes.some(({ annotator }) => annotator === name) === true;
        batch.undo({ annotator: name, item: id }, now);
        if (was) cast.delete(`${name} ${id}`);
        expect(batch.held(name)).toContain(id);
      }),
  ),
  fc.tuple(item, fc.constantFrom('accept' as const, 'decide' as const, 'return' as const)).map(
    ([id, ruling]) =>
      new Step(`rule ${id} ${ruling}`, (batch, { now }) => {
        const votes = ruling === 'decide' ? [voteOn(id, 'tie')] : [];
        const request = { reviewer: 'judge', item: id, ruling, votes, note: null };
        const waits = batch.review.some((entry) => entry.item === id);
        const ruled = batch.item(id)?.ruling ?? null;
        batch.checkAdjudicate(request);
        expect(waits || ruled !== null).toBe(true);
        batch.adjudicate(request, now);
        expect(batch.review.some((entry) => entry.item === id)).toBe(false);
      }),
  ),
  fc.tuple(who, item).map(
    ([name, id]) =>
      new Step(`dispute ${name} ${id}`, (batch, { now }) => {
        const request = { annotator: name, item: id, note: 'e'.repeat(64) };
        batch.checkDispute(request);
        batch.dispute(request, now);
      }),
  ),
  fc.constant(
    new Step('wait', (batch, model) => {
      model.now += 60;
      const { leased } = batch.state();
      const returned = batch.expire(model.now);
      expect(batch.state().leased).toBeLessThanOrEqual(leased);
      expect(batch.expire(model.now)).toBe(0);
      expect(returned).toBeGreaterThanOrEqual(0);
    }),
  ),
  fc.constant(new Restart()),
];

/** People who are new, answer checks rightly and always vote `a`, and a reviewer who accepts: until nothing is wanted. */
const finish = (batch: Batch, now: number): void => {
  for (let n = 0; !batch.done; n++) {
    if (n > 400) throw new Error(`never done: ${JSON.stringify(batch)}`);
    const name = n % 2 === 0 ? `late-g${n}` : `late${n}`;
    const desk = acting(batch);
    for (let round = 0; round < 6 && !batch.done; round++)
      for (const id of desk.claim(name, 5, { claimant: claimantOf(name) }, now + 1000))
        desk.submit(name, id, 'a', now + 1000);
    for (const { item: id } of batch.review) desk.rule(id);
  }
};

it('every item ends with k votes of k people, or ruled, or closed as unanswerable', () => {
  fc.assert(
    fc.property(
      fc.record({
        redundancy: fc.integer({ min: 1, max: 3 }),
        review: fc.constantFrom('none' as const, 'disagreements' as const),
        checks: fc.constantFrom(null, { ...CHECKS, rate: 0.3, qualify: 2, minAccuracy: 0.5 }),
        quota: fc.boolean(),
      }),
      fc.commands(commands, { maxCommands: 80 }),
      ({ redundancy, review, checks, quota }, steps) => {
        const quotas = quota ? [{ group: 'g', min: 1, max: 2 }] : [];
        const settings = settingsOf({ review, checks, quotas }, { redundancy });
        const beginning = checks === null ? {} : { checks: checksOf(4), seed: 'seed' };
        const real: Real = { settings, batch: Batch.of(settings, ITEMS, beginning) };
        const model: Model = { cast: new Set(), now: 0 };
        fc.modelRun(() => ({ model, real }), steps);
        finish(real.batch, model.now);
        for (const id of ITEMS) {
          const { votes, ruling, skips, withdrawn } = real.batch.item(id) ?? {
            votes: [],
            ruling: null,
            skips: [],
            withdrawn: [],
          };
          const unanswerable = skips.filter(({ reason }) => reason !== 'later').length >= 3;
          if (ruling !== null || (review === 'none' && unanswerable)) continue;
          expect(votes.length, `${id}: ${JSON.stringify({ votes, skips, withdrawn })}`).toBe(redundancy);
          const members = votes.filter(({ annotator }) => claimantOf(annotator).groups.includes('g')).length;
          if (quota) expect(members >= 1 && members <= 2).toBe(true);
        }
      },
    ),
    { numRuns: 300 },
  );
});
