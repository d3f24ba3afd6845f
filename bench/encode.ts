/** Texts/s of `hashed-ngrams` (500 characters each) and images/s of `nss` (224 × 224), one thread: `node bench/encode.ts`. */
import type { EncoderInput } from '../models/encoders/index.ts';
import { resolveEncoder } from '../models/encoders/index.ts';
import { createRandom } from '../models/random.ts';

const random = createRandom(1);
const letters = 'etaoinshrdlucmfwypvbgkjqxz';
const word = () =>
  Array.from({ length: 1 + Math.floor(9 * random()) }, () => letters[Math.floor(26 * random() ** 2)]).join('');
const vocabulary = Array.from({ length: 5000 }, word);
const sentence = (length: number): string => {
  let text = '';
  while (text.length < length) text += `${vocabulary[Math.floor(vocabulary.length * random() ** 3)] ?? ''} `;
  return text.slice(0, length);
};
const texts = Array.from(
  { length: 8000 },
  (): EncoderInput => ({ kind: 'text', prompt: sentence(80), response: sentence(500) }),
);
const images = Array.from({ length: 128 }, (_, k): EncoderInput => {
  const grey = Uint8Array.from(
    { length: 224 * 224 },
    (__, i) => 128 + 60 * Math.sin(i / (40 + k)) + 40 * (random() - 0.5),
  );
  return { kind: 'image', width: 224, height: 224, channels: 1, pixels: grey, prompt: '' };
});
for (const [modality, inputs] of [
  ['text', texts],
  ['image', images],
] as const) {
  const encoder = await resolveEncoder('auto', modality);
  await encoder.encode(inputs.slice(0, 64));
  const rates: number[] = [];
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    await encoder.encode(inputs);
    rates.push(Math.round(inputs.length / ((performance.now() - start) / 1000)));
  }
  console.log(JSON.stringify({ encoder: encoder.manifest.id, inputs: inputs.length, perSecond: rates }));
}
