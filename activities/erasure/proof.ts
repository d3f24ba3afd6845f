/** The proof of an erasure, and its check. */
import { type ErasedPlace, ErasureProof } from '../../schemas/erasure.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import type { ObjectStore } from '../ports.ts';
import { readReceipt } from '../receipts.ts';
import { hashAt } from './versions.ts';

/** How to check a proof, in the proof. */
export const CHECK =
  'For each place: where `after` is null, ListObjectVersions names no version of the key; else the SHA-256 of the object is `after` and the key has one version. `assay erase --check ID` does this.';

/** Every place that the steps of an erasure noted, with what stands there now. */
export const placesOf = async (objects: ObjectStore, id: string): Promise<ErasedPlace[]> => {
  const places = new Map<string, ErasedPlace>();
  for await (const { key } of objects.list(keys.erasureWork(id))) {
    if (key === keys.erasureStep(id, 'plan')) continue;
    const noted = await readReceipt<ErasedPlace | ErasedPlace[]>(objects, key);
    for (const place of [noted ?? []].flat()) {
      const before = places.get(place.key);
      // Rewritten, then removed: its oldest hash, and all its versions.
      const joined = before === undefined ? place : { ...place, before: before.before ?? place.before };
      places.set(place.key, { ...joined, versions: place.versions + (before?.versions ?? 0) });
    }
  }
  const sorted = [...places.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const standing: ErasedPlace[] = [];
  for (const place of sorted) standing.push({ ...place, after: await hashAt(objects, place.key) });
  return standing;
};

/** The proof of a finished erasure; null where there is none. */
export const readProof = async (objects: ObjectStore, id: string): Promise<ErasureProof | null> =>
  ErasureProof.nullable().parse(await readReceipt(objects, keys.erasure(id)));

export interface ProofCheck {
  readonly ok: boolean;
  readonly checked: number;
  /** Keys where something else stands than the proof says. */
  readonly mismatched: readonly string[];
}

/** Holds the bucket against a proof. A place that a later erasure or run wrote again does not match any more. Throws ASY-6405. */
export const checkProof = async (objects: ObjectStore, id: string): Promise<ProofCheck> => {
  const proof = await readProof(objects, id);
  if (proof === null) throw new AssayError('ASY-6405', { id });
  const mismatched: string[] = [];
  for (const { key, after } of proof.places) {
    let versions = 0;
    for await (const version of objects.versions(key)) if (version.key === key) versions++;
    const right = after === null ? versions === 0 : versions === 1 && (await hashAt(objects, key)) === after;
    if (!right) mismatched.push(key);
  }
  return { ok: mismatched.length === 0, checked: proof.places.length, mismatched };
};
