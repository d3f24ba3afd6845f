/** The console's files, as Vite built them. */
import { Hono } from 'hono';
import { html } from 'hono/html';
import { page } from '../html.ts';

/** Reads a file of the built console by its relative path; null where there is none. */
export type ConsoleFiles = (path: string) => Promise<Uint8Array<ArrayBuffer> | null>;

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
};

/** A relative path without a dot that begins a name: nothing hidden, nothing above. */
const FILE = /^(?:[A-Za-z0-9_-]+\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\.([a-z0-9]+)$/;

const NOT_BUILT = page(
  'The console is not built',
  html`<p>Run <code>npm run console</code>, then load this page again.</p>`,
);

export const createConsoleRoutes = (read: ConsoleFiles) =>
  new Hono()
    .get('/console', (c) => c.redirect('/console/'))
    .get('/console/*', async (c) => {
      const path = c.req.path.slice('/console/'.length);
      const [, ending = ''] = FILE.exec(path) ?? [];
      const type = TYPES[ending];
      const file = type === undefined ? null : await read(path);
      if (file !== null && type !== undefined) {
        // Vite names what it builds by content, in assets/; index.html names those.
        const cache = path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
        return c.body(file, 200, { 'content-type': type, 'cache-control': cache });
      }
      if (type !== undefined) return c.notFound();
      // Every other path is a page of the app, which reads it itself.
      const index = await read('index.html');
      if (index === null) return c.html(NOT_BUILT, 503);
      return c.body(index, 200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    });
