/** Posts alerts: signed, to an address that was looked up once and checked, without following redirects, bounded in time and size. */
import { createHmac } from 'node:crypto';
import { lookup as systemLookup } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { AssayError } from '../../../schemas/errors.ts';
import type { AlertPoster } from '../../ports.ts';
import { connectionFailure, isPassing } from '../remote/attempts.ts';
import { isPublic, refusedWebhook, shownWebhook, type Target, targetOf } from './hosts.ts';

export interface Address {
  readonly address: string;
  readonly family: number;
}

export interface PosterOptions {
  /** Of ASSAY_ALERT_HOSTS. */
  readonly hosts: readonly string[];
  /** Of the signature; null: nothing is posted. */
  readonly key: string | null;
  /** Every address of a name. */
  readonly lookup?: (host: string) => Promise<readonly Address[]>;
  /** From connecting to the answer's status; names are looked up in the system's own time. */
  readonly timeoutMs?: number;
  readonly now?: () => number;
}

const MAX_BODY = 64 * 1024;

/** `t=<seconds since 1970>,v1=<hex HMAC-SHA256 of "t.body">`: who holds the key can tell that Assay wrote it, and when. */
export const signatureOf = (key: string, body: string, seconds: number): string =>
  `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`;

/** The one address that is connected to: no second look-up can lead elsewhere. */
const pinned = async (
  { url, local }: Target,
  lookup: NonNullable<PosterOptions['lookup']>,
): Promise<Address | undefined> => {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(host);
  const found = family === 0 ? await lookup(host) : [{ address: host, family }];
  const foreign = local ? undefined : found.find(({ address }) => !isPublic(address));
  if (foreign !== undefined) throw refusedWebhook(url.href, 'its name leads to an address that is not of the internet');
  return found[0];
};

/** The answer's status; the answer itself is not read. */
const send = (
  { url }: Target,
  { address, family }: Address,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const lookup: LookupFunction = (_host, { all }, done) =>
      all === true ? done(null, [{ address, family }]) : done(null, address, family);
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = request(url, { method: 'POST', headers, lookup, signal, agent: false }, (answer) => {
      resolve(answer.statusCode ?? 0);
      answer.destroy();
    });
    sent.once('error', reject);
    sent.end(body);
  });

export const createAlertPoster = ({
  hosts,
  key,
  lookup = (host) => systemLookup(host, { all: true }),
  timeoutMs = 10_000,
  now = Date.now,
}: PosterOptions): AlertPoster => ({
  async post(webhook, id, alert) {
    const target = targetOf(webhook, hosts);
    if (key === null)
      throw refusedWebhook(webhook, 'ASSAY_ALERT_KEY is not set, so that nobody could tell who wrote it');
    const body = JSON.stringify(alert);
    if (Buffer.byteLength(body) > MAX_BODY) throw refusedWebhook(webhook, `the alert has more than ${MAX_BODY} bytes`);
    const unanswered = (reason: string, cause?: unknown) =>
      new AssayError('ASY-6507', { webhook: shownWebhook(webhook), reason }, { cause });
    const limit = AbortSignal.timeout(timeoutMs);
    let status: number;
    try {
      const address = await pinned(target, lookup);
      if (address === undefined) throw unanswered('its name has no address');
      const headers = {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': 'assay',
        'assay-alert': id,
        'assay-signature': signatureOf(key, body, Math.floor(now() / 1000)),
      };
      status = await send(target, address, headers, body, limit);
    } catch (cause) {
      if (cause instanceof AssayError) throw cause;
      throw unanswered(limit.aborted ? `nothing within ${timeoutMs} ms` : connectionFailure(cause).reason, cause);
    }
    if (status >= 200 && status < 300) return;
    if (isPassing(status) || status === 408) throw unanswered(`status ${status}`);
    throw new AssayError('ASY-6508', { webhook: shownWebhook(webhook), reason: `status ${status}` });
  },
});
