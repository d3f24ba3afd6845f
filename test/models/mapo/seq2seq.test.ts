import { expect, test } from 'vitest';
import type { AlignmentPair } from '../../../models/mapo/scorer.ts';
import { openSeq2Seq } from '../../../models/mapo/seq2seq.ts';
import { fixture, tinySeq2Seq } from './tiny-seq2seq.ts';

const pairs = fixture.pairs.map(
  ({ source, target }): AlignmentPair => ({ source, target, sourceLanguage: 'bn', targetLanguage: 'en' }),
);
const near = (found: ArrayLike<number>, wanted: readonly number[]) =>
  expect(Array.from(found)).toEqual(wanted.map((value) => expect.closeTo(value, 5)));

test('scores are 1 over the mean cross-entropy that numpy works out, language token and end included', async () => {
  const scorer = await openSeq2Seq(tinySeq2Seq());
  expect(scorer.name).toBe('seq2seq:tiny');
  near(
    await scorer.score(pairs),
    fixture.pairs.map(({ score }) => score),
  );
});

test('the padded mean is the released code’s: it flatters the shorter references of a batch', async () => {
  const scorer = await openSeq2Seq(tinySeq2Seq(), { mean: 'padded' });
  expect(scorer.name).toBe('seq2seq:tiny:padded-mean');
  near(
    await scorer.score(pairs),
    fixture.pairs.map(({ padded }) => padded),
  );
});

test('how targets are cut into runs, and what else is asked, changes no score', async () => {
  const whole = await (await openSeq2Seq(tinySeq2Seq())).score(pairs);
  const single = await openSeq2Seq(tinySeq2Seq(), { logits: 1 });
  near(await single.score(pairs), [...whole]);
  for (const [i, pair] of pairs.entries()) near(await single.score([pair]), [whole[i] ?? Number.NaN]);
});

test('calculator marks and what follows #### are not read, and a megabyte is cut to the model’s length', async () => {
  const scorer = await openSeq2Seq(tinySeq2Seq());
  const [pair] = pairs;
  if (pair === undefined) throw new Error('no pair');
  const marked = { ...pair, source: `${pair.source}<<2+3=5>>\n#### 5`, target: `${pair.target} <<5>>#### 5` };
  expect(await scorer.score([marked])).toEqual(await scorer.score([pair]));
  const [long] = await scorer.score([{ ...pair, source: 'দুই '.repeat(100_000) }]);
  expect(long).toBeGreaterThan(0);
});

test('progress counts pairs, and an abort ends it', async () => {
  const scorer = await openSeq2Seq(tinySeq2Seq());
  const told: number[] = [];
  await scorer.score(pairs, { onProgress: (done) => told.push(done) });
  expect(told).toEqual([3, 6]);
  await expect(scorer.score(pairs, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  expect(await scorer.score([])).toEqual(new Float64Array(0));
});

test('what is no such model, and a language it does not have, are named', async () => {
  const files = tinySeq2Seq();
  await expect(openSeq2Seq({ ...files, config: { eos_token_id: 1 } })).rejects.toMatchObject({
    code: 'ASY-5003',
    details: { file: 'tiny/config.json' },
  });
  await expect(openSeq2Seq({ ...files, decoder: new Uint8Array(8) })).rejects.toMatchObject({ code: 'ASY-5003' });
  await expect(openSeq2Seq({ ...files, tokenizer: { model: { type: 'none' } } })).rejects.toMatchObject({
    code: 'ASY-5003',
    details: { file: 'tiny/tokenizer.json' },
  });
  // The encoder in the decoder's place has no logits.
  const swapped = await openSeq2Seq({ ...files, decoder: files.encoder });
  await expect(swapped.score(pairs)).rejects.toMatchObject({ code: 'ASY-5003' });
  const scorer = await openSeq2Seq(files);
  const [pair] = pairs;
  await expect(scorer.score(pair === undefined ? [] : [{ ...pair, sourceLanguage: 'sw' }])).rejects.toMatchObject({
    code: 'ASY-5036',
    details: { language: 'sw' },
  });
});
