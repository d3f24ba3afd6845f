/** The bucket and the subject hash, for commands that need nothing else: DuckDB, Temporal and sharp take their time to load. */
import { join } from 'node:path';
import { createS3Objects } from '../activities/adapters/s3.ts';
import type { ObjectStore } from '../activities/ports.ts';
import { subjectHash } from '../models/hash.ts';
import { AssayError } from '../schemas/errors.ts';
import type { Config } from './config.ts';

/** Throws ASY-9004 where nothing says which bucket. */
export const objectsOf = ({ located, home, s3 }: Config): ObjectStore => {
  if (!located) throw new AssayError('ASY-9004');
  return createS3Objects({
    bucket: s3.bucket,
    region: s3.region,
    endpoint: s3.endpoint ?? undefined,
    credentials: s3.credentials ?? undefined,
    cacheDir: join(home, 'cache'),
  });
};

/** Keyed hash of a person's id; ASY-9006 without a key. */
export const subjectOf =
  ({ subjectKey }: Config) =>
  (person: string): string => {
    if (subjectKey !== null) return subjectHash(subjectKey, person);
    throw new AssayError('ASY-9006', { variable: 'ASSAY_SUBJECT_KEY', reason: 'not set: people would not be hashed' });
  };
