/** What is stored, as JSON and as bytes. */
import { Hono } from 'hono';
import type { Library } from '../ports.ts';
import { mediumResponse } from '../ranges.ts';

/** Named by its content: other bytes have another name. */
const FOR_EVER = 'private, max-age=31536000, immutable';

export const createLibraryRoutes = (library: Library) =>
  new Hono()
    .get('/api/drops', async (c) => c.json(await library.drops()))
    .get('/api/drops/:drop/quarantine', async (c) => c.json(await library.quarantine(c.req.param('drop'))))
    .get('/api/drops/:drop/items/:item', async (c) =>
      c.json(await library.item(c.req.param('drop'), c.req.param('item'))),
    )
    .get('/api/datasets', async (c) => c.json(await library.datasets()))
    .get('/api/datasets/:name', async (c) => c.json(await library.dataset(c.req.param('name'))))
    .get('/api/models', async (c) => c.json(await library.models()))
    .get('/api/models/:name', async (c) => c.json(await library.model(c.req.param('name'), c.req.query('version'))))
    .get('/models/:name/:version/reliability.svg', async (c) => {
      const svg = await library.reliability(c.req.param('name'), c.req.param('version'));
      return c.body(svg, 200, { 'content-type': 'image/svg+xml' });
    })
    .get('/media/:sha256', async (c) =>
      mediumResponse(await library.media(c.req.param('sha256')), c.req.header('range'), c.req.method === 'HEAD'),
    )
    .get('/heatmaps/:item/:file', async (c) => {
      const { bytes, type } = await library.heatmap(c.req.param('item'), c.req.param('file'));
      return c.body(new Uint8Array(bytes), 200, { 'content-type': type, 'cache-control': FOR_EVER });
    });
