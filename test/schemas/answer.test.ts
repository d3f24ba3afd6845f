import { describe, expect, it } from 'vitest';
import { Statement, TASKS } from '../../schemas/annotation.ts';
import { checkAnswer, checkShown, type Judged } from '../../schemas/answer.ts';
import type { Media } from '../../schemas/item.ts';
import { Questions } from '../../schemas/questions.ts';

const questionsOf = (over: object = {}): Questions =>
  Questions.parse({ ...Object.fromEntries(TASKS.map((task) => [task, {}])), ...over });
const image: Media = {
  sha256: 'a'.repeat(64),
  type: 'image/png',
  bytes: 1,
  width: 4,
  height: 2,
  seconds: null,
  fps: null,
  frames: null,
};
const texts: Judged = {
  prompt: [{ role: 'user', content: 'Why?' }],
  responses: [
    { text: 'Because 😀.', media: null },
    { text: 'No.', media: null },
  ],
};
const picture: Judged = { prompt: [], responses: [{ text: null, media: image }] };
const video: Judged = { prompt: [], responses: [{ text: null, media: { ...image, type: 'video/mp4', frames: 10 } }] };

const of = (task: string, value: object, item = texts, over: object = {}) =>
  checkAnswer(Statement.parse({ task, value }), questionsOf(over), item);
const mark = (shape: object, over: object = {}) => ({ marks: [{ kind: 'implausibility', shape, ...over }] });

describe('checkAnswer', () => {
  it.each<[string, object, Judged?, object?]>([
    ['pairwise', { preferred: 'tie', strength: null }],
    ['ranking', { ranks: [1, 1] }],
    ['rating', { aspects: { overall: 5 }, min: 1, max: 5 }],
    ['binary', { response: 1, good: false }],
    ['critique', { text: '<script>alert(1)</script>', edited: 'Because 😀!' }],
    ['critique', { text: '', edited: 'better' }],
    ['regions', mark({ type: 'box', x: 0.9, y: 0, width: 0.1, height: 1 }), picture],
    ['regions', mark({ type: 'mask', width: 4, height: 2, counts: [0, 8] }), picture],
    ['keywords', { words: ['a', 'b'], misaligned: [true, false] }],
    ['steps', { labels: [1, 0, -1] }],
    ['rubric', { levels: { quality: 3 } }],
    ['checklist', { checks: { correct: true, complete: false, clear: true } }],
    ['assertion', { name: 'holds', pass: true, detail: null }],
    ['safety', { tags: ['hate'], severity: 2 }],
    ['demonstration', { text: 'So.' }],
    // An emoji is one code point, as in spans of importers.
    ['spans', { spans: [{ start: 8, end: 10, tag: 'error' }] }],
    ['spans', { spans: [{ start: 0, end: 10, tag: 'error' }] }, video],
  ])('takes %s %j', (task, value, item, over) => {
    expect(of(task, value, item, over)).toBeNull();
  });

  it.each<[string, object, string, Judged?, object?]>([
    ['pairwise', { preferred: 'a' }, 'value', picture],
    ['pairwise', { preferred: 'tie' }, 'value.preferred', texts, { pairwise: { tie: false } }],
    ['pairwise', { preferred: 'a', strength: 2 }, 'value.strength', texts, { pairwise: { strength: false } }],
    ['ranking', { ranks: [1, 2, 3] }, 'value.ranks'],
    ['ranking', { ranks: [1, 3] }, 'value.ranks'],
    ['ranking', { ranks: [1, 1] }, 'value.ranks', texts, { ranking: { ties: false } }],
    ['rating', { aspects: { overall: 7 } }, 'value.aspects.overall'],
    ['rating', { aspects: {} }, 'value.aspects.overall'],
    ['rating', { aspects: { overall: 3, taste: 2 } }, 'value.aspects.taste'],
    ['rating', { aspects: { overall: 3 }, min: 0, max: 10 }, 'value'],
    ['binary', { response: 2, good: true }, 'value.response'],
    ['critique', { text: ' ', edited: null }, 'value.text'],
    ['critique', { text: 'x'.repeat(5_000_000), edited: null }, 'value.text'],
    ['critique', { text: 'x', edited: '😀'.repeat(100_001) }, 'value.edited'],
    ['demonstration', { text: '' }, 'value.text'],
    ['regions', mark({ type: 'point', x: 0.5, y: 0.5 }), 'value.marks'],
    ['regions', mark({ type: 'box', x: 0.9, y: 0, width: 0.2, height: 1 }), 'value.marks.0.shape', picture],
    ['regions', mark({ type: 'mask', width: 9, height: 2, counts: [18] }), 'value.marks.0.shape', picture],
    ['regions', mark({ type: 'point', x: 0, y: 0 }, { frame: 10 }), 'value.marks.0.frame', video],
    [
      'regions',
      mark({ type: 'point', x: 0, y: 0 }),
      'value.marks.0.kind',
      picture,
      { regions: { kinds: ['misalignment'] } },
    ],
    ['regions', { marks: [], maps: [{ kind: 'implausibility', sha256: 'a'.repeat(64) }] }, 'value.maps', picture],
    ['keywords', { words: ['a'], misaligned: [] }, 'value.misaligned'],
    ['steps', { labels: Array.from({ length: 2001 }, () => 1) }, 'value.labels'],
    ['rubric', { levels: { quality: 6 } }, 'value.levels.quality'],
    ['rubric', { levels: {} }, 'value.levels.quality'],
    ['checklist', { checks: { correct: true, complete: true } }, 'value.checks.clear'],
    ['checklist', { checks: { correct: true, complete: true, clear: true, extra: true } }, 'value.checks.extra'],
    ['assertion', { name: 'other', pass: true }, 'value.name'],
    ['safety', { tags: ['rude'], severity: 1 }, 'value.tags.rude'],
    ['spans', { spans: [{ start: 5, end: 5, tag: 'error' }] }, 'value.spans.0'],
    ['spans', { spans: [{ start: 0, end: 11, tag: 'error' }] }, 'value.spans.0'],
    ['spans', { spans: [{ start: 0, end: 2, tag: 'praise' }] }, 'value.spans.0.tag.praise'],
  ])('refuses %s %j at %s', (task, value, path, item, over) => {
    expect(of(task, value, item, over)).toMatchObject({ path });
  });
});

it('checkShown wants each response once', () => {
  expect(checkShown(null, texts)).toBeNull();
  expect(checkShown([1, 0], texts)).toBeNull();
  for (const shown of [[0], [0, 0], [0, 2], [0, 1, 2]])
    expect(checkShown(shown, texts)).toMatchObject({ path: 'shown' });
});
