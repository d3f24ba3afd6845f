/** Bodies of requests, checked before anything is done with them. */
import type { z } from 'zod';
import { AssayError } from '../schemas/errors.ts';

/** What a request may weigh: twenty votes with their texts. */
export const MAX_BODY = 1024 * 1024;

const parse = <T extends z.ZodType>(schema: T, value: unknown): z.infer<T> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new AssayError('ASY-4004', { reason: `${issue?.path.join('.') || 'body'}: ${issue?.message}` });
};

/** The body, checked; what is no JSON, or not of this shape, is ASY-4004. */
export const bodyOf = async <T extends z.ZodType>(
  schema: T,
  request: { json(): Promise<unknown> },
): Promise<z.infer<T>> => {
  let body: unknown;
  try {
    body = await request.json();
  } catch (error) {
    throw new AssayError('ASY-4004', { reason: `body: not JSON: ${(error as Error).message}` }, { cause: error });
  }
  return parse(schema, body);
};
