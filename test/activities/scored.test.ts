import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRemotes } from '../../activities/adapters/remote/index.ts';
import { scoreResponses, scoreSolutions } from '../../activities/scored.ts';
import { openJudge } from '../../activities/scorers.ts';
import { dominates } from '../../models/pareto.ts';
import type { Scorer, ScorerInput, ScorerOutput } from '../../models/scorer.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';
import { storeHead } from '../support/stored-head.ts';

const PLAIN = { std: null, ood: null, aspects: null, probability: null };
const scorerOf = (output: (input: ScorerInput) => ScorerOutput, sizes: number[] = []): Scorer => ({
  model: 'm',
  version: 'v1',
  score: async (inputs) => {
    sizes.push(inputs.length);
    return inputs.map(output);
  },
});
async function* each<T>(rows: readonly T[]): AsyncGenerator<T> {
  for (const row of rows) yield row;
}
const all = async <T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> => (await Array.fromAsync(batches)).flat();

/** Aspects written in the response. */
const written = scorerOf(({ response }) => {
  const [good = 0, brief = 0] = response.split(' ').map(Number);
  return { ...PLAIN, value: good + brief, aspects: { good, brief } };
});
const row = (id: number, prompt: string, response: string) => ({ id: String(id), prompt, response, language: null });

test('responses to one prompt that stand together are sorted into fronts; another prompt’s are not compared with them', async () => {
  const responses = ['1 1', '3 0', '0 0', '1 1', '0 3'];
  const rows = [...responses.map((text, i) => row(i, 'p', text)), row(9, 'q', '0 0')];
  const scored = await all(scoreResponses(written, each(rows)));
  expect(scored.map(({ id, front }) => [id, front])).toEqual([
    ['0', 1],
    ['1', 1],
    ['2', 2],
    ['3', 1],
    ['4', 1],
    ['9', 1],
  ]);
  expect(scored[1]).toEqual({ id: '1', score: 3, std: null, ood: null, aspects: { good: 3, brief: 0 }, front: 1 });
});

test('a prompt’s front is the same wherever batches end: nothing on it is beaten, all else is', async () => {
  const response = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }));
  await fc.assert(
    fc.asyncProperty(fc.array(response, { minLength: 1, maxLength: 12 }), fc.nat(256), async (points, before) => {
      const rows = [
        ...Array.from({ length: before }, (_, i) => row(i, `other ${i}`, '0 0')),
        ...points.map((point, i) => row(before + i, 'p', point.join(' '))),
      ];
      const scored = await all(scoreResponses(written, each(rows)));
      expect(scored.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
      points.forEach((point, i) =>
        expect(scored[before + i]?.front === 1).toBe(!points.some((other) => dominates(other, point))),
      );
    }),
    { numRuns: 30 },
  );
});

test('what a head does not give is not there: no aspects, no front of one aspect, no probability', async () => {
  const [plain] = await all(
    scoreResponses(
      scorerOf(() => ({ ...PLAIN, value: 1 })),
      each([row(0, 'p', 'r')]),
    ),
  );
  expect(plain).toEqual({ id: '0', score: 1, std: null, ood: null });
  const one = scorerOf(() => ({ ...PLAIN, value: 1, aspects: { good: 2 }, probability: 0.75 }));
  const [single] = await all(scoreResponses(one, each([row(0, 'p', 'r')])));
  expect(single).toEqual({ id: '0', score: 1, std: null, ood: null, aspects: { good: 2 }, probability: 0.75 });
});

test('without fronts nothing waits for the prompt to end', async () => {
  const sizes: number[] = [];
  const scorer = scorerOf(() => ({ ...PLAIN, value: 1 }), sizes);
  const batches = scoreResponses(scorer, each(Array.from({ length: 600 }, (_, i) => row(i, 'p', 'r'))));
  expect((await batches.next()).value).toHaveLength(255);
  expect(sizes).toEqual([256]);
  expect((await all(batches)).at(-1)?.id).toBe('599');
});

const solution = (id: number, prompt: string, ...completions: string[]) => ({
  id: String(id),
  prompt,
  completions,
  language: null,
});

test('each step is judged after the prompt and all steps before it; the score is their product, or their minimum', async () => {
  const seen: string[] = [];
  const scorer = scorerOf(({ prompt, response }) => {
    seen.push(`${prompt}|${response}`);
    return { ...PLAIN, value: 0, probability: Number(response), ood: response.length };
  });
  const rows = [solution(0, 'p', '0.5', '0.25', '1'), solution(1, 'q', '.75')];
  const product = await all(scoreSolutions(scorer, each(rows), 'product'));
  expect(seen).toEqual(['p|0.5', 'p\n\n0.5|0.25', 'p\n\n0.5\n\n0.25|1', 'q|.75']);
  expect(product).toEqual([
    { id: '0', score: expect.closeTo(0.125, 12) as number, steps: [0.5, 0.25, 1], firstWrong: 1, ood: 4 },
    { id: '1', score: expect.closeTo(0.75, 12) as number, steps: [0.75], firstWrong: null, ood: 3 },
  ]);
  const [least] = await all(scoreSolutions(scorer, each(rows), 'min'));
  expect(least?.score).toBeCloseTo(0.25, 12);
});

test('a solution of many steps, and many solutions, reach the scorer in batches of bounded size', async () => {
  const sizes: number[] = [];
  const scorer = scorerOf(({ response }) => ({ ...PLAIN, value: 0, probability: Number(response) }), sizes);
  const rows = Array.from({ length: 300 }, (_, i) =>
    solution(i, `p${i}`, ...Array.from({ length: 1 + ((i * 37) % 9) }, (_, k) => (k === i % 5 ? '0.2' : '0.9'))),
  );
  rows.push(solution(300, 'long', ...Array.from({ length: 600 }, () => '1')));
  const scored = await all(scoreSolutions(scorer, each(rows), 'product'));
  expect(Math.max(...sizes)).toBe(256);
  expect(scored.map(({ steps }) => steps)).toEqual(rows.map(({ completions }) => completions.map(Number)));
  expect(scored[300]).toMatchObject({ score: 1, firstWrong: null });
});

test('a process head of the registry judges a step the same alone and among others', async () => {
  const objects = createMemoryObjects();
  await storeHead(objects, 'm', 'v1', { slope: -1, process: { bias: 3 } });
  const { scorer } = await openJudge({ objects, remotes: createRemotes({}, () => '') }, 'm');
  const completions = ['a short step', 'another one, somewhat longer than the first', 'x'];
  const [whole] = await all(scoreSolutions(scorer, each([solution(0, 'p', ...completions)]), 'product'));
  const p = (text: string) => 1 / (1 + Math.exp(Math.log1p(text.length) - 3));
  expect(whole?.steps).toEqual(completions.map((text) => expect.closeTo(p(text), 5) as number));
  expect(whole?.firstWrong).toBe(1);
  const [start] = await all(scoreSolutions(scorer, each([solution(0, 'p', ...completions.slice(0, 2))]), 'product'));
  expect(start?.steps).toEqual(whole?.steps.slice(0, 2));
});

test('a head that gives no finite probability is a fault, not a score', async () => {
  const rows = each([solution(0, 'p', 'a')]);
  await expect(
    all(
      scoreSolutions(
        scorerOf(() => ({ ...PLAIN, value: 1 })),
        rows,
        'product',
      ),
    ),
  ).rejects.toMatchObject({
    code: 'ASY-5005',
  });
});
