import { describe, expect, it } from 'vitest';
import { FORMAT_RULES } from '../../../activities/importers/index.ts';
import { alignmentPairs } from '../../../models/mapo/pairs.ts';
import type { DropManifest, Format } from '../../../schemas/drop.ts';

const manifest = (format: Format, more: Partial<DropManifest> = {}): DropManifest => ({
  name: 'drop',
  modality: 'text',
  format,
  license: 'MIT',
  purpose: ['test'],
  ...more,
});
const read = (format: Format, row: unknown, more: Partial<DropManifest> = {}) =>
  FORMAT_RULES[format].import(row, manifest(format, more));
const texts = (format: Format, row: unknown, more: Partial<DropManifest> = {}) => {
  const { prompt, responses } = read(format, row, more);
  return {
    prompt: prompt.map(({ role, content }) => `${role}: ${content}`),
    responses: responses.map(({ text }) => text),
  };
};
const codeOf = (format: Format, row: unknown, more: Partial<DropManifest> = {}): string | undefined => {
  try {
    read(format, row, more);
    return undefined;
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as Error).message}`;
  }
};

describe('hh-rlhf', () => {
  const turns = (...parts: string[]) =>
    parts.map((part, i) => `\n\n${i % 2 === 0 ? 'Human' : 'Assistant'}: ${part}`).join('');

  it('shares its start as the prompt', () => {
    expect(
      texts('hh-rlhf', {
        chosen: turns('hi', 'hello', 'why?', 'because'),
        rejected: turns('hi', 'hello', 'why?', 'no'),
      }),
    ).toEqual({
      prompt: ['user: hi', 'assistant: hello', 'user: why?'],
      responses: ['because', 'no'],
    });
  });

  it('keeps later turns in the response when the sides part early', () => {
    expect(texts('hh-rlhf', { chosen: turns('hi', 'A', 'more', 'B'), rejected: turns('hi', 'C') })).toEqual({
      prompt: ['user: hi'],
      responses: ['A\n\nHuman: more\n\nAssistant: B', 'C'],
    });
    expect(texts('hh-rlhf', { chosen: turns('hi', 'A', 'x', 'B'), rejected: turns('hi', 'A', 'y', 'C') })).toEqual({
      prompt: ['user: hi'],
      responses: ['A\n\nHuman: x\n\nAssistant: B', 'A\n\nHuman: y\n\nAssistant: C'],
    });
    expect(texts('hh-rlhf', { chosen: turns('hi', 'A'), rejected: turns('hi', 'A', 'y', 'C') }).responses).toEqual([
      'A',
      'A\n\nHuman: y\n\nAssistant: C',
    ]);
  });

  it('takes an empty answer, and refuses what is no transcript', () => {
    expect(texts('hh-rlhf', { chosen: turns('hi', ''), rejected: turns('hi', 'x') }).responses).toEqual(['', 'x']);
    expect(codeOf('hh-rlhf', { chosen: 'hi', rejected: turns('a', 'b') })).toMatch(/^ASY-2002 chosen/);
    expect(codeOf('hh-rlhf', { chosen: turns('a', 'b'), rejected: turns('a', 'b') })).toMatch(/^ASY-2007/);
    expect(codeOf('hh-rlhf', { chosen: turns('a', 'b'), rejected: turns('c') })).toMatch(/^ASY-2002/);
    expect(codeOf('hh-rlhf', { chosen: turns('a', 'b') })).toMatch(/^ASY-2003 column rejected/);
  });
});

describe('trl-preference', () => {
  const say = (role: string, content: string) => ({ role, content });

  it('explicit and implicit prompts, text and messages', () => {
    const expected = { prompt: ['user: The sky is'], responses: [' blue', ' green'] };
    expect(texts('trl-preference', { prompt: 'The sky is', chosen: ' blue', rejected: ' green' })).toEqual(expected);
    expect(texts('trl-preference', { chosen: 'The sky is blue', rejected: 'The sky is green' })).toEqual(expected);
    const conversational = { prompt: ['user: sky?'], responses: ['blue', 'green'] };
    const [ask, blue, green] = [say('user', 'sky?'), say('assistant', 'blue'), say('assistant', 'green')];
    expect(texts('trl-preference', { prompt: [ask], chosen: [blue], rejected: [green] })).toEqual(conversational);
    expect(texts('trl-preference', { chosen: [ask, blue], rejected: [ask, green] })).toEqual(conversational);
    expect(texts('trl-preference', { prompt: [ask], chosen: [ask, blue], rejected: [ask, green] })).toEqual(
      conversational,
    );
  });

  it('prefers response 0, by whom it says', () => {
    expect(
      read('trl-preference', { id: 3, prompt: 'p', chosen: 'a', rejected: 'b', annotator: 12, language: 'fr' }),
    ).toMatchObject({
      externalId: '3',
      language: 'fr',
      annotations: [{ statement: { task: 'pairwise', value: { preferred: 'a', strength: null } }, annotator: '12' }],
    });
  });

  it('refuses what it cannot keep', () => {
    const two = [say('assistant', 'a'), say('user', 'b'), say('assistant', 'c')];
    expect(codeOf('trl-preference', { prompt: 'p', chosen: two, rejected: two.slice(0, 1) })).toMatch(
      /^ASY-2002 chosen/,
    );
    expect(codeOf('trl-preference', { prompt: 'p', chosen: 'a', rejected: two })).toMatch(/^ASY-2002 chosen/);
    expect(codeOf('trl-preference', { prompt: 'p', chosen: 'a', rejected: 'b', images: ['x.png'] })).toMatch(
      /^ASY-2002 images/,
    );
    expect(codeOf('trl-preference', { chosen: 'same', rejected: 'same' })).toMatch(/^ASY-2007/);
    expect(codeOf('trl-preference', { chosen: [say('robot', 'a')], rejected: two })).toMatch(
      /^ASY-2002 chosen\.0\.role/,
    );
  });
});

describe('generic', () => {
  const columns = {
    prompt: 'q',
    responseA: 'first',
    responseB: 'second',
    preferred: 'winner',
    modelA: 'ma',
    annotator: 'who',
  };
  it.each([
    ['a', 'a'],
    ['B', 'b'],
    ['tie', 'tie'],
    [1, 'a'],
    ['2', 'b'],
    [0, 'tie'],
    ['model_a', 'a'],
    ['model_b', 'b'],
    ['second', 'b'],
    ['tie (bothbad)', 'tie'],
  ])('%j prefers %s', (winner, preferred) => {
    expect(read('jsonl', { q: 'p', first: 'x', second: 'y', winner, ma: 'gpt' }, { columns })).toMatchObject({
      responses: [
        { text: 'x', model: 'gpt' },
        { text: 'y', model: null },
      ],
      annotations: [{ statement: { value: { preferred } } }],
    });
  });

  it('refuses other winners, and a preference between equal answers', () => {
    for (const winner of [3, 'toString', '__proto__', {}])
      expect(codeOf('jsonl', { q: 'p', first: 'x', second: 'y', winner }, { columns })).toMatch(/^ASY-2002 winner/);
    expect(codeOf('jsonl', { q: 'p', first: 'x', second: 'x', winner: 'a' }, { columns })).toMatch(/^ASY-2007/);
    expect(codeOf('jsonl', { q: 'p', first: 'x', second: 'x', winner: 'tie' }, { columns })).toBeUndefined();
    expect(codeOf('jsonl', { q: 'p', first: 'x', second: 'y' }, { columns })).toMatch(/^ASY-2003 column winner/);
  });

  it('one response with rating or label, or nothing', () => {
    const said = (row: object) =>
      read('csv', { prompt: 'p', response: 'r', ...row }).annotations.map(({ statement }) => statement);
    expect(said({})).toEqual([]);
    expect(said({ rating: '4.5' })).toEqual([
      { task: 'rating', value: { response: 0, aspects: { rating: 4.5 }, min: null, max: null } },
    ]);
    expect(said({ label: 'true' })).toEqual([{ task: 'binary', value: { response: 0, good: true } }]);
    expect(said({ label: 0 })).toEqual([{ task: 'binary', value: { response: 0, good: false } }]);
    expect(said({ label: 'polite' })).toEqual([
      { task: 'rubric', value: { response: 0, levels: { label: 'polite' } } },
    ]);
    expect(codeOf('csv', { prompt: 'p', response: 'r', rating: 'much' })).toMatch(/^ASY-2002 rating/);
    expect(codeOf('csv', { prompt: 'p' })).toMatch(/^ASY-2003 column response/);
  });
});

describe('assay', () => {
  const row = (annotation: object, responses: object[] = [{ text: 'x' }, { text: 'y' }]) => ({
    prompt: 'p',
    responses,
    annotations: [annotation],
  });
  it.each([
    [row({ task: 'pairwise', value: { preferred: 'a' } }, [{ text: 'x' }]), /annotations\.0\.task/],
    [row({ task: 'ranking', value: { ranks: [1, 2, 3] } }), /annotations\.0\.value\.ranks/],
    [row({ task: 'binary', value: { response: 2, good: true } }), /annotations\.0\.value\.response/],
    [row({ task: 'keywords', value: { words: ['a'], misaligned: [] } }), /annotations\.0\.value\.misaligned/],
    [row({ task: 'pairwise', value: { preferred: 'c' } }), /annotations\.0\.value\.preferred/],
    [row({ task: 'nothing', value: {} }), /annotations\.0\.task/],
    [{ prompt: 'p', responses: [] }, /responses/],
    [{ prompt: 'p', responses: [{ model: 'm' }] }, /responses\.0/],
    [{ prompt: 'p', responses: [{ text: 1 }] }, /responses\.0\.text/],
  ])('%j names the place', (bad, place) => {
    const message = codeOf('assay', bad) ?? '';
    expect(message).toMatch(/^ASY-2002/);
    expect(message).toMatch(place);
  });
});

describe('images', () => {
  it.each([
    [{ file: 'a', regions: [{ kind: 'x', x: 0, y: 0 }] }, /regions\.0\.kind/],
    [
      {
        file: 'a',
        regions: [
          {
            kind: 'misalignment',
            points: [
              [0, 0],
              [1, 1],
            ],
          },
        ],
      },
      /regions\.0\.shape\.points/,
    ],
    [{ file: 'a', keywords: { words: ['x'], misaligned: [1] } }, /keywords\.misaligned/],
    [{ file: 7 }, /file/],
  ])('%j names the place', (bad, place) => {
    expect(codeOf('images', bad)).toMatch(/^ASY-2002/);
    expect(codeOf('images', bad)).toMatch(place);
  });

  it('takes numbers as aspects, but not the person’s', () => {
    const { annotations } = read(
      'images',
      { file: 'a', q: 1, worker: 12, note: 'x', beauty: null },
      { subjectColumn: 'worker' },
    );
    expect(annotations.map(({ statement }) => statement.value)).toEqual([
      { response: 0, aspects: { q: 1 }, min: null, max: null },
    ]);
  });
});

describe('domains', () => {
  const columns = { prompt: 'prompt', response: 'r', domain: 'subject' };
  it.each<[Format, object, Partial<DropManifest>]>([
    ['assay', { prompt: 'p', responses: [{ text: 'a' }], domain: 'law' }, {}],
    ['trl-preference', { prompt: 'p', chosen: 'a', rejected: 'b', domain: 'law' }, {}],
    ['jsonl', { prompt: 'p', r: 'a', subject: 'law' }, { columns }],
    ['csv', { prompt: 'p', chosen: 'a', rejected: 'b', domain: 'law' }, {}],
  ])('%s says what a row is about', (format, row, more) => {
    expect(read(format, row, more)).toMatchObject({ domain: 'law' });
    const { domain: _, subject: __, ...without } = row as Record<string, unknown>;
    expect(read(format, without, more).domain ?? null).toBeNull();
  });
});

describe('translations', () => {
  const pair = { prompt: 'p', chosen: 'a', rejected: 'b' };
  const turns = { chosen: '\n\nHuman: p\n\nAssistant: a', rejected: '\n\nHuman: p\n\nAssistant: b' };
  const native = { prompt: 'p', responses: [{ text: 'a' }] };
  const columns = { prompt: 'prompt', response: 'r', translatedFrom: 'source_lang', group: 'question' };
  const rated = { prompt: 'p', r: 'a', source_lang: 'en', question: 7 };
  it.each<[Format, object, Partial<DropManifest>]>([
    ['assay', { ...native, translatedFrom: 'en', group: '7' }, {}],
    ['trl-preference', { ...pair, translated_from: 'en', group: 7 }, {}],
    ['hh-rlhf', { ...turns, translated_from: 'en', group: 7 }, {}],
    ['jsonl', rated, { columns }],
    ['csv', { ...pair, translatedFrom: 'en', group: '7' }, {}],
  ])('S244: %s names the language of the original, and the group of its twins', (format, row, more) => {
    expect(read(format, row, more)).toMatchObject({ translatedFrom: 'en', group: '7' });
  });

  it.each<[Format, object]>([
    ['assay', native],
    ['trl-preference', pair],
    ['hh-rlhf', turns],
    ['csv', { ...pair, translatedFrom: '' }],
    ['agreement-csv', { item: 'i', annotator: 'ann', value: 1 }],
    ['images', { file: 'a.png' }],
  ])('%s without it says that nobody said so', (format, row) => {
    expect(read(format, row).translatedFrom).toBeNull();
  });

  it.each<[Format, object, RegExp]>([
    ['assay', { ...native, translatedFrom: true }, /^ASY-2002 translatedFrom/],
    ['trl-preference', { ...pair, translated_from: 'from English' }, /^ASY-2002 translated_from/],
    ['jsonl', { ...pair, translatedFrom: 1 }, /^ASY-2002 translatedFrom/],
  ])('%s refuses what is no language', (format, row, fault) => {
    expect(codeOf(format, row)).toMatch(fault);
  });

  it('MAPO’s pairs keep their language and question, and are no translations', () => {
    const answers = [
      { question: '7', language: 'sw', prompt: 'Ngapi?', response: 'tano #### 5', answer: 5 },
      { question: '7', language: 'sw', prompt: 'Ngapi?', response: 'nne #### 4', answer: 5 },
    ];
    const [made] = alignmentPairs(answers.map((answer, i) => ({ ...answer, mean: 2 - i, max: 2 - i, reward: 2 - i })));
    expect(read('trl-preference', made)).toMatchObject({
      language: 'sw',
      group: '7',
      translatedFrom: null,
      responses: [{ text: 'tano #### 5' }, { text: 'nne #### 4' }],
    });
  });
});
