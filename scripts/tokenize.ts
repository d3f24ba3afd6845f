/** Divides texts into pieces for models/bundled/text/distil.py: `node scripts/tokenize.ts GIVEN.json FOUND.json`, {pieces, scores, texts} → ids of each text. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createUnigram } from '../models/encoders/unigram.ts';

interface Given {
  readonly pieces: readonly string[];
  readonly scores: readonly number[];
  readonly texts: readonly string[];
}

const [given, found] = process.argv.slice(2);
if (given === undefined || found === undefined) throw new Error('usage: node tokenize.ts GIVEN.json FOUND.json');
const { pieces, scores, texts } = JSON.parse(readFileSync(given, 'utf8')) as Given;
const unigram = createUnigram({ pieces, scores: Float32Array.from(scores) });
writeFileSync(found, JSON.stringify(texts.map((text) => Array.from(unigram.encode(text)))));
