/** What the audit log says of things that are not ids alone. */
import type { LinkRequest } from '../../schemas/session.ts';

/** What the audit log says of a link: what it allows, not for whom it is. */
export const linkTarget = ({ roles, runs }: LinkRequest): Record<string, string> => ({
  roles: roles.join(' '),
  ...(runs === null ? {} : { runs: runs.join(' ') }),
});
