import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import { createOutput } from '../../cli/output.ts';
import { registerMetrics } from '../../cli/stats-metrics.ts';
import { MetricsReport } from '../../schemas/metrics.ts';
import { scratch } from '../support/scratch.ts';

const run = async (json: boolean, body: string, ...options: string[]): Promise<string> => {
  const file = join(scratch(), 'rows.jsonl');
  writeFileSync(file, body);
  let printed = '';
  const streams = { stdout: { write: (text: string) => (printed += text) }, stderr: { write: () => true } };
  const stats = new Command('stats').exitOverride();
  registerMetrics(stats, createOutput({ json }, streams));
  for (const command of stats.commands) command.exitOverride().configureOutput({ writeErr: () => undefined });
  await stats.parseAsync(['metrics', file, ...options], { from: 'user' });
  return printed;
};

const lines = (...rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

it('prints the report of a file, as JSON and for people', async () => {
  const body = lines({ completed: true }, { completed: false, other: 1 }, { helpful: 1, honest: 0, harmless: 0 });
  const report = MetricsReport.parse(JSON.parse(await run(true, body, '--weights', '.5,.3,.2')));
  expect(report.rows).toBe(3);
  expect(report.metrics.find(({ id }) => id === 'S201')?.figures).toMatchObject([{ value: 0.5, n: 2 }]);
  expect(report.metrics.find(({ id }) => id === 'S214')?.figures).toMatchObject([{ value: 0.5, ci: null, n: 1 }]);
  const text = await run(false, body);
  expect(text).toContain('S201 task completion rate\n  0.5000\t0.09453 … 0.9055\tcompleted, n = 2');
  expect(text).toContain('S198 perplexity: not computed: no row has logprobs');
});

it('S045: takes L as told', async () => {
  const body = lines({ distance: 0.1, difference: 1 });
  const shareAt = async (...options: string[]) => {
    const { metrics } = MetricsReport.parse(JSON.parse(await run(true, body, ...options)));
    return metrics.find(({ id }) => id === 'S045')?.figures[0]?.value;
  };
  expect(await shareAt()).toBe(1);
  expect(await shareAt('--lipschitz', '20')).toBe(0);
  await expect(shareAt('--lipschitz', '-1')).rejects.toMatchObject({ code: 'commander.invalidArgument' });
});

it('names the line that it cannot use', async () => {
  await expect(run(true, lines({ completed: true }, { completed: 'yes' }))).rejects.toThrow(
    /rows\.jsonl:2: completed: /,
  );
  await expect(run(true, lines({ confidence: 2 }))).rejects.toMatchObject({ code: 'ASY-7001' });
  await expect(run(true, '\n')).rejects.toMatchObject({ code: 'ASY-7002' });
  await expect(run(true, lines({ helpful: 1, honest: 1, harmless: 1 }), '--weights', '1,1,1')).rejects.toMatchObject({
    code: 'ASY-5007',
  });
  await expect(run(true, lines({}), '--weights', '1,1')).rejects.toMatchObject({ code: 'commander.invalidArgument' });
});
