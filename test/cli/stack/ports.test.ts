import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { choosePorts, isFree, portsOf } from '../../../cli/stack/ports.ts';

const servers: Server[] = [];
const taken = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
};
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe('choosePorts', () => {
  it('gives four different free ones below the range of outgoing connections', async () => {
    const ports = Object.values(await choosePorts('free'));
    expect(new Set(ports).size).toBe(4);
    for (const port of ports) {
      expect(port).toBeLessThan(32_768);
      expect(await isFree(port)).toBe(true);
    }
  });

  it('keeps the ports of the stack before, unless one is taken by now', async () => {
    const before = await choosePorts('free');
    expect(await choosePorts('free', before)).toEqual(before);
    const s3 = await taken();
    const after = await choosePorts('free', { ...before, s3 });
    expect(after).toEqual({ ...before, s3: after.s3 });
    expect(after.s3).not.toBe(s3);
  });

  it('refuses a configured port that is taken, or given twice', async () => {
    const port = await taken();
    await expect(choosePorts({ http: port })).rejects.toMatchObject({
      code: 'ASY-9002',
      message: `port ${port} is taken`,
    });
    const { http } = await choosePorts('free');
    await expect(choosePorts({ http, s3: http })).rejects.toMatchObject({ code: 'ASY-9002' });
  });

  it('reads the environment', () => {
    expect(portsOf({ ASSAY_HTTP_PORT: '8080', ASSAY_S3_PORT: '', ASSAY_UI_PORT: '0' })).toEqual({ http: 8080, ui: 0 });
    for (const text of ['http', '-1', '65536', '1e3', ' 80'])
      expect(() => portsOf({ ASSAY_S3_PORT: text })).toThrow(expect.objectContaining({ code: 'ASY-9006' }) as Error);
  });
});
