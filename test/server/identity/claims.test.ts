import { describe, expect, it } from 'vitest';
import { nameOf, rolesOf, runsOf } from '../../../server/identity/claims.ts';

const rules = {
  rolesClaim: 'roles',
  roles: [
    { value: 'labelers', role: 'annotator' as const },
    { value: 'leads', role: 'reviewer' as const },
    { value: 'leads', role: 'curator' as const },
  ],
  runsClaim: 'assay_runs',
};

describe('roles', () => {
  it.each<[string, object, string[]]>([
    ['a list', { roles: ['labelers', 'others'] }, ['annotator']],
    ['a text with blanks', { roles: 'labelers leads' }, ['annotator', 'reviewer', 'curator']],
    ['one value for two', { roles: ['leads'] }, ['reviewer', 'curator']],
    ["a role's own name, where others are named", { roles: ['admin'] }, []],
    ['what is no list', { roles: { admin: true } }, []],
    ['a list of other things', { roles: [1, null, ['labelers']] }, []],
    ['nothing', {}, []],
  ])('of %s', (_, claims, roles) => expect(rolesOf({ ...claims }, rules)).toEqual(roles));

  it('are found by a path, where no claim has that very name', () => {
    const nested = { ...rules, rolesClaim: 'realm_access.roles' };
    expect(rolesOf({ realm_access: { roles: ['labelers'] } }, nested)).toEqual(['annotator']);
    expect(rolesOf({ 'realm_access.roles': ['leads'], realm_access: { roles: ['labelers'] } }, nested)).toEqual([
      'reviewer',
      'curator',
    ]);
    expect(rolesOf({ realm_access: 'x' }, nested)).toEqual([]);
    expect(rolesOf({}, { ...rules, rolesClaim: '__proto__.constructor' })).toEqual([]);
  });
});

describe('runs', () => {
  it('restrict where the claim is there, to nothing where it names no run', () => {
    expect(runsOf({}, rules)).toBeNull();
    expect(runsOf({ assay_runs: ['a', 'b'] }, rules)).toEqual(['a', 'b']);
    expect(runsOf({ assay_runs: ['../a', 'A run', 7] }, rules)).toEqual([]);
    expect(runsOf({ assay_runs: null }, rules)).toEqual([]);
  });

  it('fit into a cookie', () => {
    const many = Array.from({ length: 50 }, (_, i) => `run-${i}`);
    expect(runsOf({ assay_runs: many }, rules)).toHaveLength(30);
  });
});

it('a name is what they call themselves, shortened, and never an address', () => {
  expect(nameOf({ name: 'Ann', preferred_username: 'ann1' })).toBe('Ann');
  expect(nameOf({ name: '', preferred_username: 'ann1' })).toBe('ann1');
  expect(nameOf({ email: 'ann@example.org' })).toBe('signed in');
  expect(nameOf({ name: 'x'.repeat(500) })).toHaveLength(100);
});
