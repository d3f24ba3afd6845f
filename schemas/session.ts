/** Who somebody is to Assay, and what they may do. */
import { z } from 'zod';
import { Name } from './primitives.ts';

/** Each has its own permissions (server/access), none includes another by itself; an auditor reads everything and changes nothing. */
export const ROLES = ['annotator', 'reviewer', 'curator', 'admin', 'auditor'] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** A signed-in person or program. */
export const Session = z.object({
  /** Keyed hash of the identity: what votes, leases and the audit log know them by. */
  subject: z.string().min(1),
  /** What they are called on their own pages; stored nowhere else. */
  name: z.string().max(200),
  roles: z.array(Role).min(1),
  /** Runs they may see, where they are restricted to some (an outside reviewer); null: all. */
  runs: z.array(Name).nullable(),
  /** Milliseconds since epoch. */
  expires: z.number(),
});
export type Session = z.infer<typeof Session>;

/** Runs that one sign-in can be restricted to: all of them go into a cookie. */
export const MAX_RUNS = 30;

/** For whom a one-time link is. Identity providers name people `issuer|subject`: a name with a bar could be somebody else's. */
export const LinkRequest = z.object({
  roles: z.array(Role).min(1).max(ROLES.length),
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^|\p{Cc}]+$/u, 'has a bar or a control character'),
  runs: z.array(Name).min(1).max(MAX_RUNS).nullable().default(null),
});
export type LinkRequest = z.infer<typeof LinkRequest>;
