/** How long people work in one go: `annotate.session` in pipeline.yaml (S064). */
import { z } from 'zod';

/** After `minutes` of work without a pause of `breakMinutes` somebody gets nothing until they have had one. */
export const SessionLimit = z.strictObject({
  minutes: z.int().min(1).max(720),
  breakMinutes: z.int().min(1).max(240).default(15),
});
export type SessionLimit = z.infer<typeof SessionLimit>;
