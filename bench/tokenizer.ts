/**
 * Holds our Unigram tokeniser against @huggingface/tokenizers on every text of the JSONL files under DATA, and times both in CPU seconds:
 * `node bench/tokenizer.ts [DATA] [--most 6000]`. Exits with 1 where a text is divided differently.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import stated from '../models/encoders/static-e5.json' with { type: 'json' };
import { readStaticVectors } from '../models/encoders/static-e5-file.ts';
import { createUnigram } from '../models/encoders/unigram.ts';
import { unigramLibrary } from '../test/support/unigram-library.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { most: { type: 'string', default: '6000' } },
});
const data = positionals[0] ?? new URL('../../shared/data', import.meta.url).pathname;
/** Longer texts are cut by us alone. */
const LONGEST = 8000;

const stringsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return value.length <= LONGEST ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
};
const files = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.jsonl'));
const all = files.sort().flatMap((file) =>
  readFileSync(`${data}/${file}`, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => stringsOf(JSON.parse(line))),
);
const distinct = [...new Set(all)].filter((text) => /\p{L}.*\p{L}/su.test(text));
const step = Math.max(1, Math.floor(distinct.length / Number(values.most)));
const texts = distinct.filter((_, i) => i % step === 0);

const { vocabulary } = await readStaticVectors(
  new URL('../models/bundled/text/static-e5.safetensors', import.meta.url),
  stated.sha256,
);
const unigram = createUnigram(vocabulary);
const library = unigramLibrary(vocabulary);

const timed = <T>(divide: (text: string) => T): { readonly results: T[]; readonly seconds: number } => {
  texts.slice(0, 500).forEach(divide);
  const before = process.cpuUsage();
  const results = texts.map(divide);
  const { user, system } = process.cpuUsage(before);
  return { results, seconds: (user + system) / 1e6 };
};
const own = timed((text) => unigram.encode(text));
const theirs = timed(library);
const tokens = own.results.reduce((sum, ids) => sum + ids.length, 0);
const different = texts.filter((_, i) => own.results[i]?.join() !== theirs.results[i]?.join());
const rate = (seconds: number): string => (tokens / seconds / 1e6).toFixed(2);
console.log(
  `${texts.length} texts of ${files.length} files, ${tokens} tokens, ${different.length} divided differently`,
);
console.log(`ours ${rate(own.seconds)} M tokens per CPU second, @huggingface/tokenizers ${rate(theirs.seconds)} M`);
for (const text of different.slice(0, 5)) console.log(JSON.stringify(text.slice(0, 200)));
process.exitCode = different.length === 0 ? 0 : 1;
