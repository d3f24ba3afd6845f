import type { Entry } from './error-entry.ts';

/** 63xx of the catalogue: lineage, signatures and releases of datasets. */
export const DATASET_ERRORS = {
  'ASY-6301': {
    name: 'KeyRefused',
    retry: false,
    text: (d) => `${d['file']}: ${d['reason']}`,
    fix: 'give an Ed25519 public key in PEM, as `openssl pkey -in KEY.pem -pubout` writes it',
  },
  'ASY-6302': {
    name: 'RollbackRefused',
    retry: false,
    text: (d) => `dataset ${d['dataset']}: ${d['reason']}`,
    fix: 'see `releases` in `assay dataset show`, and name a version with --to',
  },
  'ASY-6303': {
    name: 'TraceStartsNowhere',
    retry: false,
    text: (d) => `${d['start']}: ${d['reason']}`,
    fix: 'name a row as FORMAT/FILE:N and a line as DROP:FILE:N, both from 1',
  },
} as const satisfies Record<string, Entry>;
