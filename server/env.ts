import type { Session } from '../schemas/session.ts';

/** What the access middleware (server/access) puts beside each request that it lets through. */
export interface SignedIn {
  readonly Variables: { readonly session: Session };
}
