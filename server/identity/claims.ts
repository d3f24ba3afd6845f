/** What an identity provider says of somebody, as Assay's roles and runs. */
import { Name } from '../../schemas/primitives.ts';
import { MAX_RUNS, ROLES, type Role } from '../../schemas/session.ts';

export interface ClaimRules {
  /** Name of the claim with roles or groups; a path with dots where no claim has that very name (`realm_access.roles`). */
  readonly rolesClaim: string;
  /** Which of its values give which roles; a value may give several. */
  readonly roles: readonly { readonly value: string; readonly role: Role }[];
  /** Name of the claim that restricts somebody to some runs; absent from the token: to none in particular. */
  readonly runsClaim: string;
}

type Claims = Readonly<Record<string, unknown>>;

const valueAt = (claims: Claims, path: string): unknown => {
  if (Object.hasOwn(claims, path)) return claims[path];
  let at: unknown = claims;
  for (const step of path.split('.'))
    at = at !== null && typeof at === 'object' && Object.hasOwn(at, step) ? (at as Claims)[step] : undefined;
  return at;
};

/** A list of texts, or one text with blanks between (as the scope claim has it). */
const wordsAt = (claims: Claims, path: string): readonly string[] => {
  const value = valueAt(claims, path);
  if (typeof value === 'string') return value.split(' ');
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : [];
};

/** The roles that the claims give, in the order of ROLES; none where they name none. */
export const rolesOf = (claims: Claims, { rolesClaim, roles }: ClaimRules): Role[] => {
  const words = wordsAt(claims, rolesClaim);
  return ROLES.filter((role) => roles.some((rule) => rule.role === role && words.includes(rule.value)));
};

/** The runs that the claims restrict somebody to; null: they do not. A claim that is there but holds no run's name restricts to nothing. */
export const runsOf = (claims: Claims, { runsClaim }: ClaimRules): string[] | null => {
  if (valueAt(claims, runsClaim) === undefined) return null;
  return wordsAt(claims, runsClaim)
    .filter((run) => Name.safeParse(run).success)
    .slice(0, MAX_RUNS);
};

/** What they are called, for their own pages. */
export const nameOf = (claims: Claims): string => {
  const name = [claims['name'], claims['preferred_username']].find(
    (value) => typeof value === 'string' && value !== '',
  );
  return ((name as string | undefined) ?? 'signed in').slice(0, 100);
};
