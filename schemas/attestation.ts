/** Signed statements about files: an in-toto Statement v1 in a DSSE v1 envelope, as sigstore's tools write and read them. */
import { z } from 'zod';
import { Sha256 } from './primitives.ts';

export const STATEMENT_TYPE = 'application/vnd.in-toto+json';

/** The payload: which bytes are meant, and that they are a release. Fields beside these are ignored. */
export const Statement = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: Sha256 }) })).length(1),
  predicateType: z.literal('https://in-toto.io/attestation/release/v0.1'),
  predicate: z.object({ purl: z.string() }),
});
export type Statement = z.infer<typeof Statement>;

/** `manifest.sig.json`: `payload` is the statement's JSON in base64, `keyid` the SHA-256 of the public key's DER (SPKI). */
export const Envelope = z.object({
  payloadType: z.string(),
  payload: z.base64(),
  signatures: z.array(z.object({ keyid: z.string(), sig: z.base64() })).min(1),
});
export type Envelope = z.infer<typeof Envelope>;
