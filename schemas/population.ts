import { z } from 'zod';

/** What a declared population may be told by: the language, drop, licence or task of a row, or the model of the response shown. */
export const ATTRIBUTES = ['language', 'source', 'license', 'task', 'model'] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

const Shares = z
  .record(z.string().min(1), z.number().min(0).max(1))
  .refine(
    (shares) => Math.abs(Object.values(shares).reduce((sum, share) => sum + share, 0) - 1) <= 1e-9,
    'shares do not sum to 1',
  );

/** Whom a set should stand for: by attribute, the share of rows of each value. */
export const Population = z.partialRecord(z.enum(ATTRIBUTES), Shares);
export type Population = z.infer<typeof Population>;
