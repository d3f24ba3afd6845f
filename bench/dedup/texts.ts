/** Texts to find near-duplicates among: real ones with copies planted, and made-up ones without end. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRandom } from '../../models/random.ts';

const LEAST_WORDS = 20;

const stringsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
};

/** Distinct texts of 20 words or more from the JSONL files under `folder`, in the order of the files. */
export const realTexts = (folder: string): string[] => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.jsonl'));
  const all = files.sort().flatMap((file) =>
    readFileSync(`${folder}/${file}`, 'utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .flatMap((line) => stringsOf(JSON.parse(line))),
  );
  return [...new Set(all)].filter((text) => text.trim().split(/\s+/).length >= LEAST_WORDS);
};

/** The text with some of its words replaced, at most one in forty. */
export const nearCopy = (text: string, random: () => number): string => {
  const words = text.trim().split(/\s+/);
  const edits = 1 + Math.floor((random() * words.length) / 40);
  for (let i = 0; i < edits; i++) words[Math.floor(random() * words.length)] = `w${Math.floor(random() * 1e6)}`;
  return words.join(' ');
};

/** Texts of 40 to 119 made-up words, drawn from 50,000; of each ten the last is a near-copy of another. */
export function* syntheticTexts(count: number): Generator<string> {
  const random = createRandom(0);
  let last = '';
  for (let i = 0; i < count; i++) {
    if (i % 10 === 9) yield nearCopy(last, random);
    else {
      const length = 40 + Math.floor(80 * random());
      last = Array.from({ length }, () => `word${Math.floor(50_000 * random())}`).join(' ');
      yield last;
    }
  }
}
