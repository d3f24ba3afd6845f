import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { Monitors } from '../../schemas/monitor.ts';
import { MonitorKind } from '../../schemas/monitor-kinds.ts';

const page = readFileSync(new URL('../../docs/reference/monitors.md', import.meta.url), 'utf8');

test('docs/reference/monitors.md shows a file that can be put', () => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  expect(Monitors.parse(parse(yaml)).map(({ watch }) => watch.kind)).toEqual([
    'score-drift',
    'length-correlation',
    'annotator-health',
  ]);
});

/** A field with its default, as the page writes it. */
const fieldOf = ([name, schema]: [string, { safeParse(value: unknown): { success: boolean; data?: unknown } }]) => {
  const { success, data } = schema.safeParse(undefined);
  if (!success) return `\`${name}\` (needed)`;
  return data === undefined ? `\`${name}\`` : `\`${name}\` \`${JSON.stringify(data)}\``;
};

test.each(MonitorKind.options.map(({ shape: { kind, ...shape } }) => ({ kind: kind.value, shape })))(
  'docs/reference/monitors.md tells $kind, its fields and their defaults',
  ({ kind, shape }) => {
    const rows = page.split('\n').filter((line) => line.startsWith(`| \`${kind}\` |`));
    expect(rows).toHaveLength(2);
    expect(rows[1]).toBe(`| \`${kind}\` | ${Object.entries(shape).map(fieldOf).join(', ')} |`);
  },
);
