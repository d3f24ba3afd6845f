import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../cli/paths.ts';
import { scratch, script } from '../support/scratch.ts';

/** Runs `.ci/run` of an otherwise empty checkout with a stand-in for make. */
const ci = (make: string) => {
  const checkout = scratch();
  mkdirSync(join(checkout, '.ci'));
  cpSync(join(root, '.ci/run'), join(checkout, '.ci/run'));
  const bin = scratch();
  script(join(bin, 'make'), make);
  const { status, stdout } = spawnSync(join(checkout, '.ci/run'), {
    env: { PATH: `${bin}:/usr/bin:/bin` },
    encoding: 'utf8',
  });
  return { status, last: stdout.trimEnd().split('\n').at(-1) };
};

describe('.ci/run', () => {
  it('runs make test and ends with the figures', () => {
    expect(ci('echo "$*"; [ "$2" = test ] || exit 9; echo; echo "3 passed, 0 failed, 0 skipped"')).toEqual({
      status: 0,
      last: '3 passed, 0 failed, 0 skipped',
    });
  });

  it('fails with make, and still ends with the figures', () => {
    expect(
      ci('echo "2 passed, 1 failed, 0 skipped"; echo "make: *** [Makefile:12: test] Error 1" >&2; exit 2'),
    ).toEqual({
      status: 2,
      last: '2 passed, 1 failed, 0 skipped',
    });
  });

  it('fails when set-up does, which has no figures', () => {
    expect(ci('echo "ASY-9001 ToolMissing" >&2; exit 2')).toEqual({ status: 2, last: 'ASY-9001 ToolMissing' });
  });
});
