/** Prints the table of docs/guides/identity.md that says who may do what: `node scripts/permissions-table.ts`. */
import { ROLES } from '../schemas/session.ts';
import { PERMISSIONS, type Permission } from '../server/access/permissions.ts';

const whoOf = (permission: Permission): string => {
  if (permission === 'open') return 'anybody';
  if (permission === 'token') return 'who has its token';
  return permission.roles.length === ROLES.length ? 'every role' : permission.roles.join(', ');
};

const scopeOf = (permission: Permission): string => {
  if (typeof permission === 'string') return '–';
  if (permission.scope === 'nothing') return 'no';
  return permission.scope === 'own' ? 'yes' : 'of their runs';
};

/** Routes that are for the same people, in one row. */
export const permissionsTable = (): string => {
  const rows = Map.groupBy(Object.entries(PERMISSIONS), ([, permission]) =>
    [whoOf(permission), scopeOf(permission)].join(' | '),
  );
  return [
    '| for | restricted to some runs | routes |',
    '|---|---|---|',
    ...[...rows].map(([who, entries]) => `| ${who} | ${entries.map(([route]) => `\`${route}\``).join(' · ')} |`),
  ].join('\n');
};

if (import.meta.main) process.stdout.write(`${permissionsTable()}\n`);
