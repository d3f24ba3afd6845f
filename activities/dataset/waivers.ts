/** Waivers of a dataset's name, as numbered records that are only ever added. */

import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import { Name } from '../../schemas/primitives.ts';
import { type NumberedWaiver, WaivableRule, Waiver } from '../../schemas/waiver.ts';
import { appendNumbered, readNumbered } from '../numbered.ts';
import type { ObjectStore } from '../ports.ts';

/** Every waiver of a name, oldest first. */
export const waiversOf = async (objects: ObjectStore, name: string): Promise<NumberedWaiver[]> => {
  const { records } = await readNumbered(objects, keys.datasetWaivers(name), Waiver);
  return records.map((waiver, i) => ({ ...waiver, number: i + 1 }));
};

/** Whether a waiver counts at a time, in milliseconds since epoch. */
export const inForce = ({ at, until }: Waiver, now: number): boolean =>
  Date.parse(at) <= now && now < Date.parse(until);

/** For each of the rules the newest waiver in force; rules that nobody waives have none. */
export const inForceFor = (
  waivers: readonly NumberedWaiver[],
  rules: Iterable<WaivableRule>,
  now: number,
): NumberedWaiver[] =>
  [...new Set(rules)].flatMap((rule) => waivers.findLast((each) => each.rule === rule && inForce(each, now)) ?? []);

const DAY_MS = 86_400_000;

/** The end of a waiver in milliseconds: a day stands for all of it, UTC. NaN for what is no time. */
const endOf = (until: string): number =>
  /^\d{4}-\d{2}-\d{2}$/.test(until) ? Date.parse(`${until}T00:00:00Z`) + DAY_MS : Date.parse(until);

export interface Waiving {
  readonly name: string;
  readonly rule: string;
  readonly by: string;
  readonly note: string;
  /** A day, or a time with its zone. */
  readonly until: string;
}

/** Records a waiver. Throws ASY-6553 for a rule that may not be waived, without who or why, or with an end that has passed. */
export const waive = async (objects: ObjectStore, wanted: Waiving, now: number): Promise<NumberedWaiver> => {
  const { name, rule, by, note, until } = wanted;
  const refuse = (reason: string) => new AssayError('ASY-6553', { dataset: name, reason });
  if (!Name.safeParse(name).success) throw refuse('no dataset has such a name');
  if (!WaivableRule.safeParse(rule).success)
    throw refuse(`${JSON.stringify(rule)} is not one of ${WaivableRule.options.join(', ')}`);
  const end = endOf(until);
  if (Number.isNaN(end)) throw refuse(`--until ${until} is no date`);
  if (end <= now) throw refuse(`--until ${until} has passed`);
  const parsed = Waiver.safeParse({
    rule,
    by,
    note,
    at: new Date(now).toISOString(),
    until: new Date(end).toISOString(),
  });
  if (!parsed.success) throw refuse(`${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`);
  const prefix = keys.datasetWaivers(name);
  const number = await appendNumbered(
    objects,
    { read: () => readNumbered(objects, prefix, Waiver), keyOf: (n) => keys.datasetWaiver(name, n), prefix },
    async () => parsed.data,
  );
  return { ...parsed.data, number };
};
