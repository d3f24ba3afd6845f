/** Items and what is said of them, drawn at random: every task, awkward names and texts, people, models and nobody. */
import fc, { type Arbitrary } from 'fast-check';
import type { Said } from '../../../activities/interchange/said.ts';
import { encodeRunLengths } from '../../../models/heatmap/run-lengths.ts';
import type { Annotation, Statement } from '../../../schemas/annotation.ts';
import type { DropManifest } from '../../../schemas/drop.ts';
import type { Item, Media } from '../../../schemas/item.ts';

const text = fc.oneof(
  fc.constantFrom('', ' ', '=1+1', '<b>&"\'', 'línea\nzwei\t', '😀 words, words', 'Good', '\u0000'),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const name = fc.oneof(
  fc.constantFrom('quality', 'Visual quality', 'prompt', 'rating.0.x', 'a.b', 'é/😀', 'tie', 'nothing', 'level'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }).filter((key) => key !== '__proto__'),
);
const number = fc.oneof(
  fc.integer({ min: -2, max: 12 }),
  fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })
    .map((value) => (Object.is(value, -0) ? 0 : value)),
);
/** Shares that percentages say exactly. */
const share = fc.integer({ min: 0, max: 64 }).map((n) => n / 64);
const size = fc.integer({ min: 1, max: 32 }).map((n) => n / 64);
const half = fc.integer({ min: 0, max: 32 }).map((n) => n / 64);
const kind = fc.constantFrom('implausibility' as const, 'misalignment' as const);

export const image: Media = {
  sha256: 'a'.repeat(64),
  type: 'image/png',
  bytes: 9,
  width: 7,
  height: 5,
  seconds: null,
  fps: null,
  frames: null,
};
export const video: Media = {
  ...image,
  sha256: 'b'.repeat(64),
  type: 'video/mp4',
  seconds: 4,
  fps: 25,
  frames: 100,
};

const label = fc.constantFrom(...([{}, {}, { label: 'hand' }, { label: 'Car' }] as { label?: string }[]));
const box = fc.record({ type: fc.constant('box' as const), x: half, y: half, width: size, height: size });
const shape = fc.oneof(
  fc.record({ type: fc.constant('point' as const), x: share, y: share }),
  box,
  fc.constant({
    type: 'polygon' as const,
    points: [
      { x: 0, y: 0 },
      { x: 1, y: 0.25 },
      { x: 0.5, y: 1 },
    ],
  }),
  fc
    .uint8Array({ min: 0, max: 1, minLength: 35, maxLength: 35 })
    .filter((mask) => mask.includes(1))
    .map((mask) => ({ type: 'mask' as const, ...encodeRunLengths(mask, image) })),
);
const imageMark = fc.tuple(kind, label, shape).map(([of, more, drawn]) => ({ kind: of, ...more, shape: drawn }));
const videoMark = fc
  .tuple(kind, label, box, fc.integer({ min: 0, max: 5 }))
  .map(([of, more, drawn, frame]) => ({ kind: of, ...more, frame, shape: drawn }));

const spansOf = (length: number) =>
  fc.array(
    fc.record({ start: fc.integer({ min: 0, max: length }), end: fc.integer({ min: 0, max: length }), tag: text }),
    { maxLength: 3 },
  );

const WORDS = ['two', 'two', 'dogs'];
export const PROMPT = 'two 😀 two dogs';

/** Any statement on an item of so many responses. */
const statementOn = ({ responses }: Item): Arbitrary<Statement> => {
  const response = fc.nat({ max: responses.length - 1 });
  const about = (of: number) => responses[of]?.media ?? null;
  const value = <T extends Statement['task']>(task: T, body: Arbitrary<object>): Arbitrary<Statement> =>
    body.map((said) => ({ task, value: said }) as Statement);
  const scale = { min: fc.constantFrom(null, 1), max: fc.constantFrom(null, 5) };
  return fc.oneof(
    value('rating', fc.record({ response, aspects: fc.dictionary(name, number, { maxKeys: 3 }), ...scale })),
    value('binary', fc.record({ response, good: fc.boolean() })),
    value('critique', fc.record({ response, text, edited: fc.option(text, { nil: null }) })),
    value(
      'keywords',
      fc
        .record({
          response,
          words: fc.constantFrom(WORDS, ['dogs', 'two']),
          misaligned: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
        })
        .map((said) => ({ ...said, misaligned: said.misaligned.slice(0, said.words.length) })),
    ),
    value('steps', fc.record({ response, labels: fc.array(fc.constantFrom(1, 0, -1, 0.25), { maxLength: 12 }) })),
    value('rubric', fc.record({ response, levels: fc.dictionary(name, fc.oneof(number, text), { maxKeys: 3 }) })),
    value('checklist', fc.record({ response, checks: fc.dictionary(name, fc.boolean(), { maxKeys: 3 }) })),
    value('assertion', fc.record({ response, name, pass: fc.boolean(), detail: fc.option(text, { nil: null }) })),
    value('safety', fc.record({ response, tags: fc.array(text, { maxLength: 3 }), severity: fc.nat({ max: 4 }) })),
    value('demonstration', fc.record({ text })),
    ...(responses.length === 2
      ? [
          value(
            'pairwise',
            fc.record({ preferred: fc.constantFrom('a', 'b', 'tie'), strength: fc.constantFrom(null, 1, 4) }),
          ),
          value(
            'ranking',
            fc.record({ ranks: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 2 }) }),
          ),
        ]
      : []),
    response.chain((of) => {
      const media = about(of);
      const length = media?.frames ?? Array.from(responses[of]?.text ?? '').length;
      return value(
        'spans',
        spansOf(length).map((spans) => ({ response: of, spans })),
      );
    }),
    response.chain((of) => {
      const mark = about(of)?.type === 'video/mp4' ? fc.oneof(videoMark, imageMark) : imageMark;
      return value(
        'regions',
        fc.array(mark, { maxLength: 5 }).map((marks) => ({ response: of, marks })),
      );
    }),
  );
};

const RESPONSES: readonly Item['responses'][] = [
  [{ model: 'm1', text: 'One 😀 answer.', media: null }],
  [
    { model: null, text: '', media: null },
    { model: 'm2', text: 'Second\nanswer', media: null },
  ],
  [{ model: 'painter', text: null, media: image }],
  [
    { model: null, text: 'shown', media: image },
    { model: null, text: null, media: video },
  ],
];

const PROMPTS: readonly Item['prompt'][] = [
  [],
  [{ role: 'user', content: PROMPT }],
  [{ role: 'user', content: '' }],
  [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: PROMPT },
  ],
];

const item: Arbitrary<Item> = fc
  .record({
    responses: fc.constantFrom(...RESPONSES),
    externalId: fc.constantFrom(null, '17', 'row/9'),
    language: fc.constantFrom(null, 'en'),
    domain: fc.constantFrom(null, 'maths'),
    prompt: fc.constantFrom(...PROMPTS),
    promptMedia: fc.constantFrom(null, image).map((media) => (media === null ? null : [media])),
  })
  .map(
    (drawn): Item => ({
      id: `it_${'1'.repeat(32)}`,
      modality: 'text',
      translatedFrom: null,
      group: 'g',
      contentHash: 'c'.repeat(64),
      origin: { drop: 'drop', file: 'rows.jsonl', row: 1, license: 'MIT', subject: null },
      ...drawn,
    }),
  );

const SOURCES: readonly Annotation['source'][] = [
  { kind: 'human', id: `sub_${'a1'.repeat(16)}` },
  { kind: 'human', id: `sub_${'b2'.repeat(16)}` },
  { kind: 'human', id: 'sub_unknown' },
  { kind: 'judge', id: 'gpt: strict' },
  { kind: 'model', id: 'head' },
  { kind: 'verifier', id: 'tests' },
];

/** An item with up to eight annotations. */
export const said: Arbitrary<Said> = item.chain((drawn) =>
  fc.record({
    item: fc.constant(drawn),
    annotations: fc
      .array(
        fc.tuple(
          statementOn(drawn),
          fc.constantFrom(...SOURCES),
          fc.record({ guideline: fc.constantFrom(null, 'v1'), seconds: fc.constantFrom(null, 3, 4.5) }),
        ),
        { maxLength: 8 },
      )
      .map((all) =>
        all.map(
          ([statement, source, when], i): Annotation => ({
            id: `an_${String(i).padStart(32, '0')}`,
            item: drawn.id,
            source,
            ...when,
            at: null,
            shown: null,
            ruling: false,
            origin: drawn.origin,
            ...statement,
          }),
        ),
      ),
  }),
);

export const manifest = (more: Partial<DropManifest>): DropManifest => ({
  name: 'drop',
  modality: 'text',
  format: 'label-studio',
  license: 'MIT',
  purpose: ['test'],
  ...more,
});
