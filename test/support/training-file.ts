/** Training files for tests: answers of which the helpful one is preferred, as rows and as the bytes of a file. */
import { readTrainingFile, type TrainingFile } from '../../activities/training/file-set.ts';
import { unitHash } from '../../models/hash.ts';

const TOPICS = ['rivers', 'bread', 'planets', 'bicycles', 'violins', 'chess', 'volcanoes', 'tea', 'bridges', 'owls'];
const KIND = ['Certainly, here is a careful explanation', 'Happy to help, step by step', 'Good question, in detail'];
const CURT = ['No idea', 'Look it up yourself', 'Whatever, who cares'];

const pick = <T>(words: readonly T[], seed: string): T => words[Math.floor(unitHash(3, seed) * words.length)] as T;

/** A prompt with a kind and a curt answer of about the same length. */
export const answers = (name: string, i: number) => {
  const topic = pick(TOPICS, `topic ${name} ${i}`);
  return {
    prompt: `Tell me about ${topic} (${name} ${i}).`,
    kind: `${pick(KIND, `kind ${name} ${i}`)} about ${topic} number ${i}.`,
    curt: `${pick(CURT, `curt ${name} ${i}`)} about ${topic}, and do not ask again about ${i}.`,
  };
};

/** Preference rows; `wrong` says which of them have it the wrong way round. */
export const preferenceRows = (
  name: string,
  count: number,
  facts: object = {},
  wrong: (prompt: string) => boolean = () => false,
): object[] =>
  Array.from({ length: count }, (_, i) => {
    const { prompt, kind, curt } = answers(name, i);
    const [chosen, rejected] = wrong(prompt) ? [curt, kind] : [kind, curt];
    return { prompt, chosen, rejected, ...facts };
  });

export const jsonLines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

const chunks = async function* (text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
};

/** The rows as a training file named `file`. */
export const trainingFile = (rows: readonly unknown[], file = 'file.jsonl'): Promise<TrainingFile> =>
  readTrainingFile(chunks(typeof rows[0] === 'string' ? rows.join('\n') : jsonLines(rows)), file);
