import { z } from 'zod';

/** A lower-case hex SHA-256. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Bytes as they are: in Parquet a BLOB, which rows hold beside what can be told in JSON. */
export const Bytes = z
  .custom<Uint8Array>((value) => value instanceof Uint8Array)
  .meta({ type: 'string', contentEncoding: 'base64' });

/** The pattern of a name, for patterns that hold one. */
export const NAME = '[a-z0-9][a-z0-9._-]{0,62}';

/** A name people choose: drops, datasets, models. It becomes part of S3 keys and workflow ids, so its alphabet is small. */
export const Name = z
  .string()
  .regex(new RegExp(`^${NAME}$`), 'use 1–63 of a–z, 0–9, ".", "_", "-", starting with a letter or digit');

/** A BCP-47 language tag, as far as its shape goes. */
export const Language = z.string().regex(/^[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*$/, 'not a BCP-47 language tag');

export const Modality = z.enum(['text', 'image', 'video']);
export type Modality = z.infer<typeof Modality>;

/** Where a row came from: enough to find it again in the raw drop. Rows count from 1; 0 is the file as a whole. */
export const Origin = z.object({
  drop: z.string(),
  file: z.string(),
  row: z.int().min(0),
  license: z.string(),
  /** Keyed hash of the person whose data this row holds; the plain id is never stored. */
  subject: z.string().nullable(),
});
export type Origin = z.infer<typeof Origin>;

/** An address that may stand in files and messages: http or https, without a name or password in it. */
export const WebUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !/^[a-z]+:[/\\]*[^/\\?#]*@/i.test(url), 'an address without name and password');
