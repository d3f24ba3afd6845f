/** Faults as HTTP answers: the catalogue's code, what it says and the way out; a page where a person's browser asked for one. */
import type { Context, ErrorHandler } from 'hono';
import { html } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AssayError, type ErrorCode, isAssayError } from '../schemas/errors.ts';
import { wantsPage } from './access/access.ts';
import { MAX_BODY } from './body.ts';
import { page } from './html.ts';

/** 400 where nothing else is said. */
const STATUS: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  'ASY-1001': 404,
  'ASY-3001': 503,
  'ASY-3002': 404,
  'ASY-3004': 503,
  'ASY-3005': 503,
  'ASY-4001': 404,
  'ASY-4002': 409,
  'ASY-4003': 409,
  'ASY-4005': 404,
  'ASY-4009': 403,
  'ASY-4010': 409,
  'ASY-4011': 409,
  'ASY-4012': 409,
  'ASY-4013': 409,
  'ASY-4015': 403,
  'ASY-5001': 404,
  'ASY-6001': 404,
  'ASY-6004': 404,
  'ASY-6504': 404,
  'ASY-6505': 409,
  'ASY-6601': 409,
  'ASY-8001': 401,
  'ASY-8002': 403,
  'ASY-8003': 403,
  'ASY-8004': 403,
  'ASY-8005': 401,
  'ASY-8006': 401,
  'ASY-8007': 429,
  'ASY-8008': 500,
  'ASY-8009': 403,
  'ASY-8010': 503,
};

/** Answers a fault; one outside the catalogue tells nothing and goes to the log. */
export const createFaultHandler =
  (log: (line: string) => void): ErrorHandler =>
  (error, c) => {
    if (isAssayError(error)) {
      const { code, message, fix, details } = error;
      const status = STATUS[code] ?? 400;
      if (code === 'ASY-8007') c.header('retry-after', String(details['seconds']));
      if (wantsPage(c)) return c.html(page(`${code}: ${message}`, html`<p>Way out: ${fix}</p>`), status);
      return c.json({ code, message, fix }, status);
    }
    // These paths hold a token.
    const path = c.req.path.replace(/^\/(events\/s3|reward)\/[^/]+/, '/$1/…');
    log(`error ${c.req.method} ${path}: ${error.stack ?? error.message}`);
    return c.json({ code: 'ASY-0000', message: 'internal error', fix: 'see the server log' }, 500);
  };

/** Answers a body that is too long. */
export const tooLong = (c: Context): Response => {
  const { code, message, fix } = new AssayError('ASY-4004', { reason: `body: more than ${MAX_BODY} bytes` });
  return c.json({ code, message, fix }, 413);
};
