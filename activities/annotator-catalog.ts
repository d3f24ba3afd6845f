/** The registry of annotators: what each is trained for, and what they chose for themselves. */
import { AnnotatorProfile, Preferences, Stretches } from '../schemas/annotator.ts';
import { AssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import { mapped } from './pace.ts';
import type { ObjectStore } from './ports.ts';
import { readReceipt } from './receipts.ts';

/** Profiles read at once. */
const AHEAD = 32;

/** Keyed hashes and the names of programs; a dot would reach somebody's preferences. */
const SUBJECT = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

export interface AnnotatorCatalog {
  get(subject: string): Promise<AnnotatorProfile>;
  put(profile: AnnotatorProfile): Promise<void>;
  list(): Promise<AnnotatorProfile[]>;
  preferences(subject: string): Promise<Preferences>;
  setPreferences(subject: string, preferences: Preferences): Promise<void>;
  stretches(subject: string): Promise<Stretches>;
  setStretches(subject: string, stretches: Stretches): Promise<void>;
}

/** `annotators/<subject>.json` alone: what lies beside a profile has a dot in its name. */
const isProfile = (key: string): boolean => /^annotators\/[^/.]+\.json$/.test(key);

/** Profiles as objects, the last one put counts. Throws ASY-1004 for what is no subject. */
export const createAnnotatorCatalog = (objects: ObjectStore): AnnotatorCatalog => {
  const checked = (subject: string): string => {
    if (!SUBJECT.test(subject)) throw new AssayError('ASY-1004', { path: subject });
    return subject;
  };
  const readJson = (key: string) => readReceipt<unknown>(objects, key);
  const put = (key: string, value: object): Promise<void> =>
    objects.put(key, JSON.stringify(value), { contentType: 'application/json' });
  return {
    get: async (subject) => AnnotatorProfile.parse((await readJson(keys.annotator(checked(subject)))) ?? { subject }),
    put: (profile) => put(keys.annotator(checked(profile.subject)), AnnotatorProfile.parse(profile)),
    list: async () => {
      const found: string[] = [];
      for await (const { key } of objects.list(keys.annotatorsPrefix())) if (isProfile(key)) found.push(key);
      return mapped(found, AHEAD, async (key) => AnnotatorProfile.parse(await readJson(key)));
    },
    preferences: async (subject) => Preferences.parse((await readJson(keys.preferences(checked(subject)))) ?? {}),
    setPreferences: (subject, preferences) => put(keys.preferences(checked(subject)), Preferences.parse(preferences)),
    stretches: async (subject) => Stretches.parse((await readJson(keys.worked(checked(subject)))) ?? []),
    setStretches: (subject, stretches) => put(keys.worked(checked(subject)), Stretches.parse(stretches)),
  };
};
