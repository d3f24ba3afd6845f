/** What one request may hold, and how a refusal is worded. */
import type { z } from 'zod';
import { AssayError } from '../../schemas/errors.ts';
import { holdsMore } from '../../schemas/value-count.ts';

/** Texts in one request. */
export const MAX_TEXTS = 4096;

/** Values in one request's JSON, lists and objects counted too: several for each text. */
const MAX_VALUES = 16 * MAX_TEXTS;

/** Bytes of one request's body. */
export const MAX_BODY = 16 * 1024 * 1024;

/** The body as it is. Throws ASY-5030 where it holds so many values that checking each would keep others waiting, and fill the memory. */
export const withinLimits = (body: unknown): unknown => {
  if (!holdsMore(body, MAX_VALUES)) return body;
  throw new AssayError('ASY-5030', { what: `more than ${MAX_VALUES} values`, limit: `${MAX_VALUES} values` });
};

/** ASY-5028 naming the first field that is wrong. */
export const invalid = (error: z.ZodError): AssayError => {
  const [issue] = error.issues;
  return new AssayError('ASY-5028', { where: issue?.path.join('.') || 'body', reason: issue?.message });
};
