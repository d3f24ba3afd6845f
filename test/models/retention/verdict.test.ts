import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REDACTED_FROM, REDACTED_TO } from '../../../activities/redacted-link.ts';
import { classOf } from '../../../models/retention/classes.ts';
import { fateOf, type Known } from '../../../models/retention/verdict.ts';
import { keys } from '../../../schemas/keys.ts';
import { Retention } from '../../../schemas/retention.ts';

const DAY = 86_400_000;
const hash = 'ab'.repeat(32);
const version = '0123456789abcdef';
const shard = keys.shard('quarantine', hash);

const known = (over: Partial<Known> = {}): Known => ({
  now: 100 * DAY,
  ended: new Set(['support', 'wiki']),
  traced: new Set(),
  ofHeldSubjects: new Set(),
  quarantined: new Map([[shard, ['support']]]),
  named: new Set(),
  finished: new Set(),
  written: new Map(),
  ...over,
});
const stored = (key: string, days: number) => ({ key, bytes: 1, modified: (100 - days) * DAY });
const policy = (given: object): Retention => Retention.parse(given);
const reason = (key: string, days: number, given: object, over: Partial<Known> = {}) =>
  fateOf(stored(key, days), policy(given), known(over))?.reason ?? null;

const raw = keys.dropFile('support', 'rows.jsonl');
const rawRule = { rules: [{ class: 'raw', days: 30 }] };

describe('what goes', () => {
  it('is kept for its days and gone after them', () => {
    expect([29, 30, 31].map((days) => reason(raw, days, rawRule))).toEqual(['young', 'young', 'expired']);
    // To the millisecond.
    const modified = 70 * DAY - 1;
    expect(fateOf({ key: raw, bytes: 1, modified }, policy(rawRule), known())?.reason).toBe('expired');
  });

  it('is what the first rule for it says', () => {
    const rules = [
      { class: 'raw', days: 365, drops: ['sup*'] },
      { class: 'raw', days: 1 },
    ];
    expect(fateOf(stored(raw, 31), policy({ rules }), known())).toEqual({ class: 'raw', rule: 1, reason: 'young' });
    expect(fateOf(stored(keys.dropFile('wiki', 'a.csv'), 31), policy({ rules }), known())).toMatchObject({
      rule: 2,
      reason: 'expired',
    });
    const named = { rules: [{ class: 'raw', days: 1, drops: ['wiki', 'no*such'] }] };
    expect(fateOf(stored(raw, 31), policy(named), known())).toEqual({ class: 'raw', rule: null, reason: 'no-rule' });
  });

  it('stays while the run has not ended, and while a dataset traces to it unless the rule says so', () => {
    expect(reason(keys.dropFile('new', 'rows.jsonl'), 31, rawRule)).toBe('run-not-ended');
    const traced = { traced: new Set(['support']) };
    expect(reason(raw, 31, rawRule, traced)).toBe('traced');
    expect(reason(raw, 31, { rules: [{ ...rawRule.rules[0], evenIfTraced: true }] }, traced)).toBe('expired');
  });

  it('stays under a hold on its drop, its dataset or a person, however old', () => {
    const held = (hold: object) => ({ ...rawRule, holds: [{ reason: 'case 7', by: 'counsel', ...hold }] });
    expect(reason(raw, 99, held({ drops: ['support'] }))).toBe('held');
    expect(reason(raw, 99, held({ drops: ['*'] }))).toBe('held');
    expect(reason(raw, 99, held({ drops: ['suppor'] }))).toBe('expired');
    expect(reason(raw, 99, held({ subjects: ['sub_x'] }), { ofHeldSubjects: new Set(['support']) })).toBe('held');
    const unfinished = `${keys.dataset('faq', version)}data/a.parquet`;
    const rules = [{ class: 'unfinished', days: 1 }];
    expect(reason(unfinished, 9, { rules })).toBe('expired');
    expect(reason(unfinished, 9, { rules, holds: [{ reason: 'r', by: 'b', datasets: ['faq'] }] })).toBe('held');
  });

  it('is never what something names', () => {
    const rules = [
      { class: 'quarantine', days: 0 },
      { class: 'renditions', days: 0 },
      { class: 'unfinished', days: 1 },
    ];
    const upright = keys.rendition(hash, 'upright.jpeg');
    const card = keys.datasetFile('faq', version, 'card.md');
    const of = `faq/${version}`;
    expect(reason(shard, 2, { rules })).toBe('expired');
    expect(reason(shard, 2, { rules }, { quarantined: new Map() })).toBe('in-use');
    expect(reason(shard, 2, { rules }, { quarantined: new Map([[shard, ['support', 'new']]]) })).toBe('run-not-ended');
    expect(reason(upright, 2, { rules })).toBe('expired');
    expect(reason(upright, 2, { rules }, { named: new Set([upright]) })).toBe('in-use');
    expect(reason(card, 2, { rules })).toBe('expired');
    expect(reason(card, 2, { rules }, { finished: new Set([of]) })).toBeNull();
    // A version goes as a whole: its newest file counts.
    expect(reason(card, 9, { rules }, { written: new Map([[of, 100 * DAY]]) })).toBe('young');
  });
});

describe('what never goes', () => {
  const everything = policy({
    rules: [
      { class: 'raw', days: 0, evenIfTraced: true },
      { class: 'quarantine', days: 0 },
      { class: 'renditions', days: 0 },
      { class: 'caches', days: 0, evenIfTraced: true },
      { class: 'unfinished', days: 1 },
    ],
  });

  it('is everything outside the classes: every key there is but theirs', () => {
    const kept = [
      keys.dropManifest('support'),
      keys.media(hash),
      keys.rendition(hash, REDACTED_TO.name(hash)),
      keys.rendition(hash, REDACTED_FROM.name(hash)),
      keys.monitor('drift'),
      keys.reading('drift', 1),
      keys.alertAcknowledged('drift', 1),
      keys.shard('items', hash),
      keys.shard('annotations', hash),
      keys.tableManifest('quarantine', 1),
      keys.heatmap(`it_${'a'.repeat(32)}`, 'implausibility'),
      keys.vote(hash),
      keys.note(hash),
      keys.annotator('sub_1'),
      keys.usedLink('x'),
      keys.audit(1),
      keys.evalgenEntry('study', 1),
      keys.model('head', 'v1', 'model.onnx'),
      keys.modelPromotion('head', 1),
      keys.datasetRelease('faq', 1),
      keys.datasetWaiver('faq', 1),
      keys.encoderFile('e', '1', 'model.onnx'),
      keys.receipt('support', 'ingest', 'plan'),
      keys.receipt('support', 'votes-1-abc', '0-0-x'),
      keys.report('support'),
      keys.erasure('e-1'),
      keys.erasureStep('e-1', 'plan'),
      keys.tombstone('sub_1'),
      keys.retentionPolicy(1),
      keys.retentionRecord(1),
      keys.retentionStep('r', 'part-000000'),
    ];
    for (const key of kept) expect(fateOf(stored(key, 99), everything, known()), key).toBeNull();
  });

  it('nothing goes but by a rule for its class, whatever the key, the policy and the bucket are', () => {
    const name = fc.constantFrom('support', 'wiki', 'new', 'faq');
    const file = fc.constantFrom('drop.json', 'a.jsonl', 'x/drop.json', 'manifest.json', 'report.json', `${hash}-keys`);
    const folder = fc.constantFrom('drops', 'datasets', 'runs', 'encoded', 'renditions', 'tables', 'models', 'audit');
    const middle = fc.constantFrom(version, hash, 'quarantine', 'examine-ab', 'ingest', 'releases', 'waivers');
    const key = fc.tuple(folder, name, middle, file).map((parts) => parts.join('/'));
    const one = fc.record({ key, bytes: fc.nat(), modified: fc.integer({ min: 0, max: 100 * DAY }) });
    const rules = fc.uniqueArray(fc.constantFrom(...everything.rules), { minLength: 1 });
    const drops = fc.uniqueArray(fc.constantFrom('support', 'w*', '*'), { maxLength: 2 });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 20 }), rules, drops, fc.boolean(), (objects, chosen, held, isTraced) => {
        const given = policy({
          rules: chosen,
          holds: held.length === 0 ? [] : [{ drops: held, reason: 'r', by: 'b' }],
        });
        const facts = known(isTraced ? { traced: new Set(['support', 'wiki']) } : {});
        const going = (list: typeof objects) =>
          list
            .filter((object) => fateOf(object, given, facts)?.reason === 'expired')
            .map((object) => JSON.stringify(object));
        for (const object of objects) {
          const fate = fateOf(object, given, facts);
          const found = classOf(object.key);
          expect(fate === null).toBe(found === null);
          if (fate?.reason !== 'expired') continue;
          const rule = given.rules[(fate.rule ?? 0) - 1];
          expect(rule?.class).toBe(found?.class);
          expect(object.modified).toBeLessThan(facts.now - (rule?.days ?? Infinity) * DAY);
          expect(object.key).not.toMatch(
            /^(models|audit|erasures|votes|media)\/|^drops\/[^/]+\/drop\.json$|^runs\/[^/]+\/report\.json$/,
          );
        }
        // The order of the listing does not matter.
        expect(going(objects.toReversed()).sort()).toEqual(going(objects).sort());
      }),
    );
  });
});
