import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { METRICS } from '../../models/metrics/portfolio/report.ts';
import { MetricRow } from '../../schemas/metrics.ts';
import { PipelineConfig } from '../../schemas/pipeline.ts';

const page = (path: string): string => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8');

it('docs/guides/datasets.md shows settings that pipeline.yaml takes', () => {
  const examples = [...page('guides/datasets.md').matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    ([, yaml]) => yaml as string,
  );
  expect(examples).toHaveLength(1);
  for (const yaml of examples) {
    const { population, use } = PipelineConfig.parse(parse(yaml)).curate;
    expect(Object.keys(population ?? {})).toEqual(['language', 'source']);
    expect(use?.intended).toMatch(/help desk/);
  }
});

it('a population whose shares do not sum to 1, or of an attribute that no row has, is refused', () => {
  const curate = (population: object) => PipelineConfig.safeParse({ curate: { population } }).success;
  expect(curate({ language: { en: 0.5, de: 0.5 } })).toBe(true);
  expect(curate({ language: { en: 0.5, de: 0.4 } })).toBe(false);
  expect(curate({ colour: { red: 1 } })).toBe(false);
});

const rows = page('reference/metrics.md')
  .split('\n')
  .filter((line) => /^\| S\d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

it('docs/reference/metrics.md has every metric, in order', () => {
  expect(rows.map(([, id]) => id)).toEqual(METRICS.map(({ id }) => id));
});

it('docs/reference/metrics.md names columns that rows have', () => {
  const columns = new Set(Object.keys(MetricRow.shape));
  const named = rows.flatMap(([, , , cell = '']) =>
    [...cell.matchAll(/`([a-z_0-9]+)`/g)].map(([, name]) => name as string),
  );
  const values = new Set(['tie', 'model_a', 'model_b']);
  expect(named.filter((name) => !columns.has(name) && !values.has(name))).toEqual([]);
  expect([...columns].filter((name) => !page('reference/metrics.md').includes(`\`${name}\``))).toEqual([]);
});
