import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChecksSignal } from '../../../schemas/batch.ts';
import { MOST } from '../../../workflows/batch/limits.ts';
import { Register } from '../../../workflows/batch/register.ts';
import { CHECKS } from './support.ts';

const rules = { ...CHECKS, qualify: 4 };
const says = (batch: number, annotator: string, asked: number, right: number): ChecksSignal => ({
  batch,
  annotator,
  asked,
  right,
});

describe('Register', () => {
  it('adds up what several batches say, and tells a standing once', () => {
    const register = new Register(rules);
    expect(register.hear([says(0, 'p', 2, 2)])).toEqual([]);
    expect(register.hear([says(1, 'p', 2, 2)])).toEqual([{ annotator: 'p', standing: 'qualified' }]);
    expect(register.hear([says(1, 'p', 2, 2)])).toEqual([]);
    expect(register.hear([says(1, 'p', 5, 2)])).toEqual([{ annotator: 'p', standing: 'paused' }]);
    // A reviewer found the check wrong.
    expect(register.hear([says(1, 'p', 5, 4)])).toEqual([{ annotator: 'p', standing: 'qualified' }]);
  });

  it('a batch that has ended counts once, whatever arrives after it', () => {
    const register = new Register(rules);
    expect(register.close(0, [says(0, 'p', 3, 3)])).toEqual([]);
    register.hear([says(0, 'p', 9, 0)]);
    expect(register.toJSON()).toEqual([['p', 3, 3]]);
    expect(new Register(rules, register.toJSON()).tally('p')).toEqual({ asked: 3, right: 3 });
  });

  it('passes over what says nothing: signals cannot be refused', () => {
    const register = new Register(rules);
    for (const nonsense of [
      null,
      undefined,
      'x',
      {},
      [null],
      [{}],
      [{ batch: 0, annotator: 'p', asked: '9', right: 0 }],
    ])
      expect(register.hear(nonsense as never)).toEqual([]);
    expect(register.toJSON()).toEqual([]);
  });

  it('comes to the same whatever the order and however often signals repeat', () => {
    const signals = [
      says(0, 'p', 1, 1),
      says(0, 'p', 2, 1),
      says(1, 'p', 3, 3),
      says(1, 'q', 1, 0),
      says(0, 'q', 4, 4),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray([...signals, ...signals], { minLength: 10 }), (order) => {
        const register = new Register(rules);
        for (const signal of order) register.hear([signal]);
        expect(register.toJSON()).toEqual([
          ['p', 5, 4],
          ['q', 5, 4],
        ]);
      }),
    );
  });

  it('remembers as many as a payload has room for, those with the most answers', () => {
    const register = new Register(rules);
    for (let n = 0; n < 2 * MOST.remembered; n++)
      register.hear([says(0, `sub_${String(n).padStart(32, '0')}`, 1 + (n % 100), 1)]);
    const json = register.toJSON();
    expect(json).toHaveLength(MOST.remembered);
    expect(Math.min(...json.map(([, asked]) => asked))).toBeGreaterThanOrEqual(50);
    expect(JSON.stringify(json).length).toBeLessThan(10_000);
  });
});
