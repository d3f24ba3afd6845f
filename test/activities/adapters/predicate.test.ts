import { expect, test } from 'vitest';
import { createPredicateRunner } from '../../../activities/adapters/predicate/runner.ts';

const runner = createPredicateRunner();
const input = { prompt: 'name a town', response: 'Leeds' };
const on = (code: string, inputs = [input]) => runner.run(code, inputs);

test('a predicate judges each input by itself', async () => {
  const inputs = ['Leeds', 'a very long answer', ''].map((response) => ({ prompt: 'p', response }));
  expect(await on('({ response }) => response.length > 0 && response.length < 10', inputs)).toEqual({
    passes: [true, false, false],
  });
  // Nothing is remembered from one input to the next.
  expect(await on('() => { globalThis.n = (globalThis.n ?? 0) + 1; return globalThis.n === 1; }', inputs)).toEqual({
    passes: [true, true, true],
  });
  expect(await on('({ prompt, response }) => prompt !== response // a remark')).toEqual({ passes: [true] });
  expect(await on('() => true', [])).toEqual({ passes: [] });
});

test('the text reaches the code as text, whatever is in it', async () => {
  const hostile = { prompt: '`${1}`"\\\u2028', response: '</script>\u0000💥' };
  const { prompt, response } = hostile;
  const code = `(given) => given.prompt === ${JSON.stringify(prompt)} && given.response === ${JSON.stringify(response)}`;
  expect(await on(code, [hostile])).toEqual({ passes: [true] });
});

test.each([
  ['an endless loop', '() => { while (true) {} }', /interrupted/],
  ['an endless loop when read', '(() => { while (true) {} })()', /interrupted/],
  ['a slow pattern', '() => /^(a+)+$/.test("a".repeat(40) + "b")', /interrupted/],
  ['a huge text', '() => "a".repeat(2 ** 29).length > 0', /out of memory/],
  ['a huge array', '() => new Uint8Array(2 ** 30).length > 0', /out of memory/],
  ['endless recursion', '(function f() { return f(); })', /stack overflow/],
  ['a promise that never ends', '() => new Promise(() => {})', /returned object, not true or false/],
  ['an async function', 'async () => true', /returned object/],
  ['a truthy value', '() => 1', /returned number/],
  ['no function', '42', /is number, not a function/],
  ['broken code', '() => {', /SyntaxError/],
  ['a fault of its own', '() => { throw new TypeError("no"); }', /TypeError: no/],
  ['a thrown nothing', '() => { throw undefined; }', /undefined/],
  ['an import', 'async () => (await import("node:fs")) && true', /returned object/],
])('%s is refused', async (_name, code, reason) => {
  const result = await on(code);
  expect(result).toMatchObject({ fault: expect.stringMatching(reason), input: 0 });
});

test('no name of the host is there, by whatever way it is looked for', async () => {
  const names = ['process', 'require', 'fetch', 'Buffer', 'setTimeout', 'WebAssembly', 'console', 'std', 'os', 'Date'];
  const code = `() => {
    const here = (0, eval)('this');
    const made = (() => {}).constructor('return this')();
    const inner = [].constructor.constructor('return typeof process')();
    return ${JSON.stringify(names)}.every((name) => !(name in here) && !(name in made)) &&
      inner === 'undefined' && Math.random === undefined;
  }`;
  expect(await on(code)).toEqual({ passes: [true] });
});

test('a built-in that never asks whether to go on is ended with its thread, and the next predicate runs', async () => {
  const impatient = createPredicateRunner({ verdictMs: 300 });
  const endless = '() => Array.prototype.lastIndexOf.call({ length: 2 ** 53 - 1 }, 1) === 0';
  expect(await impatient.run(endless, [input])).toEqual({ fault: 'took too long', input: 0 });
  expect(await on('() => true')).toEqual({ passes: [true] });
});
