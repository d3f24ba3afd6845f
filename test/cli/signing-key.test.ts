import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { publicKeyOf, signingKeyOf } from '../../cli/signing-key.ts';
import { keyIdOf } from '../../models/signing/dsse.ts';
import { scratch } from '../support/scratch.ts';

/** A key pair as OpenSSL would write it. */
const pemPair = ({ privateKey, publicKey }: KeyPairKeyObjectResult) => ({
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
});
const pair = pemPair(generateKeyPairSync('ed25519'));
const stored = (text: string): string => {
  const file = join(scratch(), 'key.pem');
  writeFileSync(file, text);
  return file;
};

it('takes a private key as PEM or as a file, and none where none is set', () => {
  const key = signingKeyOf(pair.privateKey);
  expect(signingKeyOf(null)).toBeNull();
  expect(keyIdOf(signingKeyOf(stored(pair.privateKey)) ?? publicKeyOf(''))).toBe(keyIdOf(key ?? publicKeyOf('')));
  expect(keyIdOf(publicKeyOf(stored(pair.publicKey)))).toBe(keyIdOf(key ?? publicKeyOf('')));
});

it('refuses other keys, what is no key, and files that are not there, without quoting what it was given', () => {
  const rsa = pemPair(generateKeyPairSync('rsa', { modulusLength: 2048 }));
  for (const bad of [
    rsa.privateKey,
    pair.publicKey,
    '-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----',
    '/nowhere/key.pem',
  ])
    expect(() => signingKeyOf(bad)).toThrow(
      expect.objectContaining({ code: 'ASY-9006', message: expect.not.stringContaining('secret') }),
    );
  for (const bad of [stored(rsa.publicKey), stored('no key'), '/nowhere/key.pem'])
    expect(() => publicKeyOf(bad)).toThrow(expect.objectContaining({ code: 'ASY-6301' }));
});
