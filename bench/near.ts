/**
 * Near-duplicates among the items of a run, through the activities of curation on a real S3 server: `node bench/near.ts [items] [meaning]` prints
 * one JSON line: seconds of each step, how many items have a planted copy at the threshold or above, how many were found to have one, and
 * peak memory. With `meaning` the words of a copy stand in another order, and only their embeddings tell it.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createS3Objects } from '../activities/adapters/s3.ts';
import { createTableStore } from '../activities/adapters/tables.ts';
import { openEmbedder } from '../activities/examine/meaning-row.ts';
import { createExamineActivities } from '../activities/examine.ts';
import { writeShards } from '../activities/shards.ts';
import { meaningSimilarity } from '../models/dedup/meaning.ts';
import { particularsHash } from '../models/dedup/particulars.ts';
import { createItemSigner, isNear } from '../models/dedup/signature.ts';
import { Item } from '../schemas/item.ts';
import { PipelineConfig } from '../schemas/pipeline.ts';
import { exporting, idle, itemOf, textResponse } from '../test/support/curation.ts';
import { startVersitygw } from '../test/support/versitygw.ts';
import { syntheticTexts } from './dedup/texts.ts';

const count = Number(process.argv[2] ?? 100_000);
const meant = process.argv[3] === 'meaning';
const tempDir = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const s3 = await startVersitygw();
const objects = createS3Objects({ ...s3, cacheDir: join(tempDir, 'cache') });
const tables = createTableStore({ objects, tempDir });

/** Distinct words of Assay's own pages: an encoder tells them apart, which it does not with numbered ones. */
const vocabulary = (): string[] => {
  const docs = new URL('../docs/', import.meta.url);
  const pages = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
  const words = pages.sort().flatMap((page) => readFileSync(new URL(page, docs), 'utf8').match(/[a-z]{4,}/g) ?? []);
  return [...new Set(words)];
};
const spoken = meant ? vocabulary() : [];
const told = (text: string): string =>
  text.replaceAll(/w(?:ord)?(\d+)/g, (word, number) => spoken[Number(number) % spoken.length] ?? word);

/** A prompt and one answer each; of every ten the last is a near-copy of the one before. */
const items = function* (): Generator<Item> {
  let row = 0;
  for (const text of syntheticTexts(count)) {
    const group = Math.floor(row / 10) * 10 + Math.min(row % 10, 8);
    yield itemOf('bench', ++row, {
      prompt: [
        {
          role: 'user',
          content: meant
            ? told(`Tell me of w${group} and w${7919 * group}, and of what stands beside them.`)
            : `Tell me of number ${group}, and of what stands beside it.`,
        },
      ],
      responses: [textResponse(told(meant && row % 10 === 0 ? text.split(' ').sort().join(' ') : text))],
    });
  }
};
const { curate: config } = PipelineConfig.parse({ curate: { dedup: 'near', near: meant ? { semantic: {} } : {} } });
const sign = createItemSigner(config.near);
const embedder = await openEmbedder();
const textsOf = ({ prompt, responses: [response] }: Item) => [prompt[0]?.content ?? '', response?.text ?? ''] as const;
const alike = async (a: Item, b: Item): Promise<boolean> => {
  const [x, y] = [a, b].map((item) => {
    const [prompt, response] = textsOf(item);
    return sign({ prompt, responses: [response], frames: [[]], shown: '' });
  });
  if (x !== undefined && y !== undefined && isNear(x, y, config.near)) return true;
  if (config.near.semantic === undefined) return false;
  const vectors = await embedder.embed([...textsOf(a), ...textsOf(b)]);
  const of = (text: number) => vectors.subarray(text * embedder.dims, (text + 1) * embedder.dims);
  const particulars = [...textsOf(a), ...textsOf(b)].map(particularsHash);
  const [first, second] = [0, 2].map((text) => ({
    prompt: of(text),
    responses: [of(text + 1)],
    particulars: particulars.slice(text, text + 2),
    shown: '',
  }));
  return (
    first !== undefined && second !== undefined && meaningSimilarity(first, second) >= config.near.semantic.threshold
  );
};
let last: Item | null = null;
let copies = 0;
for (const item of items()) {
  if (last !== null && item.origin.row % 10 === 0 && (await alike(last, item))) copies += 2;
  last = item;
}

const shards = await writeShards<typeof Item>(
  (rows) => tables.writeShard('items', Item, rows),
  (async function* () {
    yield* items();
  })(),
);
const input = {
  run: 'bench',
  items: await tables.commit('items', 'bench', shards),
  config,
};
const activities = createExamineActivities({ objects, tables, ...exporting(), progress: idle });
const { units, partitions, clusters = 0 } = await activities.planExamination(input);
const seconds: Record<string, number> = {};
const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
  const start = performance.now();
  const result = await work();
  seconds[step] = Number(((performance.now() - start) / 1000).toFixed(1));
  return result;
};
const each = async (to: number, work: (number: number) => Promise<unknown>): Promise<void> => {
  for (let number = 0; number < to; number++) await work(number);
};
await timed('signing', () => each(units, (unit) => activities.examineShard({ ...input, unit })));
await timed('comparing', () => each(partitions, (partition) => activities.linkNear({ ...input, partition })));
if (clusters > 0) {
  await timed('fitting', () => activities.fitClusters(input));
  await timed('placing', () => each(units, (unit) => activities.assignShard({ ...input, unit })));
  const compare = (partition: number) => activities.linkMeanings({ ...input, partition });
  await timed('comparingMeanings', () => each(partitions, compare));
}
const { items: found } = await timed('merging', () => activities.mergeNear(input));
console.log(
  JSON.stringify({
    items: count,
    units,
    partitions,
    clusters,
    seconds,
    copies,
    found,
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
objects.close();
await s3.stop();
rmSync(tempDir, { recursive: true, force: true });
