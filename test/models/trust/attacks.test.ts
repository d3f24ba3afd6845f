import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilson } from '../../../models/metrics/wilson.ts';
import { ATTACK_NAMES, ATTACKS, attackResult, attacksFor, REAL_ATTACKS } from '../../../models/trust/attacks.ts';

const PROMPT = 'How do I boil an egg?';
const RESPONSE = 'Put the egg in water. Wait seven minutes! Then cool it under the tap.';

describe('attacks', () => {
  it('are the same every time, and never empty a text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.constantFrom(...ATTACK_NAMES), (text, name) => {
        const attacked = ATTACKS[name](text, PROMPT);
        expect(ATTACKS[name](text, PROMPT)).toBe(attacked);
        if (text.trim() !== '') expect(attacked.trim()).not.toBe('');
      }),
    );
  });

  it.each(ATTACK_NAMES.filter((name) => name !== 'identity'))('%s changes a plain answer', (name) => {
    const long = `${RESPONSE} ${RESPONSE} ${RESPONSE}`;
    expect(ATTACKS[name](long, PROMPT)).not.toBe(long);
  });

  it('leave words where they do not mean to change them', () => {
    expect(ATTACKS.markdown(RESPONSE, PROMPT)).toBe(
      '- **Put the egg** Put the egg in water.\n- **Wait seven minutes!** Wait seven minutes!\n- **Then cool it** Then cool it under the tap.',
    );
    expect(ATTACKS.homoglyphs('日本語 한국어', PROMPT)).toBe('日本語 한국어');
    expect(Array.from(ATTACKS.typos(RESPONSE, PROMPT)).sort()).toEqual(Array.from(RESPONSE).sort());
  });
});

describe('attacksFor', () => {
  it('chooses different attacks for different texts, the same for the same, and never identity', () => {
    const chosen = Array.from({ length: 700 }, (_, i) => attacksFor(`text ${i}`, 2));
    expect(chosen).toEqual(Array.from({ length: 700 }, (_, i) => attacksFor(`text ${i}`, 2)));
    expect(chosen.every(([first, second]) => first !== second && second !== undefined)).toBe(true);
    for (const name of REAL_ATTACKS) {
      const times = chosen.flat().filter((each) => each === name).length;
      expect(times).toBeGreaterThan(150);
      expect(times).toBeLessThan(250);
    }
    expect(chosen.flat()).not.toContain('identity');
    expect(attacksFor('text', 2, ['upper'])).toEqual(['upper']);
  });
});

describe('attackResult', () => {
  it('counts pairs turned round among those that were right', () => {
    expect(attackResult('repeat', [1, 1, 1, -1, 0], [1, -1, 0, 1, 0])).toEqual({
      attack: 'repeat',
      n: 5,
      accuracy: 3 / 5,
      ci: wilson(3, 5),
      held: 3,
      successRate: 2 / 3,
    });
  });

  it('of the identity changes nothing (S219)', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -5, max: 5 })), (differences) => {
        const { successRate, held } = attackResult('identity', differences, differences);
        expect(successRate).toBe(held === 0 ? null : 0);
      }),
    );
    expect(attackResult('identity', [], [])).toMatchObject({ n: 0, accuracy: 0, held: 0, successRate: null });
    expect(() => attackResult('identity', [1], [])).toThrow(RangeError);
  });
});
