import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { STEPS } from '../../models/selection/rules.ts';
import { CurateFilter, SelectRule } from '../../schemas/curation.ts';
import { PipelineConfig } from '../../schemas/pipeline.ts';

const page = readFileSync(new URL('../../docs/guides/curate.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml]) => yaml ?? '');

describe('docs/guides/curate.md', () => {
  it('has examples', () => expect(examples.length).toBeGreaterThan(4));

  it.each(examples)('is a pipeline: %s', (yaml) => {
    expect(PipelineConfig.safeParse(parse(yaml)).error?.issues).toBeUndefined();
  });

  /** The names that a union of declarations goes by. */
  const kinds = (schema: z.ZodType): string[] =>
    Array.from(
      JSON.stringify(z.toJSONSchema(schema, { io: 'input' })).matchAll(
        /"(?:kind|method)":\{"type":"string","const":"([^"]+)"/g,
      ),
      ([, name]) => name ?? '',
    );

  it('is asked about every filter and rule', () => {
    expect(kinds(CurateFilter)).toHaveLength(15);
    expect(kinds(SelectRule)).toHaveLength(13);
  });

  it.each([...kinds(CurateFilter), ...kinds(SelectRule), ...STEPS.slice(1, -2)])('names `%s`', (name) => {
    expect(page).toContain(`\`${name}\``);
  });
});
