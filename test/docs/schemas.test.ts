import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pipelineSchema, schemasPage } from '../../scripts/schemas-page.ts';

const page = (name: string): string => readFileSync(new URL(`../../docs/reference/${name}`, import.meta.url), 'utf8');

it('docs/reference/schemas.md says what the schemas say', () => {
  expect(page('schemas.md')).toBe(schemasPage());
});

it('docs/reference/pipeline.schema.json is the schema of pipeline.yaml', () => {
  expect(page('pipeline.schema.json')).toBe(pipelineSchema());
});
