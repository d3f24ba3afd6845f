/** What may be done with a row: licence, purpose and consent (S062, S068). */

export interface Permission {
  /** SPDX identifiers that together govern the row: each must be allowed. */
  readonly licences: readonly string[];
  /** Purposes that the person consented to, of the consent in force; null where consent was withdrawn or never given. */
  readonly consented: readonly string[] | null;
}

export interface Use {
  readonly licences: readonly string[];
  readonly purposes: readonly string[];
}

/** Names, in lower case, that are not among others. */
export const outside = (names: readonly string[], others: readonly string[]): string[] => {
  const known = new Set(others.map((name) => name.toLowerCase()));
  return [...new Set(names.map((name) => name.toLowerCase()))].filter((name) => !known.has(name)).sort();
};

/**
 * Why a row may not be used so, or null where it may: every licence of the row is among those allowed, consent is in force, and
 * the purposes of the use are a subset of those consented to. Names are compared in lower case.
 */
export const refusedUse = ({ licences, consented }: Permission, use: Use): string | null => {
  const beyond = outside(licences, use.licences);
  if (licences.length === 0) return 'no licence stated';
  if (beyond.length > 0) return `licence ${beyond.join(', ')}`;
  if (consented === null) return 'no consent';
  const unasked = outside(use.purposes, consented);
  return unasked.length === 0 ? null : `no consent to ${unasked.join(', ')}`;
};
