import { Command } from 'commander';
import { expect, it } from 'vitest';
import { registerAnnotations } from '../../cli/drop-annotations.ts';
import { createOutput } from '../../cli/output.ts';

const write = { write: () => true };
const refused = async (asOf: string) => {
  const drop = new Command('drop').exitOverride();
  const config = () => Promise.reject(new Error('usable'));
  const output = createOutput({ json: false }, { stdout: write, stderr: write });
  registerAnnotations(drop, { env: {}, config, output, exit: () => undefined });
  return drop
    .parseAsync(['annotations', 'd', '--format', 'csv', '--out', 'o', '--as-of', asOf], { from: 'user' })
    .catch((error: unknown) => error);
};

it('S071: --as-of is a date or a time with its offset, and nothing else', async () => {
  for (const time of ['2026-06-01', '2026-06-01T12:00:00Z', '2026-06-01T12:00:00+02:00'])
    expect(await refused(time), time).toMatchObject({ message: 'usable' });
  for (const time of ['yesterday', '2026-06-31', '2026-06-01T12:00:00', '1780000000'])
    expect(await refused(time), time).toMatchObject({ code: 'ASY-9005' });
});
