import { expect, it } from 'vitest';
import { safePath, tokenName, tokenOf } from '../../console/link-token.ts';

it('finds the token of a whole link, a fragment, and of nothing else', () => {
  expect(tokenOf('http://127.0.0.1:7400/console/sign-in?to=/a#token=a.b-c_d')).toBe('a.b-c_d');
  expect(tokenOf('#token=a.b')).toBe('a.b');
  expect(tokenOf('http://127.0.0.1/console/sign-in')).toBeNull();
});

it('says whose link it is, where the token says so', () => {
  const body = Buffer.from(JSON.stringify({ name: 'Ada Łukasz' })).toString('base64url');
  expect(tokenName(`x.${body}.y`)).toBe('Ada Łukasz');
  expect(tokenName('no token')).toBeNull();
});

it('leads nowhere but to this server', () => {
  expect(safePath('/console/review?run=a')).toBe('/console/review?run=a');
  for (const bad of [
    null,
    '',
    'https://example.org',
    '//example.org',
    '/\\example.org',
    'javascript:alert(1)',
    '/a\nb',
  ])
    expect(safePath(bad)).toBe('/console/');
});
