import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { permissionsTable } from '../../scripts/permissions-table.ts';

it('docs/guides/identity.md says who may do what, as the server has it', () => {
  const page = readFileSync(new URL('../../docs/guides/identity.md', import.meta.url), 'utf8');
  expect(page).toContain(permissionsTable());
});
