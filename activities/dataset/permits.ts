/** The gate before a dataset's rows are written: what `export` asks of their terms, and who waived what. */
import { type Breach, breachesOf, breachText, type SourceTerms } from '../../models/quality/permits.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { NumberedWaiver } from '../../schemas/waiver.ts';
import type { CurateInput } from '../contract.ts';
import { readManifest } from '../drop-plan.ts';
import { statedTerms } from '../drop-terms.ts';
import type { ObjectStore } from '../ports.ts';
import type { SelectionFile } from './selection-file.ts';
import { inForceFor, waiversOf } from './waivers.ts';

type Input = Pick<CurateInput, 'name' | 'run' | 'exports' | 'waivers'>;
type Source = Pick<SelectionFile['sources'][number], 'drop' | 'license' | 'rows'>;

/** Whether anything is asked: only then are drops' terms read, and only then are they part of a version. */
const asks = ({ purpose, requireConsent, licences }: Input['exports']): boolean =>
  purpose !== undefined || requireConsent !== undefined || licences !== undefined;

const termsOf = async (objects: ObjectStore, sources: readonly Source[]): Promise<SourceTerms[]> =>
  Promise.all(sources.map(async (each) => ({ ...each, ...statedTerms(await readManifest(objects, each.drop)) })));

export interface Permits {
  /** Waivers in force of rules that the drop's terms break. */
  readonly waivers: readonly NumberedWaiver[];
  /** What of it is part of the dataset's version; absent where nothing is asked. */
  readonly beside?: object;
}

/** What the drop's terms are held against, at a time in milliseconds since epoch. */
export const planPermits = async (objects: ObjectStore, input: Input, now: number): Promise<Permits> => {
  const { name, run, exports } = input;
  if (!asks(exports)) return { waivers: [] };
  const { license } = await readManifest(objects, run);
  const terms = await termsOf(objects, [{ drop: run, license, rows: 0 }]);
  const broken = breachesOf(exports, terms).map(({ rule }) => rule);
  const waivers = broken.length === 0 ? [] : inForceFor(await waiversOf(objects, name), broken, now);
  return { waivers, beside: { permits: { terms, waivers } } };
};

/** Waivers by their numbers, as the plan has them. */
export const plannedWaivers = async (
  objects: ObjectStore,
  { name, waivers = [] }: Pick<Input, 'name' | 'waivers'>,
): Promise<NumberedWaiver[]> =>
  waivers.length === 0 ? [] : (await waiversOf(objects, name)).filter(({ number }) => waivers.includes(number));

/** Throws ASY-6552 where selected rows break a rule that no waiver of the plan is for: before any of them is written. */
export const checkPermits = async (objects: ObjectStore, input: Input, sources: readonly Source[]): Promise<void> => {
  if (!asks(input.exports) || sources.length === 0) return;
  const waived = new Set((await plannedWaivers(objects, input)).map(({ rule }) => rule));
  const refused: Breach[] = breachesOf(input.exports, await termsOf(objects, sources)).filter(
    ({ rule }) => !waived.has(rule),
  );
  if (refused.length > 0)
    throw new AssayError('ASY-6552', { dataset: input.name, reasons: refused.map(breachText).join('; ') });
};

/** Throws ASY-6554 where a version stands by waivers, and nobody waives one of their rules now. */
export const checkWaived = async (
  objects: ObjectStore,
  { name, waivers }: { readonly name: string; readonly waivers: readonly NumberedWaiver[] },
  now: number,
): Promise<void> => {
  if (waivers.length === 0) return;
  const rules = waivers.map(({ rule }) => rule);
  const standing = new Set(inForceFor(await waiversOf(objects, name), rules, now).map(({ rule }) => rule));
  const ended = rules.filter((rule) => !standing.has(rule));
  if (ended.length > 0) throw new AssayError('ASY-6554', { dataset: name, rules: ended.join(', ') });
};
