/** Which class of retention an object belongs to, by its key alone (docs/reference/keys.md). */
import type { RetentionClass } from '../../schemas/retention.ts';

export interface Classified {
  readonly class: RetentionClass;
  /** The drop or dataset whose it is; null of what belongs to none, or is told by tables. */
  readonly drop: string | null;
  readonly dataset: string | null;
  /** A dataset's version. */
  readonly version: string | null;
}

const none = { drop: null, dataset: null, version: null };

const PATTERNS: readonly (readonly [RegExp, (found: readonly string[]) => Classified])[] = [
  // What is licensed for what stays known: drop.json.
  [/^drops\/([^/]+)\/(?!drop\.json$)./, ([, drop = '']) => ({ ...none, class: 'raw', drop })],
  [/^tables\/quarantine\/[0-9a-f]{64}\.parquet$/, () => ({ ...none, class: 'quarantine' })],
  // What was made without faces is found by these names, which an erasure needs.
  [/^renditions\/[0-9a-f]{64}\/(?!redacted-(?:to|from)-)./, () => ({ ...none, class: 'renditions' })],
  [/^encoded\/[^/]+\/[0-9a-f]{64}-keys$/, () => ({ ...none, class: 'caches' })],
  [/^runs\/([^/]+)\/(?:examine|lessons)-[^/]+\/./, ([, drop = '']) => ({ ...none, class: 'caches', drop })],
  [
    /^datasets\/([^/]+)\/([0-9a-f]{16})\/./,
    ([, dataset = '', version = '']) => ({ ...none, class: 'unfinished', dataset, version }),
  ],
];

/** Null for everything that retention has no say in: tables, media, heads, receipts, records, proofs, the audit log. */
export const classOf = (key: string): Classified | null => {
  for (const [pattern, classify] of PATTERNS) {
    const found = pattern.exec(key);
    if (found !== null) return classify(found);
  }
  return null;
};
