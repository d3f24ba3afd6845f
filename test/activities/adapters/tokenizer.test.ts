import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, test } from 'vitest';
import { startTokenCounter, type TokenCounter } from '../../../activities/adapters/tokenizer/counter.ts';

const fixtures = new URL('../../fixtures/quality/', import.meta.url);
const json = readFileSync(new URL('tokenizer.json', fixtures));
const { texts } = JSON.parse(readFileSync(new URL('tokens.json', fixtures), 'utf8')) as {
  readonly texts: readonly { readonly text: string; readonly tokens: number }[];
};
const fault = (reason: string) => new Error(`fault: ${reason}`);

let counter: TokenCounter | null = null;
afterEach(async () => {
  await counter?.close();
  counter = null;
});

/** The fixture with its first split pattern exchanged. */
const withPattern = (pattern: string): Uint8Array => {
  const document = JSON.parse(json.toString()) as {
    pre_tokenizer: { pretokenizers: { pattern: { Regex: string } }[] };
  };
  const [split] = document.pre_tokenizer.pretokenizers;
  if (split !== undefined) split.pattern.Regex = pattern;
  return Buffer.from(JSON.stringify(document));
};

describe('a counter of tokens', () => {
  it('counts what Hugging Face’s tokenizers count, special tokens left out', async () => {
    counter = await startTokenCounter(json, fault);
    const counted: { text: string; tokens: number }[] = [];
    for (const { text } of texts) counted.push({ text, tokens: await counter.count(text) });
    expect(counted).toEqual(texts);
  });

  test.each([
    ['no JSON', Buffer.from('{'), /JSON/],
    ['no tokenizer', Buffer.from('{"model": {"type": "none"}}'), /fault: ./],
    ['no object', Buffer.from('null'), /fault: ./],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), /fault: ./],
    ['a broken pattern', withPattern('(a'), /fault: ./],
  ])('refuses %s', async (_, bytes, says) => {
    await expect(startTokenCounter(bytes, fault)).rejects.toThrow(says);
  });

  it('ends what takes too long, and stays ended', async () => {
    counter = await startTokenCounter(withPattern('(a+)+$'), fault, { textMs: 300 });
    expect(await counter.count('aaaa')).toBeGreaterThan(0);
    await expect(counter.count(`${'a'.repeat(50)}b`)).rejects.toThrow('fault: took too long');
    await expect(counter.count('aaaa')).rejects.toThrow('fault: ');
  });
});
