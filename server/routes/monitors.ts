/** Monitors and their alerts: what they found, and taking note of it. */
import { Hono } from 'hono';
import { z } from 'zod';
import { Acknowledgement } from '../../schemas/monitor.ts';
import { bodyOf } from '../body.ts';
import type { SignedIn } from '../env.ts';
import type { Audit, Monitors } from '../ports.ts';

export interface MonitorRouteDeps {
  readonly monitors: Monitors;
  readonly audit: Audit;
}

/** Other numbers ask for the first page. */
const Page = z.object({
  before: z.coerce.number().int().min(1).optional().catch(undefined),
  limit: z.coerce.number().int().min(1).max(200).catch(50),
});
const Note = Acknowledgement.pick({ note: true });

export const createMonitorRoutes = ({ monitors, audit }: MonitorRouteDeps) =>
  new Hono<SignedIn>()
    .get('/api/monitors', async (c) => c.json({ monitors: await monitors.list() }))
    .get('/api/monitors/:name', async (c) =>
      c.json(await monitors.show(c.req.param('name'), Page.parse(c.req.query()))),
    )
    .get('/api/alerts', async (c) => c.json({ alerts: await monitors.alerts() }))
    .post('/api/monitors/:name/ack', async (c) => {
      const [monitor, by] = [c.req.param('name'), c.get('session').subject];
      const { note } = await bodyOf(Note, c.req);
      const done = await monitors.acknowledge(monitor, { by, at: new Date().toISOString(), note });
      await audit.record({ by, action: 'acknowledge', target: { monitor, alert: String(done.alert) } });
      return c.json(done);
    });
