/** scripts/setup.sh on machines made of shell scripts: what it finds, what it fetches, what it refuses. */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { root } from '../../cli/paths.ts';
import { scratch, script } from '../support/scratch.ts';

const PINNED = '24.21.0';
const PLATFORM = `${process.platform}-${process.arch}`;
/** What every machine has; a test's own programs come on top. */
const BASICS = [
  'sh',
  'dirname',
  'uname',
  'date',
  'rm',
  'mkdir',
  'mv',
  'tar',
  'gzip',
  'cut',
  'grep',
  'chmod',
  'sha256sum',
  'sha512sum',
  'shasum',
  'openssl',
  'readlink',
  'curl',
  'cat',
  'env',
  'sed',
];
const where = (name: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, name))
    .find(existsSync);

/** A checkout whose packages need nothing, and a folder of programs that is all of PATH. */
const machine = () => {
  const checkout = scratch();
  for (const part of ['scripts', 'schemas']) cpSync(join(root, part), join(checkout, part), { recursive: true });
  writeFileSync(join(checkout, 'package.json'), '{"type":"module"}');
  writeFileSync(join(checkout, 'package-lock.json'), '{"packages":{}}');
  mkdirSync(join(checkout, 'node_modules'));
  writeFileSync(join(checkout, 'node_modules', '.package-lock.json'), '{"packages":{}}');
  const bin = scratch();
  for (const name of BASICS) {
    const path = where(name);
    if (path !== undefined) symlinkSync(path, join(bin, name));
  }
  const calls = join(bin, 'calls');
  script(join(bin, 'temporal'), 'echo "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"');
  script(join(bin, 'versitygw'), 'echo "Version  : v1.8.0"');
  for (const name of ['ffmpeg', 'ffprobe']) script(join(bin, name), `echo "${name} version 6.1.1"`);
  const tools = join(checkout, '.tools');
  return {
    checkout,
    bin,
    tools,
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []),
    note: `echo "$0 $*" >> ${calls}`,
    node: (version: string) =>
      version === 'new'
        ? symlinkSync(process.execPath, join(bin, 'node'))
        : void script(join(bin, 'node'), version === 'old' ? '[ "$1" = -e ] && exit 1; echo v18.0.0' : 'exit 127'),
    setup: (env: Record<string, string> = {}) =>
      new Promise<{ code: number; output: string }>((done) => {
        execFile(
          '/bin/sh',
          [join(checkout, 'scripts/setup.sh')],
          { env: { PATH: bin, HOME: bin, ...env } },
          (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
        );
      }),
  };
};
const NPM = (note: string, pack = 'exit 1') =>
  `case "$1" in --version) echo 10.9.0 ;; pack) ${note}; ${pack} ;; *) ${note} ;; esac`;

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

/** A mirror of nodejs.org/dist with an archive that carries this test's Node and a stand-in npm. */
const nodeDist = async (note: string, options: { sum?: string } = {}) => {
  const folder = scratch();
  const name = `node-v${PINNED}-${PLATFORM}`;
  script(join(folder, name, 'bin', 'node'), `exec ${process.execPath} "$@"`);
  script(join(folder, name, 'bin', 'npm'), NPM(note));
  execFileSync('tar', ['-czf', join(folder, 'n.tgz'), '-C', folder, name]);
  const bytes = readFileSync(join(folder, 'n.tgz'));
  const sum = options.sum ?? createHash('sha256').update(bytes).digest('hex');
  server = createServer((request, response) => {
    if (request.url === `/v${PINNED}/SHASUMS256.txt`) response.end(`${sum}  ${name}.tar.gz\n`);
    else if (request.url === `/v${PINNED}/${name}.tar.gz`) response.end(bytes);
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
};

describe('make setup', () => {
  it('installs nothing where all is there', async () => {
    const m = machine();
    m.node('new');
    script(join(m.bin, 'npm'), NPM(m.note));
    const { code, output } = await m.setup();
    expect(output).toMatch(
      /✓ Node v\d.*\n.*✓ packages as locked.*\n.*✓ temporal: 1\.29\.1.*\n.*✓ versitygw: 1\.8\.0.*\n.*✓ ffmpeg: 6\.1\.1.*\n.*✓ ffprobe: 6\.1\.1/,
    );
    expect(code).toBe(0);
    expect(m.calls()).toEqual([]);
    expect(existsSync(m.tools)).toBe(false);
  });

  it.each(['old', 'none'])(
    'fetches Node and its npm where Node is %s, and the second time finds them',
    async (version) => {
      const m = machine();
      if (version === 'old') m.node('old');
      const dist = await nodeDist(m.note);
      const first = await m.setup({ ASSAY_NODE_DIST: dist });
      expect(first).toMatchObject({
        code: 0,
        output: expect.stringContaining(`.tools/node/v${PINNED}/bin/node`) as string,
      });
      expect(readdirSync(join(m.tools, 'node'))).toEqual([`v${PINNED}`]);
      server?.close();
      expect(await m.setup()).toMatchObject({ code: 0 });
    },
  );

  it('refuses a Node that has not the published checksum', async () => {
    const m = machine();
    const { code, output } = await m.setup({ ASSAY_NODE_DIST: await nodeDist(m.note, { sum: '0'.repeat(64) }) });
    expect(code).toBe(1);
    expect(output).toMatch(
      /does not have its published SHA-256[^]*ASY-9001 ToolMissing: Node 22\.18[^]*→ install Node/,
    );
    expect(existsSync(join(m.tools, 'node', `v${PINNED}`))).toBe(false);
  });

  it('refuses a Node from npm that has not the pinned hash, and goes on to the archive', async () => {
    const m = machine();
    m.node('old');
    script(join(m.bin, 'npm'), NPM(m.note, 'echo forged > "$(echo "$2" | sed s/@/-/).tgz"; exit 0'));
    const { code, output } = await m.setup({ ASSAY_NODE_DIST: await nodeDist(m.note) });
    expect(m.calls()).toEqual(
      PLATFORM.startsWith('linux') ? [expect.stringContaining(`pack node-${PLATFORM}@${PINNED}`)] : [],
    );
    if (PLATFORM.startsWith('linux')) expect(output).toContain('does not have its pinned SHA-512');
    expect(code).toBe(0);
  });

  it('says what to do where neither way to Node works', async () => {
    const { code, output } = await machine().setup({ ASSAY_NODE_DIST: 'http://127.0.0.1:9' });
    expect(code).toBe(1);
    expect(output).toMatch(
      /ASY-9001 ToolMissing: Node 22\.18 or newer is not on PATH[^]*→ install Node 22\.18 or newer/,
    );
  });

  it('fetches the archive, which carries npm, where there is none or one too old for this Node', async () => {
    for (const version of [null, '6.14.18']) {
      const m = machine();
      m.node('new');
      if (version !== null) script(join(m.bin, 'npm'), `[ "$1" = --version ] && echo ${version} || exit 1`);
      const { code, output } = await m.setup({ ASSAY_NODE_DIST: await nodeDist(m.note) });
      expect(output).toContain('✓ npm 10.9.0');
      expect(code).toBe(0);
      server?.close();
    }
  });

  it('installs the packages when they are not as locked, without CUDA', async () => {
    const m = machine();
    m.node('new');
    script(
      join(m.bin, 'npm'),
      NPM(`${m.note}; echo "$ONNXRUNTIME_NODE_INSTALL $ONNXRUNTIME_NODE_INSTALL_CUDA" >> ${m.bin}/calls`),
    );
    writeFileSync(join(m.checkout, 'package-lock.json'), '{"packages":{"node_modules/zod":{"version":"4.0.0"}}}');
    expect(await m.setup()).toMatchObject({ code: 0 });
    expect(m.calls()).toEqual([expect.stringContaining('npm ci --no-audit --no-fund --loglevel=error'), 'skip skip']);
  });

  it('stops with a code when npm ci fails', async () => {
    const m = machine();
    m.node('new');
    script(join(m.bin, 'npm'), 'case "$1" in --version) echo 10.9.0 ;; *) exit 1 ;; esac');
    writeFileSync(join(m.checkout, 'package-lock.json'), '{"packages":{"node_modules/zod":{"version":"4.0.0"}}}');
    expect(await m.setup()).toMatchObject({
      code: 1,
      output: expect.stringMatching(/ASY-9001.*npm ci.*\n→ put that right/) as string,
    });
  });

  it('names what is still missing, after having tried the rest', async () => {
    const m = machine();
    m.node('new');
    script(join(m.bin, 'npm'), NPM(m.note));
    for (const name of ['temporal', 'ffprobe']) script(join(m.bin, name), 'exit 1');
    // Not root, or root without a package manager: this PATH has none.
    const { code, output } = await m.setup({ ASSAY_TEMPORAL_RELEASES: 'http://127.0.0.1:9/none' });
    expect(code).toBe(1);
    expect(output).toMatch(/✓ versitygw[^]*✓ ffmpeg[^]*✗ ffprobe/);
    expect(output).toMatch(
      /ASY-9001 ToolMissing: temporal was not found: .*does not run; .*; go install: Go is not installed; run `make setup`/,
    );
    expect(output).toMatch(/ASY-9001 ToolMissing: ffprobe was not found: .*no package manager was found/);
  });
});
