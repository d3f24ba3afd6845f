/** What a row says of the consent of the person it is about (S062). */
import { outside } from './permission.ts';

const YES = new Set(['true', 'yes', 'y', '1']);
const NO = new Set(['', 'false', 'no', 'n', '0', 'none', 'null']);

/** The value as one word, where it is no list. */
const wordOf = (said: unknown): string | null =>
  typeof said === 'string' || typeof said === 'number' || typeof said === 'boolean'
    ? String(said).trim().toLowerCase()
    : null;

const listed = (said: unknown): string[] => {
  if (Array.isArray(said)) return said.filter((each) => typeof each === 'string');
  return typeof said === 'string' ? said.split(/[,;|]/).map((each) => each.trim()) : [];
};

/**
 * Purposes, in lower case, that the person did not consent to: none where the value says yes; all where it says no, says nothing or
 * is nothing of the kind; of a list (or text with commas, semicolons or bars) those that are not in it.
 */
export const unconsented = (said: unknown, purposes: readonly string[]): string[] => {
  const word = wordOf(said);
  if (word !== null && YES.has(word)) return [];
  return outside(purposes, word !== null && NO.has(word) ? [] : listed(said));
};
