import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../cli/config.ts';
import { stackFiles } from '../../../cli/paths.ts';
import { clientEnv } from '../../../cli/stack/client-env.ts';
import { withLock } from '../../../cli/stack/lock.ts';
import { ensureSecrets, readSecrets, type Secrets } from '../../../cli/stack/secrets.ts';
import { readState, type StackState, writeState } from '../../../cli/stack/state.ts';
import { scratch } from '../../support/scratch.ts';

const state = (home: string): StackState => ({
  version: 1,
  pid: 1,
  token: 't',
  status: 'running',
  error: null,
  home,
  ports: { http: 1, s3: 2, temporal: 3, ui: 4 },
  urls: { api: 'a', s3: 's', temporalUi: 'u' },
  processes: [],
  logs: 'l',
});

describe('state', () => {
  it('is read as it was written, and leaves no other file', () => {
    const home = scratch();
    writeState(state(home));
    expect(readState(home)).toEqual(state(home));
    expect(readdirSync(home)).toEqual(['stack.json']);
  });

  it.each([
    ['nothing', null],
    ['half a file', '{"version":1,"pid":'],
    ['another version', '{"version":2}'],
  ])('is null for %s', (_, text) => {
    const home = scratch();
    if (text !== null) writeFileSync(stackFiles(home).state, text);
    expect(readState(home)).toBeNull();
  });
});

describe('secrets', () => {
  it('are made once, and only their owner may read them', () => {
    const home = scratch();
    expect(readSecrets(home)).toBeNull();
    const made = ensureSecrets(home, {});
    expect(ensureSecrets(home, {})).toEqual(made);
    expect(readSecrets(home)).toEqual(made);
    expect(statSync(stackFiles(home).secrets).mode & 0o777).toBe(0o600);
    expect(new Set(Object.values(made)).size).toBe(Object.values(made).length);
    expect(ensureSecrets(scratch(), {})).not.toEqual(made);
  });

  it('keep what an older version stored and add what it did not know', () => {
    const home = scratch();
    const { apiToken: _, ...older } = ensureSecrets(home, {});
    writeFileSync(stackFiles(home).secrets, JSON.stringify(older));
    expect(readSecrets(home)).toBeNull();
    expect(ensureSecrets(home, {})).toMatchObject(older);
  });

  it('let a stack of an older version be found, whose trainers use the API token', () => {
    const home = scratch();
    const ports = { http: 1, s3: 2, temporal: 3, ui: 4 };
    const made = ensureSecrets(home, {});
    const tokenOf = (secrets: Secrets) => parseConfig(clientEnv(home, ports, secrets)).rewardToken;
    expect(tokenOf(made)).toBe(made.rewardToken);
    const { rewardToken: _, ...older } = made;
    writeFileSync(stackFiles(home).secrets, JSON.stringify(older));
    expect(readSecrets(home)).toEqual(older);
    expect(tokenOf(older)).toBe(older.apiToken);
  });

  it('take the subject key of the environment, for clients too', () => {
    const home = scratch();
    const before = ensureSecrets(home, {});
    expect(ensureSecrets(home, { ASSAY_SUBJECT_KEY: 'k'.repeat(32) })).toEqual({
      ...before,
      subjectKey: 'k'.repeat(32),
    });
    expect(readSecrets(home)?.subjectKey).toBe('k'.repeat(32));
  });
});

describe('withLock', () => {
  it('lets one in at a time', async () => {
    const file = join(scratch(), 'lock');
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 4 }, () =>
        withLock(file, async () => {
          most = Math.max(most, ++inside);
          await new Promise(setImmediate);
          inside--;
        }),
      ),
    );
    expect(most).toBe(1);
  });

  it('takes over from a holder that died, and from a file it cannot read', async () => {
    for (const text of ['{"pid":1,"token":"long gone"}', '']) {
      const folder = scratch();
      const file = join(folder, 'lock');
      writeFileSync(file, text);
      expect(await withLock(file, async () => 'in')).toBe('in');
      expect(readdirSync(folder)).toEqual([]);
    }
  });

  it('is released when the work fails', async () => {
    const file = join(scratch(), 'lock');
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(file, async () => 'in')).toBe('in');
  });

  it('says why when it cannot be made', async () => {
    const folder = join(scratch(), 'sub');
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    await expect(withLock(join(folder, 'no', 'lock'), async () => 'in')).rejects.toThrow(/ENOENT|EACCES/);
  });
});
