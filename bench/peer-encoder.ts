/** Our embeddings and tokens of all-MiniLM-L6-v2 against its peers', in the folder that test/peers/minilm.py wrote: `node bench/peer-encoder.ts DIR` */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encoderRecipes } from '../models/encoders/catalogue.ts';
import { openPulled } from '../models/encoders/pulled.ts';
import { openTokenReader } from '../models/encoders/token-reader.ts';

const [dir = '.'] = process.argv.slice(2);
const json = (path: string): unknown => JSON.parse(readFileSync(join(dir, path), 'utf8'));
const peer = json('peer.json') as { texts: string[]; ids: number[][]; embeddings: number[][] };
const recipe = encoderRecipes().find(({ id }) => id === 'all-minilm-l6-v2');
if (recipe?.text == null) throw new Error('the catalogue has no all-minilm-l6-v2');
const read = openTokenReader(json('tokenizer.json'), recipe.text, recipe.id);
const encoder = await openPulled(recipe, {
  model: async () => join(dir, 'onnx/model.onnx'),
  tokenizer: async () => json('tokenizer.json'),
});
const { dims } = recipe.text;
const rows = (await encoder.embedder?.embed(peer.texts)) ?? new Float32Array();
const cosines = peer.embeddings.map((embedding, i) =>
  embedding.reduce((sum, x, j) => sum + x * (rows[i * dims + j] ?? 0), 0),
);
const tokens = peer.texts.filter((text, i) => JSON.stringify(read(text)) === JSON.stringify(peer.ids[i]));
const dot = (a: number, b: number): number =>
  rows.subarray(a * dims, (a + 1) * dims).reduce((sum, x, j) => sum + x * (rows[b * dims + j] ?? 0), 0);
console.log(
  JSON.stringify({
    texts: peer.texts.length,
    equalTokens: tokens.length,
    leastCosine: Math.min(...cosines),
    // The model's documentation gives .6660, .1046 and .1411 for its three sample sentences.
    samples: [dot(0, 1), dot(0, 2), dot(1, 2)],
    differing: peer.texts.filter((text) => !tokens.includes(text)),
  }),
);
