/** The plan: every object that a rule may reach, with its fate, counted and listed. Nothing is changed. */
import { type Fate, fateOf, type StoredObject } from '../../models/retention/verdict.ts';
import { keys } from '../../schemas/keys.ts';
import type { Retention, RetentionClass, RetentionCount } from '../../schemas/retention.ts';
import { readKnown, type Stores } from './known.ts';

/** Where the objects of a class lie. */
const PREFIXES: Readonly<Record<RetentionClass, readonly string[]>> = {
  raw: [keys.dropsPrefix()],
  quarantine: [keys.table('quarantine')],
  renditions: [keys.renditionsPrefix()],
  caches: [keys.encodedIndexes(), keys.runs()],
  unfinished: [keys.datasetsPrefix()],
};

/** Objects looked at between two signs of life. */
const BEAT = 500;

/** Every object that some rule's class may hold, with its fate at `now`. */
export async function* fates(
  stores: Stores,
  policy: Retention,
  now: number,
  beat: () => void = () => undefined,
): AsyncGenerator<StoredObject & Fate> {
  let seen = 0;
  const known = await readKnown(stores, policy.holds, now, () => ++seen % BEAT === 0 && beat());
  const wanted = new Set(policy.rules.map((rule) => rule.class));
  for (const prefix of new Set([...wanted].flatMap((each) => PREFIXES[each])))
    for await (const object of stores.objects.list(prefix)) {
      if (++seen % BEAT === 0) beat();
      const fate = fateOf(object, policy, known);
      if (fate !== null && wanted.has(fate.class)) yield { ...object, ...fate };
    }
}

/** Counts objects by class, rule and reason. */
export const createCounts = () => {
  const counts = new Map<string, RetentionCount>();
  return {
    add({ class: of, rule, reason, bytes }: StoredObject & Fate): void {
      const key = JSON.stringify([of, rule, reason]);
      const count = counts.get(key) ?? { class: of, rule, reason, objects: 0, bytes: 0 };
      counts.set(key, { ...count, objects: count.objects + 1, bytes: count.bytes + bytes });
    },
    /** By class, rule and reason. */
    list: (): RetentionCount[] => [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count),
  };
};
