/** Values of Argilla's questions that are more than a word or a number. */
import { z } from 'zod';

/** A ranking's value: a rank for each option, 1 the best. */
export const Ranks = z.array(z.object({ value: z.string(), rank: z.int().min(1) })).max(1000);
export type Ranks = z.infer<typeof Ranks>;

/** A span question's value: from the code point `start`, before `end`. */
export const Spans = z.array(z.object({ start: z.int().min(0), end: z.int().min(0), label: z.string() })).max(10_000);
export type Spans = z.infer<typeof Spans>;
