/** What browsers may do with our answers: nothing from elsewhere, no scripts but the console's own, no frames. */
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** Opened as a page of its own, a picture may draw itself and nothing else. */
export const PICTURE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'";

const PAGES = {
  defaultSrc: ["'none'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  mediaSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/** The console runs scripts of its own, and asks this server. */
const CONSOLE = { ...PAGES, scriptSrc: ["'self'"], connectSrc: ["'self'"] };

const headersFor = (contentSecurityPolicy: typeof PAGES): MiddlewareHandler =>
  secureHeaders({ contentSecurityPolicy, referrerPolicy: 'no-referrer', xFrameOptions: 'DENY' });

/** Headers of every answer; opener and resource policies are same-origin. */
export const createHeaders = (): MiddlewareHandler => {
  const [pages, console] = [headersFor(PAGES), headersFor(CONSOLE)];
  return (c, next) => (/^\/console(\/|$)/.test(c.req.path) ? console(c, next) : pages(c, next));
};
