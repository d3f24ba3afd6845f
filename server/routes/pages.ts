/** The plain pages: text only, no scripts. The Temporal UI links to items and models. */
import { Hono } from 'hono';
import { wantsPage } from '../access/access.ts';
import { STYLE } from '../html.ts';
import { itemPage } from '../item-page.ts';
import { modelPage } from '../model-page.ts';
import { plainPage } from '../plain-page.ts';
import type { Library, Runs } from '../ports.ts';

export interface PageDeps {
  readonly runs: Pick<Runs, 'list'>;
  readonly library: Library;
  readonly temporalUi: string;
}

export const createPages = ({ runs, library, temporalUi }: PageDeps) =>
  new Hono()
    .get('/', (c) => c.redirect(wantsPage(c) ? '/console/' : '/plain'))
    .get('/plain', async (c) => {
      const [list, { datasets }, { models }] = await Promise.all([runs.list(), library.datasets(), library.models()]);
      return c.html(plainPage({ runs: list, datasets, models, temporalUi }));
    })
    .get('/models/:name', async (c) => c.html(modelPage(await library.model(c.req.param('name')))))
    .get('/models/:name/:version', async (c) =>
      c.html(modelPage(await library.model(c.req.param('name'), c.req.param('version')))),
    )
    .get('/drops/:drop/items/:item', async (c) =>
      c.html(itemPage(await library.item(c.req.param('drop'), c.req.param('item')))),
    )
    .get('/favicon.ico', (c) => c.body(null, 204))
    .get('/style.css', (c) => c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }));
