/** What people are asked, task by task: the wording and the choices a page shows. `pipeline.yaml`: annotate.questions. */
import { z } from 'zod';
import { REGION_KINDS, RegionKind } from './annotation.ts';

const text = z.string().min(1).max(2000);
const Named = z.strictObject({ name: z.string().min(1).max(64), text: text.optional() });
const named = z.array(Named).min(1).max(100);

export const Questions = z.strictObject({
  pairwise: z.strictObject({
    text: text.default('Which response is better?'),
    /** Ask how much better: 1 slightly … 4 much. */
    strength: z.boolean().default(true),
    tie: z.boolean().default(true),
  }),
  ranking: z.strictObject({ text: text.default('Rank the responses, best first.'), ties: z.boolean().default(true) }),
  rating: z.strictObject({
    text: text.default('Rate the response.'),
    aspects: named.default([{ name: 'overall' }]),
    min: z.int().default(1),
    max: z.int().default(5),
  }),
  binary: z.strictObject({ text: text.default('Is this a good response?') }),
  critique: z.strictObject({
    text: text.default('What is wrong with it? Edit the response if you can make it better.'),
  }),
  regions: z.strictObject({
    text: text.default('Mark what looks wrong, and what is not what the prompt asked for.'),
    kinds: z
      .array(RegionKind)
      .min(1)
      .default([...REGION_KINDS]),
  }),
  keywords: z.strictObject({ text: text.default('Which words of the prompt does the response miss?') }),
  steps: z.strictObject({ text: text.default('Judge each step up to the first mistake.') }),
  rubric: z.strictObject({
    text: text.default('Choose a level for each criterion.'),
    criteria: z
      .array(
        Named.extend({
          levels: z
            .array(z.union([z.number(), z.string().min(1).max(64)]))
            .min(2)
            .max(20),
        }),
      )
      .min(1)
      .max(50)
      .default([{ name: 'quality', levels: [1, 2, 3, 4, 5] }]),
  }),
  checklist: z.strictObject({
    text: text.default('Check what holds.'),
    checks: named.default([{ name: 'correct' }, { name: 'complete' }, { name: 'clear' }]),
  }),
  assertion: z.strictObject({ name: z.string().min(1).max(64).default('holds'), text: text.default('Does it hold?') }),
  safety: z.strictObject({
    text: text.default('Which policies does it violate, and how badly?'),
    tags: named.default([
      { name: 'violence' },
      { name: 'hate' },
      { name: 'sexual' },
      { name: 'self-harm' },
      { name: 'illegal' },
    ]),
  }),
  demonstration: z.strictObject({ text: text.default('Write the response you would want.') }),
  spans: z.strictObject({
    text: text.default('Mark the parts that are wrong.'),
    tags: named.default([{ name: 'error' }]),
  }),
});
export type Questions = z.infer<typeof Questions>;
