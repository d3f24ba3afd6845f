/** Waivers: who let an export pass a rule that its rows break, why, and until when (S356). */
import { z } from 'zod';

/** Rules that may be waived. What a trainer would refuse or misread may not. */
export const WaivableRule = z.enum(['purpose', 'consent', 'licence']);
export type WaivableRule = z.infer<typeof WaivableRule>;

/** `datasets/<name>/waivers/<n>.json` */
export const Waiver = z.strictObject({
  rule: WaivableRule,
  by: z.string().trim().min(1).max(200),
  note: z.string().trim().min(1).max(2000),
  /** ISO 8601, UTC: when it was recorded, and when it ends. */
  at: z.iso.datetime(),
  until: z.iso.datetime(),
});
export type Waiver = z.infer<typeof Waiver>;

/** A waiver with its number among those of its dataset. */
export const NumberedWaiver = Waiver.extend({ number: z.int().min(1) });
export type NumberedWaiver = z.infer<typeof NumberedWaiver>;
