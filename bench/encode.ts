/**
 * Texts per second of CPU time of the text encoders (80 + 500 characters each, real text of seventeen languages) and images of `nss`
 * (224 × 224), one thread, the best of five rounds: `node bench/encode.ts`. CPU time, so that busy neighbours do not count.
 */
import { readFileSync } from 'node:fs';
import type { EncoderInput } from '../models/encoders/index.ts';
import { resolveEncoder } from '../models/encoders/index.ts';
import { createRandom } from '../models/random.ts';

interface Texts {
  readonly msvamp: Readonly<Record<string, readonly string[]>>;
  readonly mlqe: Readonly<Record<string, readonly (readonly [string, string])[]>>;
}
const { msvamp, mlqe } = JSON.parse(
  readFileSync(new URL('../test/fixtures/models/multilingual-texts.json', import.meta.url), 'utf8'),
) as Texts;
const languages = [...Object.values(msvamp), ...Object.values(mlqe).map((rows) => rows.map(([original]) => original))];

const random = createRandom(1);
const passage = (sentences: readonly string[], length: number): string => {
  let text = '';
  while (text.length < length) text += `${sentences[Math.floor(sentences.length * random())] ?? ''} `;
  return text.slice(0, length);
};
const texts = Array.from({ length: 8000 }, (_, i): EncoderInput => {
  const sentences = languages[i % languages.length] ?? [];
  return { kind: 'text', prompt: passage(sentences, 80), response: passage(sentences, 500) };
});
const images = Array.from({ length: 128 }, (_, k): EncoderInput => {
  const grey = Uint8Array.from(
    { length: 224 * 224 },
    (__, i) => 128 + 60 * Math.sin(i / (40 + k)) + 40 * (random() - 0.5),
  );
  return { kind: 'image', width: 224, height: 224, channels: 1, pixels: grey, prompt: '' };
});
for (const [id, modality, inputs] of [
  ['static-e5', 'text', texts],
  ['hashed-ngrams', 'text', texts],
  ['nss', 'image', images],
] as const) {
  const encoder = await resolveEncoder(id, modality);
  await encoder.encode(inputs.slice(0, 64));
  let best = 0;
  for (let i = 0; i < 5; i++) {
    const before = process.cpuUsage();
    await encoder.encode(inputs);
    const { user, system } = process.cpuUsage(before);
    best = Math.max(best, inputs.length / ((user + system) / 1e6));
  }
  console.log(JSON.stringify({ encoder: id, inputs: inputs.length, perSecond: Math.round(best) }));
}
