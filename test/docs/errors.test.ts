import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ERRORS } from '../../schemas/errors.ts';
import { errorsPage } from '../../scripts/errors-page.ts';

it('docs/reference/errors.md says what the catalogue says', () => {
  expect(readFileSync(new URL('../../docs/reference/errors.md', import.meta.url), 'utf8')).toBe(errorsPage());
});

it('every code has the form ASY-dddd, a name of its own, and a way out', () => {
  const names = Object.values(ERRORS).map((e) => e.name);
  expect(new Set(names).size).toBe(names.length);
  for (const [code, { fix }] of Object.entries(ERRORS)) {
    expect(code).toMatch(/^ASY-\d{4}$/);
    expect(fix.length).toBeGreaterThan(5);
  }
});
