/** What one request may hold, and how a refusal is worded. */
import type { z } from 'zod';
import { AssayError } from '../../schemas/errors.ts';

/** Texts in one request. */
export const MAX_TEXTS = 4096;

/** Bytes of one request's body. */
export const MAX_BODY = 16 * 1024 * 1024;

/** ASY-5028 naming the first field that is wrong. */
export const invalid = (error: z.ZodError): AssayError => {
  const [issue] = error.issues;
  return new AssayError('ASY-5028', { where: issue?.path.join('.') || 'body', reason: issue?.message });
};
