import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignmentPairs } from '../../../models/mapo/pairs.ts';
import type { Sample } from '../../../models/mapo/references.ts';
import { collectReferences } from '../../../models/mapo/references.ts';
import type { AlignedSample } from '../../../models/mapo/rewards.ts';
import { alignSamples } from '../../../models/mapo/rewards.ts';
import { openSeq2Seq } from '../../../models/mapo/seq2seq.ts';
import { tinySeq2Seq } from './tiny-seq2seq.ts';

const sample = (question: string, language: string, response: string, answer: number | null = 5): Sample => ({
  question,
  language,
  prompt: `${question} in ${language}`,
  response,
  answer,
});

describe('references', () => {
  const samples = [
    sample('q', 'en', 'two and three make five #### 5'),
    sample('q', 'en-GB', 'two and three make five'),
    sample('q', 'en', 'two and two #### 4'),
    sample('q', 'en', 'loop\nloop\n#### 5'),
    sample('q', 'en', '#### 5'),
    sample('q', 'bn', 'পাঁচ #### 5'),
  ];

  test('are the pivot language’s rationales, each once, none that is empty or repeats a line', () => {
    expect(collectReferences(samples, { pivot: 'en', correctOnly: false })).toEqual(
      new Map([['q', ['two and three make five', 'two and two']]]),
    );
  });

  test('can be held to the right number, which the released code does not do', () => {
    const found = collectReferences(samples, { pivot: 'en', correctOnly: true });
    // The second says the same without a number at its end, and does not count; the first does.
    expect(found).toEqual(new Map([['q', ['two and three make five']]]));
    const unknown = samples.map((each) => ({ ...each, answer: null }));
    expect(collectReferences(unknown, { pivot: 'en', correctOnly: true }).get('q')).toHaveLength(2);
  });
});

describe('rewards', () => {
  test('are means and maxima over all references; a repeated line costs the online reward', async () => {
    const scorer = await openSeq2Seq(tinySeq2Seq());
    const references = new Map([['q', ['two and three make five', 'five', 'two and two']]]);
    const samples = [
      sample('q', 'bn', 'দুই আর তিন #### 5'),
      sample('q', 'bn', 'পাঁচ\nপাঁচ'),
      sample('q', 'bn', '#### 5'),
      sample('q', 'en', 'five'),
      sample('unasked', 'bn', 'পাঁচ'),
    ];
    const [first, second, ...rest] = await alignSamples(samples, references, scorer, { pivot: 'en' });
    // Scores of the fixture (test/peers/mapo.py): .23241, .26174, .41955.
    expect(first).toMatchObject({
      response: 'দুই আর তিন #### 5',
      mean: expect.closeTo(0.304569, 5),
      max: expect.closeTo(0.419553, 5),
    });
    expect(first?.reward).toBe(first?.mean);
    expect(second).toMatchObject({ reward: -1, mean: expect.any(Number) });
    expect(rest).toEqual([]);
  });
});

const aligned = (
  question: string,
  response: string,
  mean: number,
  language = 'bn',
  answer: number | null = 5,
): AlignedSample => ({
  ...sample(question, language, response, answer),
  mean,
  max: mean,
  reward: mean,
});

describe('preference pairs', () => {
  test('the chosen answer is right and scores higher; the rejected one may be right or wrong', () => {
    const pairs = alignmentPairs([
      aligned('q', 'c 5', 0.7),
      aligned('q', 'a 4', 0.9),
      aligned('q', 'b 5', 0.8),
      aligned('q', 'd 4', 0.6),
    ]);
    expect(pairs.map(({ chosen, rejected, score_diff }) => [chosen, rejected, score_diff])).toEqual([
      ['b 5', 'c 5', expect.closeTo(0.1, 12)],
      ['b 5', 'd 4', expect.closeTo(0.2, 12)],
      ['c 5', 'd 4', expect.closeTo(0.1, 12)],
    ]);
    expect(pairs[0]).toMatchObject({ prompt: 'q in bn', language: 'bn', group: 'q', split: 'dev' });
  });

  test('equal scores, equal rationales, an unknown answer and other languages give no pair', () => {
    expect(alignmentPairs([aligned('q', 'a 5', 0.5), aligned('q', 'b 5', 0.5)])).toEqual([]);
    expect(alignmentPairs([aligned('q', 'a 5', 0.5), aligned('q', 'a 5 <<2+3=5>>#### 5', 0.4)])).toEqual([]);
    expect(alignmentPairs([aligned('q', 'a 5', 0.5, 'bn', null), aligned('q', 'b 5', 0.4, 'bn', null)])).toEqual([]);
    expect(alignmentPairs([aligned('q', 'a 5', 0.5, 'bn'), aligned('q', 'b 5', 0.4, 'sw')])).toEqual([]);
  });

  test('every tenth question, in all its languages, is for development', () => {
    const pairs = alignmentPairs(
      Array.from({ length: 12 }, (_, i) =>
        ['bn', 'sw'].flatMap((language) => [
          aligned(`q${i}`, 'a 5', 0.5, language),
          aligned(`q${i}`, 'b', 0.4, language),
        ]),
      ).flat(),
    );
    expect(pairs).toHaveLength(24);
    expect(pairs.filter(({ split }) => split === 'dev').map(({ group, language }) => `${group} ${language}`)).toEqual([
      'q0 bn',
      'q0 sw',
      'q10 bn',
      'q10 sw',
    ]);
  });

  test('whatever the answers, the chosen one is right, scores higher and says something else', () => {
    const answers = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 3, max: 6 }), fc.integer({ min: 0, max: 5 })),
    );
    fc.assert(
      fc.property(answers, (drawn) => {
        const samples = drawn.map(([text, number, mean]) => aligned('q', `text ${text} is ${number}`, mean));
        const mean = new Map(samples.map(({ response }) => [response, new Set<number>()]));
        for (const { response, mean: own } of samples) mean.get(response)?.add(own);
        for (const { chosen, rejected, score_diff } of alignmentPairs(samples)) {
          expect(chosen.endsWith('5')).toBe(true);
          expect(chosen).not.toBe(rejected);
          expect(score_diff).toBeGreaterThan(0);
          expect([...(mean.get(chosen) ?? [])].some((a) => mean.get(rejected)?.has(a - score_diff))).toBe(true);
        }
      }),
    );
  });
});
