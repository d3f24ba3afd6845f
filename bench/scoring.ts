/**
 * What scoring costs beyond inference: `encodeShard` and `scoreShard` with their commits (reading Parquet, tokenising, pooling,
 * style features, hashing, writing Parquet, the head) against a bare ONNX Runtime loop over the same batches, one thread, objects
 * in memory. The model is a transformer of BERT's shape with drawn weights, 384 wide. `--encoder NAME` takes a bundled encoder,
 * which is more than a graph, against its `encode` alone. Seconds are the processor's, all threads together, so that a busy
 * machine counts little. `node bench/scoring.ts [--encoder NAME] [--layers 4] [--items 100] [--words 60] [--runs 7]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openEncoder } from '../activities/encoder-catalog.ts';
import { pullEncoder } from '../activities/encoder-pull.ts';
import { promptText } from '../activities/encoding.ts';
import { createScoreActivities } from '../activities/score.ts';
import { type EncoderInput, resolveEncoder } from '../models/encoders/index.ts';
import { tokenBatches } from '../models/encoders/token-batches.ts';
import { openTokenReader } from '../models/encoders/token-reader.ts';
import { feedsOf } from '../models/encoders/transformer.ts';
import { sha256 } from '../models/hash.ts';
import { createRandom } from '../models/random.ts';
import { openSession, run } from '../models/runtime.ts';
import type { Item } from '../schemas/item.ts';
import { ScoreConfig } from '../schemas/pipeline.ts';
import { idle, ingestRows, itemOf, noMedia, stageOn, textResponse } from '../test/support/curation.ts';
import { storeDrawnHead } from '../test/support/drawn-head.ts';
import { createMemoryObjects, type MemoryObjects } from '../test/support/memory-objects.ts';
import { noRemotes } from '../test/support/remote-models.ts';
import { tinyEncoder } from '../test/support/tiny-encoder.ts';
import { bertGraph, TINY_VOCABULARY, TINY_WORDS } from '../test/support/tiny-transformer.ts';

const { values } = parseArgs({
  options: {
    encoder: { type: 'string' },
    layers: { type: 'string', default: '4' },
    items: { type: 'string', default: '100' },
    words: { type: 'string', default: '60' },
    runs: { type: 'string', default: '7' },
  },
});
const [layers, count, words, runs] = [values.layers, values.items, values.words, values.runs].map(Number) as [
  number,
  number,
  number,
  number,
];

const random = createRandom(7);
const text = (): string =>
  Array.from(
    { length: Math.round(words * (0.5 + random())) },
    () => TINY_WORDS[Math.floor(random() * TINY_WORDS.length)],
  ).join(' ');

const DIMS = 384;
const { recipe: tiny, files } = tinyEncoder('text');
const model = bertGraph({ dims: DIMS, heads: 12, layers, vocabulary: TINY_VOCABULARY });
const side = { ...(tiny.text ?? never()), dims: DIMS, maxTokens: 256 };
const recipe = {
  ...tiny,
  id: 'bench',
  text: side,
  maxBatchTokens: 4096,
  files: tiny.files.map((file) => ({ ...file, sha256: null, bytes: null })),
};

function never(): never {
  throw new Error('the recipe has a text side');
}

const tempDir = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const median = (of: readonly number[]): number =>
  [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)] ?? Number.NaN;

/** Processor seconds of this process so far. */
const spent = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const drawItems = (): Item[] =>
  Array.from({ length: count }, (_, i) =>
    itemOf('bench', i + 1, {
      prompt: [{ role: 'user', content: text() }],
      responses: [textResponse(text()), textResponse(text())],
    }),
  );

/** Seconds of the whole path on a store that holds nothing else. */
const pathSeconds = async (objects: MemoryObjects, name: string, items: readonly Item[]) => {
  const stage = stageOn(objects, tempDir);
  const encoder = await openEncoder({ objects, remotes: noRemotes }, name, 'text');
  const refs = await ingestRows(stage, 'bench', { items, annotations: [] }, count);
  const head = await storeDrawnHead(objects, 'bench', encoder);
  const scoring = createScoreActivities({ ...stage, media: noMedia, progress: idle });
  const config = ScoreConfig.parse({ encoder: name });
  const started = spent();
  await scoring.encodeShard({ run: 'bench', items: refs.items, shard: 0, config });
  const { features } = await scoring.commitFeatures({ run: 'bench', items: refs.items, config });
  const encoded = spent();
  for (let shard = 0; shard < features.shards; shard++)
    await scoring.scoreShard({ run: 'bench', features, shard, model: head });
  await scoring.commitScores({ run: 'bench', features, model: head });
  return { encode: encoded - started, score: spent() - encoded };
};

/** Pulls the transformer into a store; every text that its embedder is given, call by call, is added to `calls`. */
const pullTransformer = async (objects: MemoryObjects, calls: string[][]): Promise<void> => {
  const open = () => async (path: string) => {
    const bytes = path.endsWith('.onnx') ? model : (files.get(path) ?? new Uint8Array());
    const read = async function* () {
      yield bytes;
    };
    return { bytes: bytes.length, sha256: sha256(bytes), commit: null, read };
  };
  await pullEncoder({ objects, tempDir, open }, recipe);
  const embedder = (await openEncoder({ objects, remotes: noRemotes }, recipe.id, 'text')).embedder ?? never();
  const bare = { ...embedder };
  Object.assign(embedder, {
    embed: (texts: readonly string[], options: object) => {
      calls.push([...texts]);
      return bare.embed(texts, options);
    },
  });
};

/** Seconds that ONNX Runtime alone takes for the same batches, their tensors made beforehand. */
const bareSeconds = async (calls: readonly (readonly string[])[]): Promise<number> => {
  const session = await openSession(model, { name: 'bare' });
  const read = openTokenReader(JSON.parse(Buffer.from(files.get('tokenizer.json') ?? []).toString()), side, 'bench');
  const feeds = calls.flatMap((texts) => {
    const tokens = texts.map(read);
    return tokenBatches(
      tokens.map(({ length }) => length),
      recipe.maxBatchTokens,
    ).map(({ rows, width }) =>
      feedsOf(
        session,
        side.padId,
        rows.map((row) => tokens[row] ?? []),
        width,
      ),
    );
  });
  await run(session, feeds[0] ?? {});
  const started = spent();
  for (const feed of feeds) await run(session, feed);
  return spent() - started;
};

/** Seconds of a bundled encoder's `encode` for the same responses. */
const encodeSeconds = async (name: string, items: readonly Item[]): Promise<number> => {
  const encoder = await resolveEncoder(name, 'text');
  const inputs = items.flatMap((item) =>
    item.responses.map(
      (response): EncoderInput => ({
        kind: 'text',
        prompt: promptText(item),
        response: response.text ?? '',
      }),
    ),
  );
  const started = spent();
  await encoder.encode(inputs);
  return spent() - started;
};

const once = async () => {
  const [objects, items, calls] = [createMemoryObjects(), drawItems(), [] as string[][]];
  const name = values.encoder ?? recipe.id;
  if (values.encoder === undefined) await pullTransformer(objects, calls);
  const path = await pathSeconds(objects, name, items);
  const bare = values.encoder === undefined ? await bareSeconds(calls) : await encodeSeconds(name, items);
  return { bare, path: path.encode + path.score, score: path.score };
};

// The first run loads and compiles, and counts for nothing.
await once();
const measured = [];
for (let i = 0; i < runs; i++) measured.push(await once());
console.log(
  JSON.stringify({
    encoder: values.encoder ?? `${layers} layers × ${DIMS}`,
    responses: 2 * count,
    runs,
    bareSeconds: median(measured.map(({ bare }) => bare)),
    pathSeconds: median(measured.map(({ path }) => path)),
    ofWhichScoring: median(measured.map(({ score }) => score)),
    overhead: median(measured.map(({ path, bare }) => path / bare - 1)),
    overheads: measured.map(({ path, bare }) => Math.round(1000 * (path / bare - 1)) / 1000),
  }),
);
rmSync(tempDir, { recursive: true, force: true });
