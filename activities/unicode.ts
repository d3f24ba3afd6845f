import { toUSVString } from 'node:util';

/** The value with U+FFFD wherever its strings and keys are no Unicode (lone surrogates): what UTF-8 storage can hold. */
export const wellFormed = (value: unknown): unknown => {
  if (typeof value === 'string') return toUSVString(value);
  if (Array.isArray(value)) return value.map(wellFormed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [toUSVString(key), wellFormed(inner)]));
};
