/** What a drop says of the use of its rows, as a whole and row by row. */
import { unconsented } from '../models/quality/consent.ts';
import type { Terms } from '../models/selection/declared.ts';
import type { DropManifest } from '../schemas/drop.ts';
import { AssayError } from '../schemas/errors.ts';

/** Purposes of drop.json, and whether it states a consent: in words, or as a column. */
export const statedTerms = ({ purpose, consent, consentColumn }: DropManifest): Terms => ({
  purposes: purpose,
  consent: consent !== undefined || consentColumn !== undefined,
});

/** Throws ASY-6555 where drop.json names a column of consents, and the row's does not cover every purpose of the drop. */
export const checkConsent = ({ consentColumn, purpose }: DropManifest, value: unknown): void => {
  if (consentColumn === undefined) return;
  const row = value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  const lacking = unconsented(Object.hasOwn(row, consentColumn) ? row[consentColumn] : null, purpose);
  if (lacking.length > 0) throw new AssayError('ASY-6555', { column: consentColumn, purposes: lacking.join(', ') });
};
