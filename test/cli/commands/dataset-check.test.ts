/** `assay dataset check` as a program sees it, in this process. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { run } from '../../../cli/assay.ts';
import { scratch } from '../../support/scratch.ts';

afterEach(() => vi.restoreAllMocks());

const check = async (rows: readonly unknown[], ...args: string[]): Promise<{ code: number; stdout: string }> => {
  const path = join(scratch(), 'rows.jsonl');
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join('\n'));
  let stdout = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  return { code: await run(['dataset', 'check', path, ...args], {}), stdout };
};

const row = { prompt: 'p', completion: 'a', label: true };

it('says where a file breaks a contract, and fails', async () => {
  const { code, stdout } = await check([row, { ...row, label: 'false' }], '--format', 'trl-kto', '--json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    format: 'trl-kto',
    ok: false,
    rows: 2,
    broken: 1,
    faults: [{ row: 2, code: 'ASY-6102', reason: 'label is not a boolean' }],
  });
  expect((await check([{}], '--format', 'trl-sft')).stdout).toContain('line 1: ASY-6101 there is no column prompt; ');
});

it('passes a sound file without a stack', async () => {
  const { code, stdout } = await check([row, { ...row, label: false }], '--format', 'trl-kto');
  expect([code, stdout]).toEqual([0, '2 rows, every one as the trainer takes it\n']);
});

it('refuses a format without a contract, and a file without rows', async () => {
  expect((await check([row], '--format', 'coco')).code).toBe(2);
  expect((await check([], '--format', 'trl-sft')).code).toBe(1);
});
