import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { installArchive } from '../../scripts/tools/archive.ts';
import { TOOLS, type Tool } from '../../scripts/tools/catalogue.ts';
import { download } from '../../scripts/tools/download.ts';
import { obtainServer } from '../../scripts/tools/install.ts';
import { createProgress } from '../../scripts/tools/progress.ts';
import { scratch, script } from '../support/scratch.ts';

const FILE = 'temporal_cli_1.5.1_linux_amd64.tar.gz';
const LIMITS = { connect: 2_000, stall: 400, attempts: 3 };
const PROGRAM = 'echo "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"';

/** The release's archive: a program that states a version, and a licence. */
const archive = (body = PROGRAM, folder = ''): Buffer => {
  const place = scratch();
  script(join(place, folder, 'temporal'), body);
  writeFileSync(join(place, folder, 'LICENSE'), 'x'.repeat(200_000));
  execFileSync('tar', [
    '-czf',
    join(place, 'a.tgz'),
    '-C',
    place,
    folder === '' ? 'temporal' : folder,
    ...(folder === '' ? ['LICENSE'] : []),
  ]);
  return readFileSync(join(place, 'a.tgz'));
};
const sum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A release folder: `checksums.txt` and the archive, the latter served as `serve` says. Returns its URL and the ranges asked for. */
const release = async (
  bytes: Buffer,
  options: { sums?: string; serve?: (request: IncomingMessage, response: ServerResponse, times: number) => void } = {},
) => {
  const ranges: (string | undefined)[] = [];
  server = createServer((request, response) => {
    if (request.url === '/v1/checksums.txt') return void response.end(options.sums ?? `${sum(bytes)}  ${FILE}\n`);
    if (request.url !== `/v1/${FILE}`) return void response.writeHead(404).end();
    ranges.push(request.headers.range);
    if (options.serve !== undefined) return options.serve(request, response, ranges.length);
    serveRange(bytes, request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { base: `http://127.0.0.1:${(server.address() as { port: number }).port}/v1`, ranges };
};

const serveRange = (bytes: Buffer, request: IncomingMessage, response: ServerResponse) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from >= bytes.length) return void response.writeHead(416).end();
  const rest = bytes.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': rest.length }).end(rest);
};

/** Sends some bytes of what it promised, then breaks the connection. */
const breakOff = (bytes: Buffer, count: number, response: ServerResponse, from = 0) => {
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from });
  response.write(bytes.subarray(from, from + count), () => setImmediate(() => response.destroy()));
};

const install = (base: string, toolsDir: string, tool: Tool = TOOLS.temporal) =>
  installArchive(tool, {
    env: { PATH: process.env['PATH'], ASSAY_TEMPORAL_RELEASES: base },
    toolsDir,
    limits: LIMITS,
    platform: 'linux-x64',
  });

describe('installArchive', () => {
  it.each([
    ['flat', ''],
    ['in a folder', 'temporal_1.5.1'],
  ])('installs the program of a good archive (%s) and leaves nothing else', async (_, folder) => {
    const tools = scratch();
    const { base } = await release(archive(PROGRAM, folder));
    const path = await install(base, tools);
    expect(path).toBe(join(tools, 'bin', 'temporal'));
    expect(execFileSync(path, { encoding: 'utf8' })).toContain('1.29.1');
    expect(readdirSync(join(tools, 'downloads'))).toEqual([]);
  });

  it('refuses an archive that has not the published checksum, and forgets its bytes', async () => {
    const tools = scratch();
    const { base } = await release(archive(), { sums: `${'0'.repeat(64)}  ${FILE}\n` });
    await expect(install(base, tools)).rejects.toMatchObject({
      code: 'ASY-9001',
      message: expect.stringContaining(`not the published ${'0'.repeat(64)}`) as string,
    });
    expect(existsSync(join(tools, 'bin', 'temporal'))).toBe(false);
    expect(readdirSync(join(tools, 'downloads'))).toEqual([]);
  });

  it('refuses an archive that has the published checksum but not the pinned one', async () => {
    const { base } = await release(archive());
    const { temporal } = TOOLS;
    if (temporal.release === undefined) throw new Error('no release');
    const archives = { ...temporal.release.archives, 'linux-x64': { file: FILE, sha256: '1'.repeat(64) } };
    await expect(
      install(base, scratch(), { ...temporal, release: { ...temporal.release, archives } }),
    ).rejects.toMatchObject({
      code: 'ASY-9001',
      message: expect.stringContaining('not the pinned') as string,
    });
  });

  it('refuses when the list of checksums does not name the archive', async () => {
    const { base, ranges } = await release(archive(), { sums: `${'0'.repeat(64)}  other.tar.gz\n` });
    await expect(install(base, scratch())).rejects.toMatchObject({
      code: 'ASY-9001',
      message: expect.stringContaining('no line for') as string,
    });
    expect(ranges).toEqual([]);
  });

  it('says which file is not there', async () => {
    const { base } = await release(archive(), { serve: (_request, response) => void response.writeHead(404).end() });
    await expect(install(base, scratch())).rejects.toMatchObject({
      message: expect.stringContaining(`${FILE}: HTTP 404`) as string,
    });
  });

  it('goes on where a broken connection ended', async () => {
    const bytes = archive();
    const tools = scratch();
    const { base, ranges } = await release(bytes, {
      serve: (request, response, times) =>
        times === 1 ? breakOff(bytes, 100, response) : serveRange(bytes, request, response),
    });
    expect(execFileSync(await install(base, tools), { encoding: 'utf8' })).toContain('1.29.1');
    expect(ranges).toEqual([undefined, 'bytes=100-']);
  });

  it('goes on where an earlier set-up was stopped', async () => {
    const bytes = archive();
    const tools = scratch();
    mkdirSync(join(tools, 'downloads'));
    writeFileSync(join(tools, 'downloads', `${FILE}.part`), bytes.subarray(0, 321));
    const { base, ranges } = await release(bytes);
    await install(base, tools);
    expect(ranges).toEqual(['bytes=321-']);
  });

  it('is content with a part that is whole already', async () => {
    const bytes = archive();
    const tools = scratch();
    mkdirSync(join(tools, 'downloads'));
    writeFileSync(join(tools, 'downloads', `${FILE}.part`), bytes);
    const { base } = await release(bytes);
    expect(await install(base, tools)).toContain('temporal');
  });

  it('begins anew when the server knows no ranges', async () => {
    const bytes = archive();
    const tools = scratch();
    mkdirSync(join(tools, 'downloads'));
    writeFileSync(join(tools, 'downloads', `${FILE}.part`), 'something else');
    const { base } = await release(bytes, { serve: (_request, response) => void response.end(bytes) });
    expect(await install(base, tools)).toContain('temporal');
  });

  it('gives up on a download that always ends early, and keeps its bytes for the next time', async () => {
    const bytes = archive();
    const tools = scratch();
    const { base, ranges } = await release(bytes, {
      serve: (request, response) =>
        breakOff(bytes, 10, response, Number(/\d+/.exec(request.headers.range ?? '0')?.[0] ?? 0)),
    });
    await expect(install(base, tools)).rejects.toMatchObject({ code: 'ASY-9001' });
    expect(ranges).toEqual([undefined, 'bytes=10-', 'bytes=20-']);
    expect(readFileSync(join(tools, 'downloads', `${FILE}.part`))).toEqual(bytes.subarray(0, 30));
  });

  it('gives up on a server that stalls', async () => {
    const { base } = await release(archive(), {
      serve: (_request, response) => response.writeHead(200, { 'content-length': 1000 }).flushHeaders(),
    });
    await expect(install(base, scratch())).rejects.toMatchObject({
      message: expect.stringContaining('stalled') as string,
    });
  });

  it('does not install a program that is too old or does not run', async () => {
    for (const [body, reason] of [
      ['echo "temporal version 1.0.0 (Server 1.24.2)"', 'older than 1.29.0'],
      ['exit 3', 'does not run'],
    ] as const) {
      const tools = scratch();
      const { base } = await release(archive(body));
      await expect(install(base, tools)).rejects.toMatchObject({ message: expect.stringContaining(reason) as string });
      expect(existsSync(join(tools, 'bin', 'temporal'))).toBe(false);
      server?.close();
    }
  });
});

describe('download', () => {
  it('tells how far it is', async () => {
    const bytes = archive();
    const { base } = await release(bytes);
    const told: [number, number | null][] = [];
    await download(`${base}/${FILE}`, join(scratch(), 'x'), { tell: (...news) => told.push(news), limits: LIMITS });
    expect(told.at(-1)).toEqual([bytes.length, bytes.length]);
  });

  it('says why at once when nobody listens', async () => {
    const { base } = await release(archive());
    server?.close();
    await expect(download(`${base}/${FILE}`, join(scratch(), 'x'))).rejects.toThrow('ECONNREFUSED');
  });
});

describe('obtainServer', () => {
  /** A PATH with a stand-in for Go that "compiles" the program, or one that fails. */
  const withGo = (body: string) => {
    const folder = scratch();
    script(join(folder, 'go'), body);
    return `${folder}:/usr/bin:/bin`;
  };
  const lines = () => {
    const text: string[] = [];
    return { text, progress: createProgress({ write: (part: string) => text.push(part) }) };
  };

  it('falls through from a wrong checksum to go install, and says so', async () => {
    const { base } = await release(archive(), { sums: `${'0'.repeat(64)}  ${FILE}\n` });
    const tools = scratch();
    const { text, progress } = lines();
    const PATH = withGo(`[ "$*" = "install -v github.com/temporalio/cli/cmd/temporal@v1.5.1" ] || exit 9
cat > "$GOBIN/temporal" <<'END'
#!/bin/sh
${PROGRAM}
END`);
    await obtainServer(
      'temporal',
      { env: { PATH, ASSAY_TEMPORAL_RELEASES: base }, toolsDir: tools, limits: LIMITS, platform: 'linux-x64' },
      progress,
    );
    expect(text.join('')).toMatch(/has SHA-256 .*not the published[^]*✓ temporal: installed as .*bin\/temporal/);
    expect(readdirSync(join(tools, 'downloads'))).toEqual([]);
  });

  it('lists every way it tried and what to do when none works', async () => {
    const { base } = await release(archive());
    server?.close();
    const { progress } = lines();
    const PATH = withGo('echo "no route to the module proxy" >&2; exit 1');
    const failure = obtainServer(
      'temporal',
      { env: { PATH, ASSAY_TEMPORAL_RELEASES: base }, toolsDir: scratch(), limits: LIMITS, platform: 'linux-x64' },
      progress,
    );
    await expect(failure).rejects.toMatchObject({
      code: 'ASY-9001',
      message: expect.stringMatching(
        /neither on PATH.*ECONNREFUSED.*go install: no route to the module proxy.*put the Temporal CLI/,
      ) as string,
    });
  });

  it('uses what is on PATH, and what is installed when that on PATH is too old', async () => {
    const tools = scratch();
    const bin = scratch();
    const { text, progress } = lines();
    script(join(bin, 'temporal'), PROGRAM);
    await obtainServer('temporal', { env: { PATH: bin }, toolsDir: tools }, progress);
    script(join(bin, 'temporal'), 'echo "temporal version 0.9 (Server 1.20.0)"');
    script(join(tools, 'bin', 'temporal'), PROGRAM);
    await obtainServer('temporal', { env: { PATH: bin }, toolsDir: tools }, progress);
    expect(text[0]).toContain(join(bin, 'temporal'));
    expect(text[1]).toContain(join(tools, 'bin', 'temporal'));
  });
});
