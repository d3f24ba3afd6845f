import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { PipelineConfig } from '../../schemas/pipeline.ts';

const page = readFileSync(new URL('../../docs/guides/annotate.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml ?? '');

it('docs/guides/annotate.md has examples', () => expect(examples.length).toBeGreaterThan(4));

it.each(examples)('is a pipeline: %s', (yaml) => {
  expect(PipelineConfig.safeParse(parse(yaml)).error?.issues).toBeUndefined();
});
