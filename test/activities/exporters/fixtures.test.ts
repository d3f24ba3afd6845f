import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createTally, exportRows } from '../../../activities/exporters/export-rows.ts';
import { exporterOf, exporters } from '../../../activities/exporters/index.ts';
import { DatasetRow } from '../../../schemas/dataset.ts';
import { around, contextOf, splitRows } from '../../support/exporting.ts';

const FOLDER = new URL('../../fixtures/exports/', import.meta.url);
const lines = (name: string): unknown[] =>
  readFileSync(new URL(name, FOLDER), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const SUFFIX = '.expected.jsonl';
const files = readdirSync(FOLDER);
const formats = files.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));

it('has a fixture for every format of texts; hf has the rows of parquet', () => {
  expect(new Set([...formats, 'hf'])).toEqual(new Set(exporters({ visual: false }).map(({ format }) => format)));
});

it.each(formats)('%s', async (format) => {
  const exporter = exporterOf(format, { visual: false });
  const own = `${format}.input.jsonl`;
  const input = lines(files.includes(own) ? own : 'texts.input.jsonl').map((row) => DatasetRow.parse(row));
  const expected = lines(`${format}${SUFFIX}`);
  const tally = createTally(exporter);
  const found = [];
  for await (const row of exportRows(exporter, splitRows(input), around(), tally)) found.push(row);
  expect(found.map((row) => JSON.stringify(row))).toEqual(expected.map((row) => JSON.stringify(row)));
  for (const row of found) expect(exporter.schema.parse(row)).toEqual(row);
  expect(tally.rows).toBe(found.length);
  const { 'the same as an earlier row': repeated = 0, ...leftOut } = tally.leftOut;
  const without = Object.values(leftOut).reduce((sum, n) => sum + n, 0);
  const made = input.map((row) => exporter.rowsOf(row, contextOf())).filter((exported) => 'rows' in exported);
  expect(made.length + without).toBe(input.length);
  expect(made.reduce((sum, { rows }) => sum + rows.length, 0)).toBe(found.length + repeated);
});
