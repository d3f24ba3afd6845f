import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../cli/paths.ts';
import { complete, missingEntries, type Packages } from '../../scripts/complete-lock.ts';

describe('package-lock.json', () => {
  it('names the optional packages of every system, without which `npm ci` refuses it (node scripts/complete-lock.ts)', () => {
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Packages };
    expect(Object.keys(missingEntries(packages))).toEqual([]);
  });

  it('names no registry: each place has its own', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
  });
});

describe('complete', () => {
  it('adds what a package names and the lock lacks, with the system read from its name', () => {
    const packages: Packages = {
      '': {},
      'node_modules/a': {
        version: '2.0.0',
        dev: true,
        optionalDependencies: { '@a/linux-x64-gnu': '2.0.0', '@a/darwin-arm64': '2.0.0' },
      },
      'node_modules/@a/linux-x64-gnu': { version: '2.0.0', optional: true },
    };
    expect(missingEntries(packages)).toEqual({
      'node_modules/@a/darwin-arm64': { version: '2.0.0', cpu: ['arm64'], dev: true, optional: true, os: ['darwin'] },
    });
    expect(Object.keys(complete(packages))).toEqual([
      '',
      'node_modules/@a/darwin-arm64',
      'node_modules/@a/linux-x64-gnu',
      'node_modules/a',
    ]);
    expect(missingEntries(complete(packages))).toEqual({});
  });

  it('finds those nested in a package or beside it', () => {
    const nested: Packages = { 'node_modules/a/node_modules/b': { optionalDependencies: { 'c-linux-x64': '1.0.0' } } };
    for (const path of [
      'node_modules/c-linux-x64',
      'node_modules/a/node_modules/c-linux-x64',
      'node_modules/a/node_modules/b/node_modules/c-linux-x64',
    ])
      expect(missingEntries({ ...nested, [path]: { version: '1.0.0' } }), path).toEqual({});
    expect(Object.keys(missingEntries(nested))).toEqual(['node_modules/c-linux-x64']);
  });

  it('guesses nothing', () => {
    expect(() => missingEntries({ a: { optionalDependencies: { 'c-linux-x64': '^1.0.0' } } })).toThrow('neither');
    expect(() => missingEntries({ a: { optionalDependencies: { fsevents: '2.3.3' } } })).toThrow('neither');
  });
});
