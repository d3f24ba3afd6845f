/** What is left of a raw row without one person: all of it, nothing, or, where others speak in it too, the rest. */
import { canonicalJson } from '../../models/hash.ts';
import type { DropManifest } from '../../schemas/drop.ts';
import { isAssayError } from '../../schemas/errors.ts';
import type { Draft } from '../importers/draft.ts';
import { FORMAT_RULES } from '../importers/index.ts';
import type { RawRow } from '../importers/raw-row.ts';
import { namedIn, type Person } from './person.ts';

/** `kept`: the row does not name them. `emptied`: it is theirs. `cut`: what they said is taken out of it. */
export type RowRest = { readonly kind: 'kept' | 'emptied' } | { readonly kind: 'cut'; readonly text: string };

const KEPT: RowRest = { kind: 'kept' };
const EMPTIED: RowRest = { kind: 'emptied' };

/** Fields in which tools write who somebody is: an equal number elsewhere is a rating. */
const WHO = /annotator|user|worker|rater|completed_by|source|author|email|created|updated/i;

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object';

/** Whether a value names the person outside its lists; `who`: it stands in a field that says who. */
const names = (value: unknown, who: boolean, person: Person): boolean => {
  if (Array.isArray(value)) return false;
  if (isObject(value))
    return Object.entries(value).some(([name, inner]) => names(inner, who || WHO.test(name), person));
  return who && person.is(value);
};

/** The value without the list elements that name the person. */
const without = (value: unknown, who: boolean, person: Person): unknown => {
  if (Array.isArray(value))
    return value
      .map((inner) => without(inner, false, person))
      .filter((inner) => !names(inner, who && !isObject(inner), person));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, without(inner, WHO.test(name), person)]),
  );
};

const imported = (value: unknown, manifest: DropManifest): Draft | null => {
  try {
    return FORMAT_RULES[manifest.format].import(value, manifest);
  } catch (error) {
    if (isAssayError(error)) return null;
    throw error;
  }
};

/** Whether a person's annotation is theirs. */
const speaks = ({ annotator, source }: Draft['annotations'][number], person: Person): boolean =>
  source === null && annotator !== null && person.is(annotator);

/** Who names the person as whose data the row holds. */
export const isAbout = (value: unknown, { subjectColumn }: DropManifest, person: Person): boolean =>
  subjectColumn !== undefined &&
  isObject(value) &&
  Object.hasOwn(value, subjectColumn) &&
  person.is(value[subjectColumn]);

/**
 * The row without the person. A list element with what they said is cut out of JSON where the importer then reads the same of
 * everybody else; a row that cannot be cut goes as a whole.
 */
export const rowWithout = (raw: RawRow, manifest: DropManifest, person: Person, json: boolean): RowRest => {
  const { value, fault } = raw;
  const unusable = (): RowRest => {
    const bytes = raw.raw ?? Buffer.from(JSON.stringify(value) ?? '');
    return namedIn(bytes, person) ? EMPTIED : KEPT;
  };
  if (fault !== undefined || value === undefined) return unusable();
  if (isAbout(value, manifest, person)) return EMPTIED;
  const draft = imported(value, manifest);
  if (draft === null) return unusable();
  const { annotations } = draft;
  if (!annotations.some((said) => speaks(said, person))) return KEPT;
  const rest = json ? without(value, false, person) : null;
  const left = rest === null ? null : imported(rest, manifest);
  const others = { ...draft, annotations: annotations.filter((said) => !speaks(said, person)) };
  const same = left !== null && canonicalJson(left) === canonicalJson(others);
  return same ? { kind: 'cut', text: JSON.stringify(rest) } : EMPTIED;
};
