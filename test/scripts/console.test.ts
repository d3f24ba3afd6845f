/** The step of set-up that builds the console: with a stand-in for Vite, which writes what it was run for. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildConsole } from '../../scripts/tools/console.ts';
import { createProgress } from '../../scripts/tools/progress.ts';
import { scratch } from '../support/scratch.ts';

let root: string;
let said: string;
const write = (path: string, text: string): void => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};
const build = () => buildConsole(root, createProgress({ write: (text: string) => (said += text) }));
const builds = (): number => (existsSync(join(root, 'runs')) ? readFileSync(join(root, 'runs'), 'utf8').length : 0);

beforeEach(() => {
  root = scratch();
  said = '';
  write('console/index.html', 'page');
  write('console/work/index.tsx', 'work');
  write('schemas/session.ts', 'session');
  write('package-lock.json', '{}');
  write('vite.config.ts', '');
  write(
    'node_modules/vite/bin/vite.js',
    `const fs = require('node:fs');
     fs.mkdirSync('dist/console', { recursive: true });
     fs.appendFileSync('runs', 'x');
     fs.writeFileSync('mode', process.env.NODE_ENV);
     if (fs.readFileSync('console/index.html', 'utf8') === 'broken') { console.error('main.tsx:3: no'); process.exit(1); }`,
  );
});

describe('the console', () => {
  it('is built once', async () => {
    await build();
    await build();
    expect(builds()).toBe(1);
    expect(said).toMatch(/✓ console: built anew.*\n.*✓ console: built \(/);
  });

  it('is built as people run it, whatever the environment says', async () => {
    await build();
    expect(process.env['NODE_ENV']).not.toBe('production');
    expect(readFileSync(join(root, 'mode'), 'utf8')).toBe('production');
  });

  it.each(['console/work/index.tsx', 'schemas/session.ts', 'package-lock.json', 'vite.config.ts', 'console/new.css'])(
    'is built again when %s has changed',
    async (path) => {
      await build();
      write(path, 'other');
      await build();
      expect(builds()).toBe(2);
    },
  );

  it('that does not build says why, and is tried again', async () => {
    write('console/index.html', 'broken');
    for (const tries of [1, 2]) {
      await expect(build()).rejects.toMatchObject({ code: 'ASY-9003', message: /main\.tsx:3: no/ });
      expect(builds()).toBe(tries);
    }
  });

  it('is left alone where its sources are not there', async () => {
    root = scratch();
    await build();
    expect(said).toBe('');
  });
});
