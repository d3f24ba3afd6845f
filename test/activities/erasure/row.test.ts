import { describe, expect, it } from 'vitest';
import { createPerson, namedIn } from '../../../activities/erasure/person.ts';
import { rowWithout } from '../../../activities/erasure/row.ts';
import { subjectHash } from '../../../models/hash.ts';
import type { DropManifest } from '../../../schemas/drop.ts';

const KEY = 'a key for tests only';
const person = (id: string) => createPerson(KEY, subjectHash(KEY, id));
const drop = (format: DropManifest['format'], more: Partial<DropManifest> = {}): DropManifest => ({
  name: 'drop',
  modality: 'text',
  format,
  license: 'MIT',
  purpose: ['test'],
  ...more,
});
const raw = (value: unknown) => ({ row: 1, raw: Buffer.from(JSON.stringify(value)), rawBytes: 1, value });
const rest = (value: unknown, manifest: DropManifest, id: string, json = true) =>
  rowWithout(raw(value), manifest, person(id), json);

describe('a row without a person', () => {
  const pair = { prompt: 'q', chosen: 'good', rejected: 'bad', person: 'ann', annotator: 'bob' };
  const about = drop('trl-preference', { subjectColumn: 'person' });

  it('goes whole where it is about them, or is their one statement; a name in its text alone says nothing', () => {
    expect(rest(pair, about, 'ann')).toEqual({ kind: 'emptied' });
    expect(rest({ ...pair, person: subjectHash(KEY, 'ann') }, about, 'ann')).toEqual({ kind: 'emptied' });
    expect(rest(pair, about, 'bob')).toEqual({ kind: 'emptied' });
    expect(rest({ ...pair, prompt: 'cat' }, about, 'cat')).toEqual({ kind: 'kept' });
    expect(rest(pair, drop('trl-preference'), 'ann')).toEqual({ kind: 'kept' });
  });

  it('keeps what others say in it, and the item nobody else speaks of', () => {
    const rating = (annotator: number, value: number) => ({
      annotator,
      task: 'rating',
      value: { aspects: { tone: value } },
    });
    const row = { id: 'x', prompt: 'q', responses: [{ text: 'a' }], annotations: [rating(5, 3), rating(3, 5)] };
    // An annotator called 5 is not a rating of 5.
    expect(rest(row, drop('assay'), '5')).toEqual({
      kind: 'cut',
      text: JSON.stringify({ ...row, annotations: [rating(3, 5)] }),
    });
    expect(rest({ ...row, annotations: [rating(5, 3)] }, drop('assay'), '5')).toMatchObject({ kind: 'cut' });
    // A format that is no JSON cannot be cut.
    expect(rest(row, drop('assay'), '5', false)).toEqual({ kind: 'emptied' });
  });

  it('cuts an annotation out of a Label Studio task, also where a tool names them beside it', () => {
    const said = (by: unknown, choice: string) => ({
      completed_by: by,
      result: [{ type: 'choices', from_name: 'better', to_name: 'pair', value: { choices: [choice] } }],
    });
    const task = {
      id: 1,
      data: { prompt: 'q', answer1: 'a', answer2: 'b' },
      annotations: [said({ id: 7, email: 'ann@x.org' }, 'answer1'), said(8, 'answer2')],
      updated_by: [7, 8],
    };
    const { updated_by: _, ...bare } = task;
    expect(rest(task, drop('label-studio'), '7')).toEqual({
      kind: 'cut',
      text: JSON.stringify({ ...bare, annotations: [said(8, 'answer2')], updated_by: [8] }),
    });
  });

  it('that nobody can read goes where any of its words names them', () => {
    const broken = (text: string) => ({
      row: 1,
      raw: Buffer.from(text),
      rawBytes: 1,
      fault: undefined,
      value: undefined,
    });
    const manifest = drop('trl-preference');
    expect(rowWithout(broken('{"person": "ann b", "prompt": "'), manifest, person('ann b'), true).kind).toBe('emptied');
    expect(rowWithout(broken('1,ann,3'), manifest, person('ann'), false).kind).toBe('emptied');
    expect(rowWithout(broken('{"person": "anna"'), manifest, person('ann'), true).kind).toBe('kept');
    expect(rest({ prompt: 'no answers', who: 'ann' }, manifest, 'ann')).toEqual({ kind: 'emptied' });
  });

  it('is looked for by hash: numbers as they are written, nothing empty or long', () => {
    expect(person('5').is(5)).toBe(true);
    expect(person('5').is('5')).toBe(true);
    expect(person('').is('')).toBe(false);
    expect(person('x'.repeat(400)).is('x'.repeat(400))).toBe(false);
    expect(namedIn(Buffer.from('a "b c" d'), person('b c'))).toBe(true);
  });
});
