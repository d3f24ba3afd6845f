/** Names of Argilla's questions: `rating-0-quality`; small letters, digits, hyphens and underscores are all they may have. */
import { UNKNOWN_SOURCE } from '../../item-builder.ts';
import { nameOf, type Place, placeOf } from '../answers.ts';

/** Every other character as its code point between underscores, in hex. */
const encode = (part: string): string =>
  Array.from(part.toWellFormed(), (character) =>
    /[a-z0-9]/.test(character) ? character : `_${character.codePointAt(0)?.toString(16)}_`,
  ).join('');

const decode = (part: string): string | null => {
  if (!/^([a-z0-9]|_(?:10|[0-9a-f])?[0-9a-f]{1,4}_)*$/.test(part)) return null;
  return part.replace(/_([0-9a-f]+)_/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
};

/** The longest name Argilla takes. */
const MOST = 200;

/** `task-response-part…`, or null where Argilla would refuse its length. */
export const questionName = (place: Place): string | null => {
  const name = nameOf(place, '-', encode);
  return name.length > MOST ? null : name;
};

export const placeOfQuestion = (name: string): Place | null => placeOf(name, '-', decode);

/** A person's hash as the UUID that Argilla's user ids are; people nobody knows are numbered. Null for any other id. */
export const userId = (source: string): string | null => {
  const [, hash] = /^sub_([0-9a-f]{32})$/.exec(source) ?? [];
  const [unknown, nth] = /^sub_unknown(?:_(\d{1,6}))?$/.exec(source) ?? [];
  const hex =
    hash ??
    (unknown === undefined
      ? undefined
      : Number(nth ?? 1)
          .toString(16)
          .padStart(32, '0'));
  return hex?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') ?? null;
};

/** The id that `userId` made the UUID of; null for what is no UUID. */
export const subjectOfUser = (id: string): string | null => {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return null;
  const hex = id.replaceAll('-', '');
  if (!/^0{24}/.test(hex)) return `sub_${hex}`;
  const nth = Number.parseInt(hex, 16);
  return nth === 1 ? UNKNOWN_SOURCE : `${UNKNOWN_SOURCE}_${nth}`;
};
