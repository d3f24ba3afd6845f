/** Dead Simple Signing Envelope v1 (secure-systems-lab/dsse) with Ed25519 keys (RFC 8032). */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Envelope } from '../../schemas/attestation.ts';
import { sha256 } from '../hash.ts';

/** What is signed, DSSE's pre-authentication encoding: "DSSEv1" and type and body, each with its length in bytes. */
export const preAuthEncoding = (type: string, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `), body]);

/** Names a key, public or private: SHA-256 of the public half's DER (SPKI), in hex. */
export const keyIdOf = (key: KeyObject): string =>
  sha256((key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' }));

/** Equal bodies and keys give equal envelopes: Ed25519 draws no random number. */
export const seal = (type: string, body: Uint8Array, key: KeyObject): Envelope => ({
  payloadType: type,
  payload: Buffer.from(body).toString('base64'),
  signatures: [{ keyid: keyIdOf(key), sig: sign(null, preAuthEncoding(type, body), key).toString('base64') }],
});

/** The body, if one of the signatures is the key's; else null. What `keyid` claims does not count. */
export const unseal = ({ payloadType, payload, signatures }: Envelope, key: KeyObject): Buffer | null => {
  const body = Buffer.from(payload, 'base64');
  const signed = preAuthEncoding(payloadType, body);
  return signatures.some(({ sig }) => verify(null, signed, key, Buffer.from(sig, 'base64'))) ? body : null;
};
