import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { keyIdOf, preAuthEncoding, seal, unseal } from '../../../models/signing/dsse.ts';
import { signRelease, verifyRelease } from '../../../models/signing/release.ts';
import { STATEMENT_TYPE } from '../../../schemas/attestation.ts';

/** The secret key of RFC 8032, section 7.1, test 1, in PKCS 8. */
const rfc8032 = createPrivateKey({
  key: Buffer.from(
    '302e020100300506032b657004220420' + '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'hex',
  ),
  format: 'der',
  type: 'pkcs8',
});
const other = generateKeyPairSync('ed25519');
const release = { name: 'pairs', version: '0123456789abcdef', manifest: Buffer.from('{"name":"pairs"}\n') };

it('encodes before signing as the protocol’s own example does', () => {
  expect(preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world')).toString()).toBe(
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  );
  // Lengths count bytes, not characters.
  expect(preAuthEncoding('é', Buffer.from('ü')).toString()).toBe('DSSEv1 2 é 2 ü');
});

it('signs with Ed25519: equal input, equal bytes; the key is named by its public half', () => {
  const body = Buffer.from('hello world');
  const envelope = seal('text/plain', body, rfc8032);
  expect(seal('text/plain', body, rfc8032)).toEqual(envelope);
  expect(Buffer.from(envelope.signatures[0]?.sig ?? '', 'base64')).toHaveLength(64);
  expect(envelope.signatures[0]?.keyid).toBe(keyIdOf(createPublicKey(rfc8032)));
  expect(unseal(envelope, createPublicKey(rfc8032))).toEqual(body);
});

it('opens nothing that was changed, or that another key signed', () => {
  const envelope = seal('text/plain', Buffer.from('hello world'), rfc8032);
  const key = createPublicKey(rfc8032);
  expect(unseal(envelope, other.publicKey)).toBeNull();
  expect(unseal({ ...envelope, payloadType: 'text/html' }, key)).toBeNull();
  expect(unseal({ ...envelope, payload: Buffer.from('hello World').toString('base64') }, key)).toBeNull();
  // A name is a claim, no proof.
  const forged = seal('text/plain', Buffer.from('hello world'), other.privateKey);
  const named = { ...forged, signatures: forged.signatures.map((each) => ({ ...each, keyid: keyIdOf(key) })) };
  expect(unseal(named, key)).toBeNull();
});

it('holds a release by name, version and every byte of its manifest', () => {
  const envelope = signRelease(release, rfc8032);
  const key = createPublicKey(rfc8032);
  expect(verifyRelease(release, envelope, key)).toBe(true);
  expect(verifyRelease(release, envelope, other.publicKey)).toBe(false);
  expect(verifyRelease({ ...release, name: 'pears' }, envelope, key)).toBe(false);
  expect(verifyRelease({ ...release, version: 'fedcba9876543210' }, envelope, key)).toBe(false);
  expect(verifyRelease({ ...release, manifest: Buffer.from('{"name":"pairs"}') }, envelope, key)).toBe(false);
  // The right key on something that is no statement.
  expect(verifyRelease(release, seal(STATEMENT_TYPE, Buffer.from('not JSON'), rfc8032), key)).toBe(false);
  expect(verifyRelease(release, seal('text/plain', Buffer.from('{}'), rfc8032), key)).toBe(false);
});

it('is read as in-toto reads it', () => {
  const { payload } = signRelease(release, rfc8032);
  expect(JSON.parse(Buffer.from(payload, 'base64').toString())).toMatchObject({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'datasets/pairs/0123456789abcdef/manifest.json' }],
    predicateType: 'https://in-toto.io/attestation/release/v0.1',
    predicate: { purl: 'pkg:generic/pairs@0123456789abcdef' },
  });
});
