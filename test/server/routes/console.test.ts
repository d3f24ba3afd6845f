import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createConsoleFiles } from '../../../cli/console-files.ts';
import { createTestApp } from '../../support/app.ts';
import { scratch } from '../../support/scratch.ts';

const built = () => {
  const dir = join(scratch(), 'console');
  mkdirSync(join(dir, 'assets'), { recursive: true });
  writeFileSync(join(dir, 'index.html'), '<!doctype html>app');
  writeFileSync(join(dir, 'assets', 'main-Bx1_2.js'), 'export {}');
  writeFileSync(join(dir, '.stamp'), 'hidden');
  writeFileSync(join(dir, '..', 'secrets.js'), 'hidden');
  return createTestApp({ deps: { consoleFiles: createConsoleFiles(dir) } }).ask;
};

describe('the console', () => {
  it.each(['/console/', '/console/work', '/console/review/item', '/console/manage/runs/a.b', '/console/sign-in'])(
    'is the app at %s, for who is not signed in too',
    async (path) => {
      const answer = await built()(path);
      expect([answer.status, await answer.text()]).toEqual([200, '<!doctype html>app']);
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(answer.headers.get('cache-control')).toBe('no-cache');
    },
  );

  it('has files named by their content, which browsers keep', async () => {
    const answer = await built()('/console/assets/main-Bx1_2.js');
    expect([answer.status, await answer.text()]).toEqual([200, 'export {}']);
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(answer.headers.get('cache-control')).toContain('immutable');
  });

  it.each([
    '/console/assets/none.js',
    '/console/..%2fsecrets.js',
    '/console/%2e%2e/secrets.js',
    '/console/.stamp',
    '/console/assets/..%5c..%5csecrets.js',
  ])('gives nothing else at %s', async (path) => {
    const text = await (await built()(path)).text();
    expect(text).not.toContain('hidden');
  });

  it('is 404 for a file that is not there, so that an old page does not read the app as a script', async () => {
    expect((await built()('/console/assets/none.js')).status).toBe(404);
  });

  it('says how to build it where it is not built', async () => {
    const { ask } = createTestApp({ deps: { consoleFiles: createConsoleFiles(scratch()) } });
    const answer = await ask('/console/');
    expect([answer.status, await answer.text()]).toMatchObject([503, /npm run console/]);
  });

  it('has one address', async () => {
    expect((await built()('/console')).headers.get('location')).toBe('/console/');
  });
});
