import { hashOf, opaqueId, sha256, subjectHash } from '../models/hash.ts';
import type { Annotation } from '../schemas/annotation.ts';
import type { DropManifest } from '../schemas/drop.ts';
import { AssayError } from '../schemas/errors.ts';
import type { Item, Media, Message, Response } from '../schemas/item.ts';
import type { Origin } from '../schemas/primitives.ts';
import type { Draft, DraftAnnotation } from './importers/draft.ts';

/** Who an annotation is from when nobody says: not a person's hash, so it never links two of them. */
export const UNKNOWN_SOURCE = 'sub_unknown';

/** The keyed hash of a person's plain id; one that is a hash already stays as it is. Throws ASY-9006 without a key. */
export const hashPerson = (key: string, person: string): string => {
  if (/^sub_[0-9a-f]{32}$/.test(person)) return person;
  if (key === '')
    throw new AssayError('ASY-9006', { variable: 'ASSAY_SUBJECT_KEY', reason: 'not set: people would not be hashed' });
  return subjectHash(key, person);
};

/** Where a row came from, with the hash of the person it is about when drop.json names their column. */
export const originOf = (manifest: DropManifest, file: string, row: number, value: unknown, key: string): Origin => {
  const column = manifest.subjectColumn;
  let subject: string | null = null;
  if (column !== undefined && value !== null && typeof value === 'object' && Object.hasOwn(value, column)) {
    const person = (value as Record<string, unknown>)[column];
    if (typeof person !== 'string' && typeof person !== 'number' && person !== null)
      throw new AssayError('ASY-2002', { path: column, reason: 'must be text or a number' });
    if (person !== null && person !== '') subject = hashPerson(key, String(person));
  }
  return { drop: manifest.name, file, row, license: manifest.license, subject };
};

/** The id an item gets: from the producer's id, else from its place. */
export const itemId = (drop: string, draft: Pick<Draft, 'externalId'>, origin: Origin): string =>
  draft.externalId === null ? opaqueId('it', drop, origin.file, origin.row) : opaqueId('it', drop, draft.externalId);

const sortedMessage = ({ content, role }: Message): Message => ({ content, role });

/**
 * `hashOf({ prompt, responses })`, by plain JSON with the keys put in order where there are no media: three times as fast. What the
 * prompt shows is part of it where it shows anything.
 */
export const hashOfContent = (
  prompt: readonly Message[],
  responses: readonly Response[],
  promptMedia: readonly Media[] = [],
): string => {
  if (promptMedia.length > 0) return hashOf({ prompt, promptMedia, responses });
  if (responses.some(({ media }) => media !== null)) return hashOf({ prompt, responses });
  const sorted = responses.map(({ model, text }) => ({ media: null, model, text }));
  return sha256(JSON.stringify({ prompt: prompt.map(sortedMessage), responses: sorted }));
};

/** The language a text was translated from; null where that is its own: columns of original languages name originals' too. */
export const originalLanguage = (from: string | null, language: string | null): string | null =>
  from?.toLowerCase() === language?.toLowerCase() ? null : from;

/** Hash of a prompt and what it shows: one question about two images is two prompts. */
const groupOf = (prompt: readonly Message[], shown: readonly Media[]): string =>
  sha256(JSON.stringify([...prompt.map(sortedMessage), ...shown.map((media) => media.sha256)]));

/** A draft and its probed media as an item. */
export const buildItem = (
  manifest: DropManifest,
  draft: Draft,
  media: ReadonlyMap<string, Media>,
  origin: Origin,
): Item => {
  const prompt = [...draft.prompt];
  const responses = draft.responses.map(({ model, text, file }): Response => {
    return { model, text, media: file === null ? null : (media.get(file) ?? null) };
  });
  const promptMedia = (draft.promptFiles ?? []).flatMap((file) => media.get(file) ?? []);
  const contentHash = hashOfContent(prompt, responses, promptMedia);
  const language = draft.language ?? manifest.language ?? null;
  return {
    id: itemId(manifest.name, draft, origin),
    externalId: draft.externalId,
    modality: manifest.modality,
    language,
    translatedFrom: originalLanguage(draft.translatedFrom, language),
    domain: draft.domain ?? null,
    // Items without a prompt have nothing in common but that.
    group: draft.group ?? (prompt.length === 0 ? contentHash : groupOf(prompt, promptMedia)),
    prompt,
    promptMedia: promptMedia.length === 0 ? null : promptMedia,
    responses,
    contentHash,
    origin,
  };
};

/** A draft's annotation of an item; `index` tells those of one row apart, `nth` the unknown sources of one item. */
export const buildAnnotation = (
  item: string,
  draft: DraftAnnotation,
  origin: Origin,
  { index, nth, key }: { readonly index: number; readonly nth: number; readonly key: string },
): Annotation => {
  const unknown = nth === 0 ? UNKNOWN_SOURCE : `${UNKNOWN_SOURCE}_${nth + 1}`;
  const source = draft.source ?? {
    kind: 'human' as const,
    id: draft.annotator === null ? unknown : hashPerson(key, draft.annotator),
  };
  return {
    id: opaqueId('an', item, draft.statement.task, source.kind, source.id, origin.file, origin.row, index),
    item,
    source,
    guideline: draft.guideline,
    seconds: draft.seconds,
    at: null,
    shown: null,
    ruling: false,
    origin,
    ...draft.statement,
  };
};

/** What one source may say once: the item, the source, the task and the response it is about. */
export const voteKey = ({ item, source, task, value }: Annotation): string =>
  `${item}\n${source.kind}\n${source.id}\n${task}\n${'response' in value ? value.response : ''}`;

export const isAnonymous = ({ source }: Annotation): boolean => source.id.startsWith(UNKNOWN_SOURCE);
