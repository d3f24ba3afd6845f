/** `manifest.sig.json`: who vouches for a dataset version. */
import type { KeyObject } from 'node:crypto';
import { signRelease, verifyRelease } from '../../models/signing/release.ts';
import { Envelope } from '../../schemas/attestation.ts';
import { keys } from '../../schemas/keys.ts';
import type { ObjectStore } from '../ports.ts';

/** The file's path inside the dataset. */
export const SIGNATURE = 'manifest.sig.json';

interface Version {
  readonly name: string;
  readonly version: string;
}

const manifestOf = (objects: ObjectStore, { name, version }: Version): Promise<Buffer> =>
  objects.get(keys.datasetFile(name, version, 'manifest.json'));

/** Signs a published version's manifest, once: a signature that stands stays, whoever made it. */
export const signVersion = async (objects: ObjectStore, of: Version, key: KeyObject): Promise<void> => {
  const envelope = signRelease({ ...of, manifest: await manifestOf(objects, of) }, key);
  await objects.create(keys.datasetFile(of.name, of.version, SIGNATURE), `${JSON.stringify(envelope, null, 2)}\n`, {
    contentType: 'application/json',
  });
};

export interface Signature {
  /** `unchecked`: there is one, and no key was given to check it with. */
  readonly state: 'none' | 'unchecked' | 'good' | 'bad';
  /** What the signature says of its key. */
  readonly keyid: string | null;
}

/** What the signature of a version is worth under a public key; without a key only whether there is one. */
export const checkSignature = async (objects: ObjectStore, of: Version, key: KeyObject | null): Promise<Signature> => {
  const file = keys.datasetFile(of.name, of.version, SIGNATURE);
  if ((await objects.head(file)) === null) return { state: 'none', keyid: null };
  const { success, data } = Envelope.safeParse(parsed(await objects.get(file)));
  if (!success) return { state: 'bad', keyid: null };
  const keyid = data.signatures[0]?.keyid ?? null;
  if (key === null) return { state: 'unchecked', keyid };
  const good = verifyRelease({ ...of, manifest: await manifestOf(objects, of) }, data, key);
  return { state: good ? 'good' : 'bad', keyid };
};

const parsed = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
};
