/** S3's event notifications: a drop that is complete starts its run. */
import { Hono } from 'hono';
import { timingSafeEqual } from 'hono/utils/buffer';
import { z } from 'zod';
import { dropOfManifestKey } from '../../schemas/keys.ts';
import { isDropName } from '../drop-name.ts';
import type { Runs } from '../ports.ts';

export interface WebhookDeps {
  readonly runs: Pick<Runs, 'start'>;
  /** Secret in the path: S3 servers cannot send headers. */
  readonly webhookToken: string;
  readonly log: (line: string) => void;
  /** Called when a drop's run could not be started: S3 servers do not send an event twice. */
  readonly missed?: () => void;
}

/** S3's event notification, as far as we read it. Keys arrive URL-encoded, blanks as plus. */
const S3Event = z.object({
  Records: z
    .array(z.object({ eventName: z.string(), s3: z.object({ object: z.object({ key: z.string() }) }) }))
    .default([]),
});

/** Drops whose `drop.json` this notification says was created. */
export const dropsOf = (event: unknown): string[] => {
  const parsed = S3Event.safeParse(event);
  if (!parsed.success) return [];
  return parsed.data.Records.filter((record) => /ObjectCreated/.test(record.eventName)).flatMap((record) => {
    const key = record.s3.object.key.replaceAll('+', ' ');
    // Some servers put the bucket before the key.
    const decoded = safeDecode(key);
    const drop = dropOfManifestKey(decoded) ?? dropOfManifestKey(decoded.replace(/^[^/]+\//, ''));
    return drop === null ? [] : [drop];
  });
};

const safeDecode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

export const createWebhook = ({ runs, webhookToken, log, missed }: WebhookDeps) => {
  /** Starts the runs; one that fails does not keep the others from their chance. Returns the faults. */
  const startAll = async (drops: readonly string[]): Promise<unknown[]> => {
    const faults: unknown[] = [];
    for (const drop of drops) {
      if (!isDropName(drop)) {
        log(`drop ${JSON.stringify(drop.slice(0, 80))}: not started, ASY-1004: not a name for a drop`);
        continue;
      }
      try {
        const { started } = await runs.start(drop);
        log(`drop ${drop}: ${started ? 'run started' : 'run exists'}`);
      } catch (error) {
        faults.push(error);
      }
    }
    return faults;
  };
  return new Hono().post('/events/s3/:token', async (c) => {
    if (!(await timingSafeEqual(c.req.param('token'), webhookToken))) return c.text('not found', 404);
    const drops = dropsOf(await c.req.json().catch(() => null));
    const [fault] = await startAll(drops);
    if (fault !== undefined) {
      missed?.();
      throw fault;
    }
    return c.json({ drops });
  });
};
