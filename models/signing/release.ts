/** What is signed of a dataset version: the SHA-256 of its manifest, which names the hash of every other file. */
import type { KeyObject } from 'node:crypto';
import { type Envelope, STATEMENT_TYPE, Statement } from '../../schemas/attestation.ts';
import { canonicalJson, sha256 } from '../hash.ts';
import { seal, unseal } from './dsse.ts';

interface Release {
  readonly name: string;
  readonly version: string;
  /** The manifest's bytes. */
  readonly manifest: Uint8Array;
}

const statementOf = ({ name, version, manifest }: Release): Statement => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: `datasets/${name}/${version}/manifest.json`, digest: { sha256: sha256(manifest) } }],
  predicateType: 'https://in-toto.io/attestation/release/v0.1',
  predicate: { purl: `pkg:generic/${name}@${version}` },
});

/** A release's signed statement; equal releases and keys give equal bytes. */
export const signRelease = (release: Release, key: KeyObject): Envelope =>
  seal(STATEMENT_TYPE, Buffer.from(canonicalJson(statementOf(release))), key);

/** Whether the key signed just this release: its name, its version and the manifest's bytes. */
export const verifyRelease = (release: Release, envelope: Envelope, key: KeyObject): boolean => {
  if (envelope.payloadType !== STATEMENT_TYPE) return false;
  const body = unseal(envelope, key);
  if (body === null) return false;
  const { success, data } = Statement.safeParse(parsed(body));
  return success && canonicalJson(data) === canonicalJson(statementOf(release));
};

const parsed = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
};
