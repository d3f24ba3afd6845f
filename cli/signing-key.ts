/** Ed25519 keys as people give them: the private one by the environment, public ones as files. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AssayError } from '../schemas/errors.ts';

const ed25519 = (key: KeyObject): KeyObject => {
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new TypeError(`a key of type ${key.asymmetricKeyType ?? key.type}, not ed25519`);
};

/** The key that `ASSAY_SIGNING_KEY` holds or names the file of, as PEM (PKCS 8); null where it is not set. Throws ASY-9006. */
export const signingKeyOf = (value: string | null): KeyObject | null => {
  if (value === null) return null;
  try {
    return ed25519(createPrivateKey(value.includes('-----BEGIN') ? value : readFileSync(value, 'utf8')));
  } catch (cause) {
    // What was given may be the key itself: it is not quoted.
    throw new AssayError(
      'ASY-9006',
      { variable: 'ASSAY_SIGNING_KEY', reason: `no Ed25519 private key in PEM (${(cause as Error).name})` },
      { cause },
    );
  }
};

/** The public key in a PEM file. Throws ASY-6301. */
export const publicKeyOf = (file: string): KeyObject => {
  try {
    return ed25519(createPublicKey(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new AssayError('ASY-6301', { file, reason: (cause as Error).message }, { cause });
  }
};
