/** Settings of run-configs against lists taken from the trainers' own sources; TRL's are read by its own parser in test/peers/trainers.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { exporterOf } from '../../../../activities/exporters/index.ts';
import { sideFiles } from '../../../../activities/exporters/run-config/index.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../../../schemas/pipeline.ts';

const pinned = JSON.parse(readFileSync(new URL('../../../fixtures/trainer-flags.json', import.meta.url), 'utf8')) as {
  'openrlhf 0.11.2': Readonly<Record<string, string[]>>;
} & Readonly<Record<string, string[]>>;

/** Everything that can be known is known, so that every line is written. */
const filesOf = (format: ExportFormat, visual: boolean) =>
  sideFiles({
    name: 'pairs',
    version: 'v',
    format,
    visual,
    modality: 'text',
    rows: 100,
    train: ['train.jsonl'],
    validation: ['validation.jsonl'],
    labels: { true: 3, false: 1 },
    flips: { rows: 2, mean: 0.1 },
    margins: 1,
    licenses: ['MIT'],
    languages: ['en'],
    splits: { train: 90, validation: 10 },
  });

const bodies = (format: ExportFormat, path: string): string[] =>
  [true, false]
    .flatMap((visual) => filesOf(format, visual).filter((file) => file.path === path))
    .map(({ body }) => body);

const columnsOf = (format: ExportFormat, visual: boolean): string[] => {
  const { schema } = exporterOf(format, { visual });
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
};

const starting = (prefix: string) => EXPORT_FORMATS.filter((format) => format.startsWith(prefix));

describe.each(starting('openrlhf'))('%s', (format) => {
  it.each([false, true])('has flags of its script, and keys that are columns; pictures: %s', (visual) => {
    const body = filesOf(format, visual)[0]?.body ?? '';
    const script = /openrlhf\.cli\.(\w+)$/m.exec(body.replaceAll(' \\', ''))?.[1] ?? '';
    const flags = body.match(/(?<=^ {2})--[\w.]+/gm) ?? [];
    expect(flags.length).toBeGreaterThan(4);
    for (const flag of flags) expect(pinned['openrlhf 0.11.2'][script]).toContain(flag);
    const named = [...body.matchAll(/--data\.\w+_key (\w+)/g)].map(([, column]) => column);
    expect(named.length).toBeGreaterThan(1);
    for (const column of named) expect(columnsOf(format, visual)).toContain(column);
  });
});

it('overrides settings that verl has', () => {
  const [body = ''] = bodies('verl', 'run-config.sh');
  const keys = body.match(/(?<=^ {2})[\w.]+(?==)/gm) ?? [];
  expect(keys).toHaveLength(12);
  for (const key of keys) expect(pinned['verl 0.9.1']).toContain(key);
});

it.each(starting('llamafactory'))('%s has arguments and descriptions that LLaMA-Factory reads', (format) => {
  for (const body of bodies(format, 'run-config.yaml'))
    for (const key of Object.keys(parse(body))) expect(pinned['llamafactory 0.9.5']).toContain(key);
  for (const body of bodies(format, 'dataset_info.json'))
    for (const { columns, tags, ...rest } of Object.values(JSON.parse(body)) as Record<string, object>[]) {
      const keys = [columns, tags, rest].flatMap((each) => Object.keys(each ?? {}));
      for (const key of keys) expect(pinned['llamafactory 0.9.5 dataset_info.json']).toContain(key);
      for (const column of Object.values(columns ?? {})) expect(columnsOf(format, false)).toContain(column);
    }
});

it.each(['llamafactory-sft', 'trl-preference', 'trl-prm'] as const)('%s has settings of Axolotl', (format) => {
  const found = bodies(format, 'axolotl.yaml');
  expect(found).toHaveLength(1);
  for (const body of found) {
    const { datasets, ...settings } = parse(body);
    for (const key of [...Object.keys(settings), 'datasets']) expect(pinned['axolotl 0.19.0']).toContain(key);
    for (const key of Object.keys(datasets[0])) expect(pinned['axolotl 0.19.0 datasets']).toContain(key);
  }
});
