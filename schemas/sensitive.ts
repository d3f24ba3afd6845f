/** Items that not everybody may be shown: `annotate.sensitive` in pipeline.yaml (S065). */
import { z } from 'zod';

const names = z.array(z.string().min(1)).max(100).default([]);

/** By what items are sensitive, and who may see them. */
export const Sensitive = z
  .strictObject({
    /** Items of one of these domains. */
    domains: names,
    /** Items with one of these safety tags, by anybody's answer to `safety` in the drop or in an earlier round of the run. */
    tags: names,
    /** Only people with all of these skills are asked; none named: nobody is, and the run's report names the items. */
    skills: names,
  })
  .refine(({ domains, tags }) => domains.length + tags.length > 0, 'name the domains or tags of sensitive items');
export type Sensitive = z.infer<typeof Sensitive>;

/** Sensitive items that a round asks nobody about: how many, and the first hundred ids. */
export const Escalated = z.object({ round: z.int(), items: z.int(), first: z.array(z.string()).max(100) });
export type Escalated = z.infer<typeof Escalated>;
