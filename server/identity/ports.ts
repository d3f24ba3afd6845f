/** Who somebody is, as the routes ask it: implementations sign, verify and talk to identity providers. */
import type { LinkRequest, Session } from '../../schemas/session.ts';

/** A session that begins, and the cookie's value that stands for it. */
export interface SignIn {
  readonly session: Session;
  readonly cookie: string;
}

export interface Identity {
  /** The ways to sign in that are open here. */
  readonly ways: { readonly oidc: boolean; readonly link: boolean };
  /** Whether people reach this server by https: then cookies are Secure and bound to the host. */
  readonly secure: boolean;
  /** The session behind a cookie's value, null where there is none or it is over; `renewed` is the value to set where it is time. */
  resume(cookie: string): Promise<{ readonly session: Session; readonly renewed: string | null } | null>;
  /** The session of a program, null where the token is not valid here. */
  bearer(token: string): Promise<Session | null>;
  /** Ends a session before its time; a value that is none changes nothing. */
  end(cookie: string): Promise<void>;
  /** The address that signs somebody in, once, within ten minutes; the token is in its fragment, which no server sees. */
  link(person: LinkRequest): Promise<string>;
  /** Throws ASY-8005 for a token that is forged, over or used. */
  redeem(token: string): Promise<SignIn>;
  /** Where to send somebody to sign in with the identity provider, and the value of a cookie that must come back with them. */
  begin(to: string): Promise<{ readonly url: string; readonly flow: string }>;
  /** The end of what `begin` began: `search` is the query that the provider sent them back with. Throws ASY-8006. */
  finish(search: string, flow: string): Promise<SignIn & { readonly to: string }>;
}
