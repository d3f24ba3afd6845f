import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseRetention } from '../../activities/retention/policies.ts';
import { PipelineConfig } from '../../schemas/pipeline.ts';
import { RetentionRule } from '../../schemas/retention.ts';

const page = readFileSync(new URL('../../docs/guides/governance.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml ?? '');

it('docs/guides/governance.md shows settings that pipeline.yaml and retention.yaml take', () => {
  const policies = examples.filter((yaml) => yaml.includes('rules:'));
  expect([examples.length, policies.length]).toEqual([2, 1]);
  for (const yaml of examples)
    if (policies.includes(yaml)) expect(parseRetention(yaml, 'retention.yaml').holds).toHaveLength(1);
    else expect(PipelineConfig.safeParse(parse(yaml)).error?.issues).toBeUndefined();
});

it.each(RetentionRule.options.map(({ shape }) => shape.class.value))('it names the class `%s`', (name) => {
  expect(page).toContain(`| \`${name}\` |`);
});
