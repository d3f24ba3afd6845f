import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { PipelineConfig } from '../../schemas/pipeline.ts';

it('docs/reference/pipeline.md shows the defaults, all of them', () => {
  const page = readFileSync(new URL('../../docs/reference/pipeline.md', import.meta.url), 'utf8');
  const [, yaml] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  expect(PipelineConfig.parse(parse(yaml as string))).toEqual(PipelineConfig.parse({}));
  expect(parse(yaml as string)).toEqual(PipelineConfig.parse({}));
});
