import type { Mark, Statement } from '../../schemas/annotation.ts';
import type { DropManifest } from '../../schemas/drop.ts';
import { type Draft, type DraftAnnotation, humanSays, type Importer } from './draft.ts';
import {
  asNumber,
  asPrompt,
  asRow,
  field,
  invalid,
  needText,
  optionalLanguage,
  optionalText,
  type Row,
} from './fields.ts';
import { soundMark } from './marks.ts';

/** Fields of a ratings row that are no aspects. */
const RESERVED = new Set([
  'file',
  'prompt',
  'model',
  'annotator',
  'source',
  'language',
  'group',
  'id',
  'regions',
  'keywords',
  'row',
]);

/**
 * A row of `ratings.jsonl` in a folder of images or videos: `{file | clip | video | image, prompt?, model?, annotator?, <aspect>: number, regions?,
 * keywords?}`. Every other numeric field is an aspect of one rating; rows of one file make one item.
 */
export const importMediaRow: Importer = (value, drop) => {
  const row = asRow(value);
  const file = needText(row, fileColumn(row, drop));
  const prompt = field(row, 'prompt');
  const statements = [...ratingOf(row, drop), ...regionsOf(row), ...keywordsOf(row)];
  const annotator = optionalText(row, 'annotator');
  return {
    ...bare(file),
    prompt: prompt === undefined || prompt === '' ? [] : asPrompt(prompt, 'prompt'),
    responses: [{ model: optionalText(row, 'model'), text: null, file }],
    language: optionalLanguage(row, 'language'),
    group: optionalText(row, 'group'),
    annotations: statements.map((statement) => ({
      ...humanSays(statement, annotator),
      source: sourceOf(row, annotator),
    })),
  };
};

const FILE_COLUMNS = ['file', 'clip', 'video', 'image'];

/** Which field names the medium: the one that `columns.file` says, else the first there is of file, clip, video and image. */
export const fileColumn = (row: Row, drop: DropManifest): string =>
  drop.columns?.file ?? FILE_COLUMNS.find((name) => typeof field(row, name) === 'string') ?? 'file';

/** `source: judge | verifier | model` says that no person rated; `annotator` is then its name. Absent or `human`: a person. */
const sourceOf = (row: Row, annotator: string | null): DraftAnnotation['source'] => {
  const kind = optionalText(row, 'source');
  if (kind === null || kind === 'human') return null;
  if (kind !== 'judge' && kind !== 'verifier' && kind !== 'model')
    throw invalid('source', 'must be human, judge, verifier or model');
  return { kind, id: annotator ?? kind };
};

/** The item of a medium that no row rates. */
export const bare = (file: string): Draft => ({
  externalId: file,
  prompt: [],
  responses: [{ model: null, text: null, file }],
  language: null,
  translatedFrom: null,
  group: null,
  annotations: [],
});

const ratingOf = (row: Row, drop: DropManifest): Statement[] => {
  const aspects: [string, number][] = [];
  for (const [name, value] of Object.entries(row)) {
    if (RESERVED.has(name) || typeof value !== 'number') continue;
    if (name === drop.subjectColumn || name === drop.consentColumn) continue;
    const number = asNumber(value);
    if (number === null) throw invalid(name, 'must be a finite number');
    aspects.push([name, number]);
  }
  if (aspects.length === 0) return [];
  return [{ task: 'rating', value: { response: 0, aspects: Object.fromEntries(aspects), min: null, max: null } }];
};

const regionsOf = (row: Row): Statement[] => {
  const regions = field(row, 'regions');
  if (regions === undefined) return [];
  if (!Array.isArray(regions)) throw invalid('regions', 'must be a list');
  return [{ task: 'regions', value: { response: 0, marks: regions.map(markOf) } }];
};

/** `{kind, x, y}`, `{kind, points: [[x, y], …]}` or `{kind, x, y, width, height}`, or a mark as Assay stores it. */
const markOf = (value: unknown, at: number): Mark => {
  const region = asRow(value);
  const { kind, frame } = region;
  return soundMark({ kind, frame, shape: region['shape'] ?? shapeOf(region) }, `regions.${at}`);
};

const shapeOf = (region: Row): unknown => {
  const { x, y, width, height, points } = region;
  if (Array.isArray(points))
    return {
      type: 'polygon',
      points: points.map((point) => (Array.isArray(point) ? { x: point[0], y: point[1] } : point)),
    };
  return width === undefined && height === undefined ? { type: 'point', x, y } : { type: 'box', x, y, width, height };
};

/** `{words: […], misaligned: […]}`, `[{word, misaligned}, …]`, or a list of the prompt's words that are misaligned. */
const keywordsOf = (row: Row): Statement[] => {
  const given = field(row, 'keywords');
  if (given === undefined) return [];
  if (Array.isArray(given) && given.length > 0 && given.every((word) => typeof word === 'string')) {
    const words = (optionalText(row, 'prompt') ?? '').split(/[\s,.?!":;]+/).filter((word) => word !== '');
    const missing = given.find((word) => !words.includes(word));
    if (missing !== undefined) throw invalid('keywords', `${JSON.stringify(missing)} is no word of the prompt`);
    return [{ task: 'keywords', value: { response: 0, words, misaligned: words.map((word) => given.includes(word)) } }];
  }
  const [words, misaligned] = Array.isArray(given)
    ? [given.map((entry) => asRow(entry)['word']), given.map((entry) => asRow(entry)['misaligned'])]
    : [asRow(given)['words'], asRow(given)['misaligned']];
  if (!Array.isArray(words) || !words.every((word): word is string => typeof word === 'string'))
    throw invalid('keywords.words', 'must be a list of words');
  if (
    !Array.isArray(misaligned) ||
    misaligned.length !== words.length ||
    !misaligned.every((flag) => typeof flag === 'boolean')
  )
    throw invalid('keywords.misaligned', 'must be true or false for each word');
  return [{ task: 'keywords', value: { response: 0, words, misaligned } }];
};
