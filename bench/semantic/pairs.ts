/** Pairs of items that are the same or another in different words, from openly licensed sets. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OTHER, SAME } from './rewordings.ts';

export interface Worded {
  readonly prompt: string;
  readonly response: string;
}

export interface PairSet {
  readonly name: string;
  /** Whether the two of a pair are the same. */
  readonly same: boolean;
  readonly pairs: readonly (readonly [Worded, Worded])[];
}

type Row = Readonly<Record<string, string>>;

const read = (folder: string, file: string): Row[] =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);

/** GSM8K's test questions with their solutions (MIT). */
export const gsm8k = (data: string): Worded[] =>
  read(data, 'openai__grade-school-math/gsm8k_test.base.jsonl').map(({ question = '', answer = '' }) => ({
    prompt: question,
    response: answer,
  }));

/** SVAMP's problems in English (MSVAMP, Apache-2.0). */
const svamp = (data: string): Worded[] =>
  read(data, 'microsoft__MathOctopus/msvamp_10lang.base.jsonl')
    .filter(({ lang }) => lang === 'English')
    .map(({ m_query = '', answer = '' }) => ({ prompt: m_query, response: `The answer is ${answer}.` }));

const worded = (items: readonly Worded[], reword: (text: string) => string | null): PairSet['pairs'] =>
  items.flatMap((item) => {
    const prompt = reword(item.prompt);
    return prompt === null ? [] : [[item, { ...item, prompt }] as const];
  });

const everyTwo = (items: readonly Worded[]): PairSet['pairs'] =>
  items.flatMap((a, i) => items.slice(i + 1).map((b) => [a, b] as const));

/** MGSM: GSM8K's questions translated by people into ten languages (CC BY 4.0); the answer is a number in all of them. */
const translated = (data: string): PairSet['pairs'] => {
  const rows = read(data, 'google-research__url-nlp/mgsm_all.base.jsonl');
  const english = new Map(rows.filter(({ lang }) => lang === 'en').map((row) => [row['idx'], row]));
  const of = ({ question = '', answer = '' }: Row): Worded => ({ prompt: question, response: answer });
  return rows.flatMap((row) => {
    const original = english.get(row['idx']);
    return original === undefined || row['lang'] === 'en' ? [] : [[of(original), of(row)] as const];
  });
};

/** All sets, those that are the same first. */
export const pairSets = (data: string): PairSet[] => {
  const questions = gsm8k(data);
  return [
    ...SAME.map(({ name, of }) => ({ name, same: true, pairs: worded(questions, of) })),
    { name: 'translated by people into ten languages', same: true, pairs: translated(data) },
    ...OTHER.map(({ name, of }) => ({ name, same: false, pairs: worded(questions, of) })),
    { name: 'every two of GSM8K', same: false, pairs: everyTwo(questions) },
    { name: 'every two of SVAMP', same: false, pairs: everyTwo(svamp(data)) },
  ];
};
