import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isPublic, targetOf } from '../../../../activities/adapters/webhook/hosts.ts';
import { createAlertPoster, type PosterOptions, signatureOf } from '../../../../activities/adapters/webhook/poster.ts';

const KEY = 'a-key-of-tests-only-0123';

interface Got {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
const got: Got[] = [];
let statuses: (number | 'silence')[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => {
    body += String(part);
  });
  request.on('end', () => {
    got.push({ path: request.url ?? '', headers: request.headers, body });
    const status = statuses.shift() ?? 200;
    if (status === 'silence') return;
    response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere' }).end('an answer that nobody reads');
  });
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
beforeEach(() => {
  got.length = 0;
  statuses = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const local = (over: Partial<PosterOptions> = {}) =>
  createAlertPoster({ hosts: [`127.0.0.1:${port}`], key: KEY, now: () => 1_700_000_000_000, ...over });
const hook = () => `http://127.0.0.1:${port}/hooks/secret`;

describe('which webhooks are posted to', () => {
  const hosts = ['hooks.example.org', 'alerts.internal:8080'];

  it.each([
    ['https://hooks.example.org/x', false],
    ['https://hooks.example.org:443/x', false],
    ['http://alerts.internal:8080/x', true],
    ['https://alerts.internal:8080/x', true],
  ])('%s: local %s', (webhook, isLocal) => expect(targetOf(webhook, hosts).local).toBe(isLocal));

  it.each([
    ['http://hooks.example.org/x', 'only https on port 443'],
    ['https://hooks.example.org:8443/x', 'only https on port 443'],
    ['https://hooks.example.org.evil.test/x', 'not in ASSAY_ALERT_HOSTS'],
    ['https://alerts.internal/x', 'not in ASSAY_ALERT_HOSTS'],
    ['http://alerts.internal:8081/x', 'not in ASSAY_ALERT_HOSTS'],
    ['ftp://hooks.example.org/x', 'neither https nor http'],
  ])('%s is refused', (webhook, reason) => {
    expect(() => targetOf(webhook, hosts)).toThrow(expect.objectContaining({ code: 'ASY-6506' }));
    expect(() => targetOf(webhook, hosts)).toThrow(reason);
  });

  it.each([
    ['93.184.216.34', true],
    ['2606:2800:220:1:248:1893:25c8:1946', true],
    ...[
      '127.0.0.1 10.1.2.3 172.31.255.1 192.168.0.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255',
      ':: ::1 fe80::1 fd00::1 ff02::1 ::ffff:127.0.0.1 ::ffff:7f00:1 64:ff9b::7f00:1 2002:7f00:1:: 2001:db8::1 a-name',
    ]
      .join(' ')
      .split(' ')
      .map((address): [string, boolean] => [address, false]),
  ])('%s is public: %s', (address, wanted) => expect(isPublic(address)).toBe(wanted));

  it('a name that leads into a private network is refused, whatever stands beside it', async () => {
    for (const found of [['169.254.169.254'], ['93.184.216.34', '10.0.0.1'], ['::1']]) {
      const lookup = async () => found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      const poster = createAlertPoster({ hosts: ['hooks.example.org'], key: KEY, lookup });
      await expect(poster.post('https://hooks.example.org/x', 'm/1', {})).rejects.toMatchObject({ code: 'ASY-6506' });
    }
  });
});

describe('posting', () => {
  it('says which alert it is and signs what it says', async () => {
    await local().post(hook(), 'prompts/7', { state: 'red' });
    const [{ path, headers, body } = { path: '', headers: {}, body: '' }] = got;
    expect([path, body, headers['assay-alert'], headers['content-type']]).toEqual([
      '/hooks/secret',
      '{"state":"red"}',
      'prompts/7',
      'application/json',
    ]);
    const v1 = createHmac('sha256', KEY).update('1700000000.{"state":"red"}').digest('hex');
    expect(headers['assay-signature']).toBe(`t=1700000000,v1=${v1}`);
    expect(signatureOf('another key', body, 1_700_000_000)).not.toContain(v1);
  });

  it('looks a name up once and connects to what it found', async () => {
    const asked: string[] = [];
    const lookup = async (host: string) => {
      asked.push(host);
      return [{ address: '127.0.0.1', family: 4 }];
    };
    await local({ hosts: [`hooks.test:${port}`], lookup }).post(`http://hooks.test:${port}/x`, 'm/1', {});
    expect(asked).toEqual(['hooks.test']);
    expect(got[0]?.headers.host).toBe(`hooks.test:${port}`);
  });

  it.each([
    [500, 'ASY-6507'],
    [429, 'ASY-6507'],
    [302, 'ASY-6508'],
    [404, 'ASY-6508'],
  ])('an answer of %s is %s, and a redirect is not followed', async (status, code) => {
    statuses = [status];
    const fault = await local()
      .post(hook(), 'm/1', {})
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({ code, message: expect.stringContaining(`status ${status}`) });
    // The path of a webhook is often its password.
    expect(String(fault)).not.toContain('secret');
    expect(got).toHaveLength(1);
  });

  it('who says nothing, or is not there, may be asked again', async () => {
    statuses = ['silence'];
    const slow = local({ timeoutMs: 50 }).post(hook(), 'm/1', {});
    await expect(slow).rejects.toMatchObject({ code: 'ASY-6507', message: expect.stringContaining('50 ms') });
    const gone = local({ hosts: ['127.0.0.1:1'] }).post('http://127.0.0.1:1/x', 'm/1', {});
    await expect(gone).rejects.toMatchObject({ code: 'ASY-6507', retry: true });
  });

  it('posts nothing without a key, nor what is too long', async () => {
    await expect(local({ key: null }).post(hook(), 'm/1', {})).rejects.toMatchObject({ code: 'ASY-6506' });
    const long = { text: 'x'.repeat(70_000) };
    await expect(local().post(hook(), 'm/1', long)).rejects.toMatchObject({ code: 'ASY-6506' });
    expect(got).toEqual([]);
  });
});
