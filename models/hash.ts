import { createHash, createHmac } from 'node:crypto';

/** Hex SHA-256 of bytes or UTF-8 text. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** JSON with sorted keys and no white space (after RFC 8785; numbers as ECMAScript prints them): equal values, equal text. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );

/** Hash of a value's canonical JSON: what versions and ids are made from. */
export const hashOf = (value: unknown): string => sha256(canonicalJson(value));

/** An opaque id: prefix, underscore, 32 hex. */
export const opaqueId = (prefix: string, ...parts: readonly (string | number)[]): string =>
  `${prefix}_${hashOf(parts).slice(0, 32)}`;

/** Keyed hash of a person's id (HMAC-SHA-256, 32 hex): linkable only by who holds the key. */
export const subjectHash = (key: string, subject: string): string =>
  `sub_${createHmac('sha256', key).update(subject).digest('hex').slice(0, 32)}`;

/** A number in [0, 1) that depends on nothing but its inputs: deterministic splits and samples. */
export const unitHash = (seed: number | string, text: string): number =>
  Number.parseInt(sha256(`${seed}\u0000${text}`).slice(0, 13), 16) / 2 ** 52;
