import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { upToDate } from '../../scripts/packages.ts';
import { compareVersions, TOOLS } from '../../scripts/tools/catalogue.ts';
import { findTool } from '../../scripts/tools/find.ts';
import { createProgress } from '../../scripts/tools/progress.ts';
import { installFromSystem } from '../../scripts/tools/system.ts';
import { scratch, script } from '../support/scratch.ts';

describe('findTool', () => {
  const places = () => {
    const [path, toolsDir] = [scratch(), scratch()];
    return { path, toolsDir, places: { env: { PATH: `${path}:/nowhere` }, toolsDir } };
  };

  it('prefers PATH, and reads versions as the programs print them', async () => {
    const { path, toolsDir, places: where } = places();
    for (const folder of [path, join(toolsDir, 'bin')])
      script(join(folder, 'ffmpeg'), 'echo "ffmpeg version n7.1.2-4-gabc Copyright"');
    expect(await findTool('ffmpeg', where)).toEqual({ name: 'ffmpeg', version: '7.1.2', path: join(path, 'ffmpeg') });
  });

  it('takes a build without a version when it can do what is needed, and no other', async () => {
    const { path, places: where } = places();
    const build = (help: string) =>
      script(join(path, 'versitygw'), `[ "$1" = --help ] && echo "${help}" || echo "Version  : git"`);
    build('--event-webhook-url --event-filter --disable-strict-bucket-names');
    expect(await findTool('versitygw', where)).toMatchObject({ version: '' });
    build('--event-filter');
    await expect(findTool('versitygw', where)).rejects.toMatchObject({
      code: 'ASY-9001',
      message: expect.stringContaining('does not know --event-webhook-url') as string,
    });
  });

  it('passes over what is too old, does not run or is no program', async () => {
    const { path, toolsDir, places: where } = places();
    script(join(path, 'ffmpeg'), 'echo "ffmpeg version 3.4"');
    mkdirSync(join(toolsDir, 'bin', 'ffmpeg'), { recursive: true });
    await expect(findTool('ffmpeg', where)).rejects.toMatchObject({
      message: `ffmpeg was not found: ${join(path, 'ffmpeg')}: version 3.4 is older than 4.3`,
    });
    writeFileSync(join(path, 'ffprobe'), 'not executable');
    await expect(findTool('ffprobe', where)).rejects.toMatchObject({
      message: expect.stringContaining('neither on PATH') as string,
    });
  });

  it('has a way to get each tool that is required', () => {
    for (const tool of Object.values(TOOLS)) expect(tool.hint.length).toBeGreaterThan(20);
  });
});

describe('compareVersions', () => {
  const version = fc.array(fc.nat(30), { minLength: 1, maxLength: 4 });
  it('orders by the first part that differs, a missing part being 0', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const [x, y] = [a, b].map((parts) => parts.join('.')) as [string, string];
        const key = (parts: number[]) => [0, 1, 2, 3].reduce((sum, i) => sum * 31 + (parts[i] ?? 0), 0);
        expect(Math.sign(compareVersions(x, y))).toBe(Math.sign(key(a) - key(b)));
      }),
    );
  });
});

describe('installFromSystem', () => {
  const apt = (path: string, body = '') =>
    script(
      join(path, 'apt-get'),
      `[ "$1" = --version ] && exit 0; echo "$*" >> ${path}/calls; ${body}\n[ "$1" = install ] && { printf '#!/bin/sh\\necho "ffmpeg version 6.0"\\n' > ${path}/ffmpeg; chmod +x ${path}/ffmpeg; }; exit 0`,
    );
  const places = (path: string) => ({ env: { PATH: `${path}:/bin:/usr/bin/none` }, toolsDir: scratch() });

  it('as root, asks the package manager', async () => {
    const path = scratch();
    apt(path);
    expect(await installFromSystem(TOOLS.ffmpeg, 'ffmpeg', places(path), 0)).toMatch(/ffmpeg$/);
    expect(readFileSync(join(path, 'calls'), 'utf8')).toBe('update -q\ninstall -y -q --no-install-recommends ffmpeg\n');
  });

  it('as another, does so only where sudo asks for no password', async () => {
    const path = scratch();
    apt(path);
    script(join(path, 'sudo'), 'exit 1');
    await expect(installFromSystem(TOOLS.ffmpeg, 'ffmpeg', places(path), 1000)).rejects.toMatchObject({
      code: 'ASY-9001',
      message: expect.stringContaining('sudo asks for a password') as string,
    });
    expect(existsSync(join(path, 'calls'))).toBe(false);
    script(join(path, 'sudo'), 'shift; exec "$@"');
    expect(await installFromSystem(TOOLS.ffmpeg, 'ffmpeg', places(path), 1000)).toMatch(/ffmpeg$/);
  });

  it('tells what the package manager said when it fails', async () => {
    const path = scratch();
    apt(path, 'echo "E: no such package" >&2; exit 100');
    await expect(installFromSystem(TOOLS.ffmpeg, 'ffmpeg', places(path), 0)).rejects.toMatchObject({
      message: expect.stringContaining('apt-get: E: no such package') as string,
    });
  });
});

describe('upToDate', () => {
  const tree = (locked: object, installed: object | null) => {
    const folder = scratch();
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...locked } }));
    if (installed !== null)
      writeFileSync(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: installed }));
    return folder;
  };
  const a = { 'node_modules/a': { version: '1.0.0' } };
  const forMac = { 'node_modules/mac': { version: '1.0.0', optional: true } };

  it.each([
    ['all is there', true, a, a],
    ['an optional one for another system is absent', true, { ...a, ...forMac }, a],
    ['one is absent', false, a, {}],
    ['one has another version', false, a, { 'node_modules/a': { version: '1.0.1' } }],
    ['one is too many', false, {}, a],
    ['an optional one has another version', false, forMac, { 'node_modules/mac': { version: '2.0.0' } }],
    ['the install was killed', false, a, null],
  ])('%s → %s', (_, expected, locked, installed) => {
    expect(upToDate(tree(locked, installed))).toBe(expected);
  });
});

describe('progress', () => {
  it('rewrites its line in a terminal, and elsewhere prints one line per step', async () => {
    for (const isTTY of [true, false]) {
      const text: string[] = [];
      const progress = createProgress({ isTTY, write: (part) => text.push(part) });
      await progress.step('a', async (tell) => {
        tell('half');
        return 'done';
      });
      expect(text.join('')).toMatch(
        isTTY ? /… a.*\r.*half.*\r.*✓ a: done \(0\.\d s\)\n$/s : /^ {2}✓ a: done \(0\.\d s\)\n$/,
      );
    }
  });

  it('marks a step that failed and passes its fault on', async () => {
    const text: string[] = [];
    const progress = createProgress({ write: (part) => text.push(part) });
    await expect(progress.step('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(text.join('')).toContain('✗ a');
  });
});
