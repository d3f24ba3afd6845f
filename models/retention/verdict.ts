/** What becomes of one stored object: listing × rules × holds × now, without any effect (S067). */
import type { Hold, Retention, RetentionReason, RetentionRule } from '../../schemas/retention.ts';
import { type Classified, classOf } from './classes.ts';

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** Milliseconds since epoch. */
  readonly modified: number;
}

/** What the bucket says beside the listing. */
export interface Known {
  /** Milliseconds since epoch. */
  readonly now: number;
  /** Drops whose runs have ended. */
  readonly ended: ReadonlySet<string>;
  /** Drops that published datasets were made from. */
  readonly traced: ReadonlySet<string>;
  /** Drops with rows of somebody who is held. */
  readonly ofHeldSubjects: ReadonlySet<string>;
  /** Drops whose rows a quarantine shard holds, by its key; a shard without rows is not among them. */
  readonly quarantined: ReadonlyMap<string, readonly string[]>;
  /** Keys that exports name. */
  readonly named: ReadonlySet<string>;
  /** Versions, as `<dataset>/<version>`, that were published or withdrawn. */
  readonly finished: ReadonlySet<string>;
  /** When anything of a version was last written. */
  readonly written: ReadonlyMap<string, number>;
}

export interface Fate extends Pick<Classified, 'class'> {
  /** Number of the rule that decided, from 1; null: none is for it. */
  readonly rule: number | null;
  readonly reason: RetentionReason;
}

const DAY_MS = 86_400_000;

/** Whether a name is one of the patterns, in which `*` stands for any run of characters. */
const matches = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name));

/** The drops that an object is of: told by its key or, of quarantine, by the table. */
const dropsOf = (key: string, { drop }: Classified, { quarantined }: Known): readonly string[] =>
  drop === null ? (quarantined.get(key) ?? []) : [drop];

const isFor = (rule: RetentionRule, { class: of, dataset }: Classified, drops: readonly string[]): boolean => {
  if (rule.class !== of) return false;
  const wanted = 'drops' in rule ? rule.drops : undefined;
  if (wanted !== undefined && (drops.length === 0 || !drops.every((drop) => matches(wanted, drop)))) return false;
  if (!('datasets' in rule) || rule.datasets === undefined) return true;
  return dataset !== null && matches(rule.datasets, dataset);
};

/** Whether a hold names one of the drops or datasets. */
export const holdsAny = (
  hold: Hold,
  { drops, datasets }: { readonly drops: readonly string[]; readonly datasets: readonly string[] },
): boolean =>
  drops.some((drop) => matches(hold.drops, drop)) || datasets.some((dataset) => matches(hold.datasets, dataset));

/** Why something needs an object that a rule would let go; null where nothing does. */
const needed = (
  key: string,
  { class: of }: Classified,
  rule: RetentionRule,
  drops: readonly string[],
  known: Known,
): RetentionReason | null => {
  if (drops.some((drop) => !known.ended.has(drop))) return 'run-not-ended';
  if ('evenIfTraced' in rule && !rule.evenIfTraced && drops.some((drop) => known.traced.has(drop))) return 'traced';
  if (of === 'renditions' && known.named.has(key)) return 'in-use';
  // One that no table names may be about to be named; one without rows holds nothing, and is many drops'.
  return of === 'quarantine' && drops.length === 0 ? 'in-use' : null;
};

/** The object's fate, or null for what is of no class, as published versions are: nothing but `expired` goes. It hangs on nothing but its arguments. */
export const fateOf = (object: StoredObject, { rules, holds }: Retention, known: Known): Fate | null => {
  const found = classOf(object.key);
  const of = `${found?.dataset}/${found?.version}`;
  if (found === null || known.finished.has(of)) return null;
  const drops = dropsOf(object.key, found, known);
  const at = rules.findIndex((rule) => isFor(rule, found, drops));
  const rule = rules[at];
  const stays = (reason: RetentionReason): Fate => ({ class: found.class, rule: at < 0 ? null : at + 1, reason });
  if (rule === undefined) return stays('no-rule');
  const names = { drops, datasets: found.dataset === null ? [] : [found.dataset] };
  if (drops.some((drop) => known.ofHeldSubjects.has(drop)) || holds.some((hold) => holdsAny(hold, names)))
    return stays('held');
  const why = needed(object.key, found, rule, drops, known);
  if (why !== null) return stays(why);
  // A version goes as a whole: what is left of one half removed could not be taken up again.
  const written = known.written.get(of) ?? object.modified;
  return stays(known.now - written > rule.days * DAY_MS ? 'expired' : 'young');
};
