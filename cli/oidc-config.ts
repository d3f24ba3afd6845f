/** The identity provider as the environment describes it: `ASSAY_OIDC_*`. */
import { z } from 'zod';
import { AssayError } from '../schemas/errors.ts';
import { ROLES, Role } from '../schemas/session.ts';
import { isLoopback } from '../server/hosts.ts';
import type { OidcConfig } from '../server/identity/oidc.ts';

/** `labelers=annotator,qa=reviewer,leads=curator,leads=reviewer`; a value may itself have an equals sign. */
const RoleRules = z.string().transform((text, context) =>
  text.split(',').map((pair) => {
    const at = pair.lastIndexOf('=');
    const role = Role.safeParse(pair.slice(at + 1).trim());
    const value = pair.slice(0, Math.max(at, 0)).trim();
    if (role.success && value !== '') return { value, role: role.data };
    context.addIssue({ code: 'custom', message: `${JSON.stringify(pair)} is not VALUE=ROLE (${ROLES.join(', ')})` });
    return z.NEVER;
  }),
);

/** People's secrets cross this connection: plain http only on this machine. */
const Issuer = z.url({ protocol: /^https?$/ }).refine((url) => {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || isLoopback(hostname);
}, 'not https');

const Variables = z.object({
  ASSAY_OIDC_ISSUER: Issuer.optional(),
  ASSAY_OIDC_CLIENT_ID: z.string().optional(),
  ASSAY_OIDC_CLIENT_SECRET: z.string().optional(),
  ASSAY_OIDC_SCOPES: z
    .string()
    .regex(/\bopenid\b/, 'has no openid')
    .default('openid profile'),
  ASSAY_OIDC_ROLES_CLAIM: z.string().default('roles'),
  ASSAY_OIDC_ROLES: RoleRules.optional(),
  ASSAY_OIDC_RUNS_CLAIM: z.string().default('assay_runs'),
  ASSAY_OIDC_AUDIENCE: z.string().optional(),
});

/** Null where no issuer is named. Values of the roles claim are roles' own names unless told otherwise. Throws ASY-9006. */
export const oidcOf = (env: Readonly<Record<string, string>>): OidcConfig | null => {
  const parsed = Variables.safeParse(env);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AssayError('ASY-9006', { variable: String(issue?.path[0]), reason: issue?.message ?? 'not valid' });
  }
  const v = parsed.data;
  if (v.ASSAY_OIDC_ISSUER === undefined) return null;
  if (v.ASSAY_OIDC_CLIENT_ID === undefined)
    throw new AssayError('ASY-9006', { variable: 'ASSAY_OIDC_CLIENT_ID', reason: 'missing beside ASSAY_OIDC_ISSUER' });
  return {
    issuer: v.ASSAY_OIDC_ISSUER,
    clientId: v.ASSAY_OIDC_CLIENT_ID,
    clientSecret: v.ASSAY_OIDC_CLIENT_SECRET ?? null,
    scopes: v.ASSAY_OIDC_SCOPES,
    rolesClaim: v.ASSAY_OIDC_ROLES_CLAIM,
    roles: v.ASSAY_OIDC_ROLES ?? ROLES.map((role) => ({ value: role, role })),
    runsClaim: v.ASSAY_OIDC_RUNS_CLAIM,
    audience: v.ASSAY_OIDC_AUDIENCE ?? null,
  };
};
