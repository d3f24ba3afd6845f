/** Which webhooks may be posted to: https to hosts the operator names, or a host and port of their own network. */
import { BlockList, isIP } from 'node:net';
import { AssayError } from '../../../schemas/errors.ts';

/** What ASSAY_ALERT_HOSTS holds: `host`, or `host:port` for one that may be local and spoken to without TLS. */
export const ALERT_HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/** Where a webhook is posted to. */
export interface Target {
  readonly url: URL;
  /** The operator named this host with this port: its address may be a private one. */
  readonly local: boolean;
}

/** Of messages: paths of webhooks are often secrets. */
export const shownWebhook = (webhook: string): string =>
  URL.canParse(webhook) ? new URL(webhook).host : 'its webhook';

export const refusedWebhook = (webhook: string, reason: string, cause?: unknown): AssayError =>
  new AssayError('ASY-6506', { webhook: shownWebhook(webhook), reason }, { cause });

const PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/** Whether, and how, a webhook may be posted to. Throws ASY-6506. */
export const targetOf = (webhook: string, hosts: readonly string[]): Target => {
  const url = new URL(webhook);
  const port = url.port === '' ? PORTS[url.protocol] : url.port;
  if (port === undefined) throw refusedWebhook(webhook, 'it is neither https nor http');
  if (hosts.includes(`${url.hostname}:${port}`)) return { url, local: true };
  if (!hosts.includes(url.hostname)) throw refusedWebhook(webhook, 'its host is not in ASSAY_ALERT_HOSTS');
  if (url.protocol !== 'https:' || port !== '443')
    throw refusedWebhook(webhook, `only https on port 443 is allowed for ${url.hostname}`);
  return { url, local: false };
};

/** Not of the public internet: this machine, private and shared networks, link-local, documentation, multicast, and what wraps them. */
const FOREIGN = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  FOREIGN.addSubnet(network, bits, 'ipv4');

/** The only IPv6 addresses handed out for the internet, less those that wrap IPv4 (6to4, Teredo) and documentation. */
const GLOBAL6 = new BlockList();
GLOBAL6.addSubnet('2000::', 3, 'ipv6');
const WRAPPED6 = new BlockList();
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  WRAPPED6.addSubnet(network, bits, 'ipv6');

/** Whether an IP address is one of the public internet. */
export const isPublic = (address: string): boolean => {
  switch (isIP(address)) {
    case 4:
      return !FOREIGN.check(address, 'ipv4');
    case 6:
      return GLOBAL6.check(address, 'ipv6') && !WRAPPED6.check(address, 'ipv6');
    default:
      return false;
  }
};
