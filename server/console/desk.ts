/** The desk at which people get work: it picks their batches, turns the sides, and keeps from them what they will not see. */
import type { AnnotatorProfile } from '../../schemas/annotator.ts';
import type { Claimant, ClaimGrant, ClaimRefusal } from '../../schemas/batch.ts';
import type { Claimed, WorkItem } from '../../schemas/console.ts';
import { AssayError, isAssayError } from '../../schemas/errors.ts';
import type { Session } from '../../schemas/session.ts';
import type { Annotators, Profiles } from '../ports.ts';
import { memo } from './memo.ts';
import { inOrder, type OpenBatch, type OpenBatches } from './open-batches.ts';
import { createOptOut, type OptOut } from './opt-out.ts';
import type { DeskCatalog } from './ports.ts';
import type { Rests } from './rests.ts';
import { shownBy, workItem } from './work-item.ts';

export interface DeskDeps {
  readonly annotators: Annotators;
  readonly profiles: Pick<Profiles, 'get' | 'preferences'>;
  readonly catalog: DeskCatalog;
  readonly batches: OpenBatches;
  readonly rests: Pick<Rests, 'until'>;
  readonly now: () => number;
}

export interface Desk {
  claim(session: Session, n: number, run?: string): Promise<Claimed>;
  /** Holds one item (again). Throws ASY-4003 where it is not to be had any more. */
  hold(session: Session, batch: OpenBatch, item: string): Promise<WorkItem>;
  /** The order in which somebody was shown an item, where this server handed it out. */
  shown(session: Session, batch: string, item: string): number[] | null;
  /** What somebody chose has changed. */
  forget(session: Session): void;
}

/** Batches one claim tries; a second round finds the others. */
const TRIES = 4;
/** How long a batch that had nothing for somebody is passed over, and one in which all is handed out already. */
const EMPTY_MS = 3000;
const HANDED_OUT_MS = 10_000;
const REMEMBERED = 50_000;
/** What is known of a person is read again after this long. */
const PERSON_MS = 5000;

/** The refusal that says most, of several batches. */
const TELLING: readonly ClaimRefusal[] = ['paused', 'break', 'skills', 'vendor', 'language', 'quota', 'empty'];

const claimantOf = ({ skills, languages, vendor, groups }: AnnotatorProfile): Claimant => ({
  skills,
  languages,
  vendor,
  groups,
});

/** Keeps at most `REMEMBERED` entries, the oldest forgotten first. */
const remember = <T>(map: Map<string, T>, key: string, value: T): void => {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED && oldest !== undefined) map.delete(oldest);
};

export const createDesk = ({ annotators, profiles, catalog, batches, rests, now }: DeskDeps): Desk => {
  const key = (...parts: readonly string[]) => parts.join('\n');
  const empty = new Map<string, { readonly until: number; readonly refusal: ClaimRefusal }>();
  const granted = new Map<string, number[]>();
  /** Where somebody worked last: there they may hold items still. */
  const last = new Map<string, string>();
  const people = memo(
    async (subject: string) => {
      const [profile, { optOut }] = await Promise.all([profiles.get(subject), profiles.preferences(subject)]);
      return { profile, refuses: createOptOut(optOut) };
    },
    { ms: PERSON_MS, most: 5000, now },
  );

  /** The items of a grant as work; those the person will not see are skipped. */
  const workOf = async (subject: string, batch: OpenBatch, grant: ClaimGrant, refuses: OptOut): Promise<WorkItem[]> => {
    const work: WorkItem[] = [];
    for (const [index, id] of grant.items.entries()) {
      const item = await catalog.item(batch.id, id);
      if (refuses(item)) {
        await annotators.skip(batch.id, subject, id, 'opt-out-topic');
        continue;
      }
      const shown = shownBy(grant.turns[index] ?? 0, item.responses.length);
      remember(granted, key(subject, batch.id, id), shown);
      work.push(workItem(item, batch, { shown, leaseEnds: grant.leaseEnds }));
    }
    return work;
  };

  /** Claims in one batch until `n` items are there or it has no more; a batch that has ended has none. */
  const claimIn = async (session: Session, batch: OpenBatch, n: number): Promise<Claimed> => {
    const { profile, refuses } = await people.get(session.subject);
    try {
      for (;;) {
        const grant = await annotators.claim(batch.id, session.subject, n, undefined, claimantOf(profile));
        const work = await workOf(session.subject, batch, grant, refuses);
        if (work.length > 0 || grant.items.length === 0)
          return { work, refusal: work.length > 0 ? null : (grant.refusal ?? 'empty') };
      }
    } catch (error) {
      if (isAssayError(error) && error.code === 'ASY-4005') return { work: [], refusal: 'empty' };
      throw error;
    }
  };

  return {
    async claim(session, n, run) {
      const { subject } = session;
      if (!(await people.get(session.subject)).profile.active) return { work: [], refusal: 'paused' };
      const work: WorkItem[] = [];
      const refusals = new Set<ClaimRefusal>();
      let tries = 0;
      const listed = (await batches.of(session, run)).filter((batch) => batch.open > 0);
      const resting = await rests.until(subject, new Set(listed.map((batch) => batch.run)));
      if (resting.size > 0) refusals.add('break');
      const open = listed.filter((batch) => !resting.has(batch.run));
      const before = last.get(subject);
      const ordered = inOrder(subject, open).sort((x, y) => Number(y.id === before) - Number(x.id === before));
      for (const batch of ordered) {
        const known = empty.get(key(subject, batch.id));
        if (known !== undefined && known.until > now()) {
          refusals.add(known.refusal);
          continue;
        }
        if (work.length >= n || tries >= TRIES) break;
        // What is left of it is in somebody's hands: perhaps in theirs, which matters where there is nothing else.
        if (batch.free === 0 && work.length > 0) continue;
        tries++;
        const claimed = await claimIn(session, batch, n - work.length);
        work.push(...claimed.work);
        if (claimed.refusal === null) {
          remember(last, subject, batch.id);
          continue;
        }
        refusals.add(claimed.refusal);
        const ms = batch.free === 0 ? HANDED_OUT_MS : EMPTY_MS;
        remember(empty, key(subject, batch.id), { until: now() + ms, refusal: claimed.refusal });
      }
      const refusal = TELLING.find((word) => refusals.has(word)) ?? 'empty';
      if (work.length > 0) return { work, refusal: null };
      return { work, refusal, ...(refusal === 'break' && { resumes: Math.min(...resting.values()) }) };
    },

    async hold(session, batch, item) {
      const { profile, refuses } = await people.get(session.subject);
      const grant = await annotators.claim(batch.id, session.subject, 1, [item], claimantOf(profile));
      const [work] = await workOf(session.subject, batch, grant, refuses);
      if (work === undefined) throw new AssayError(grant.refusal === 'paused' ? 'ASY-4009' : 'ASY-4003', { item });
      return work;
    },

    shown: ({ subject }, batch, item) => granted.get(key(subject, batch, item)) ?? null,
    forget: ({ subject }) => people.forget(subject),
  };
};
