/**
 * Near-duplicates among the items of a run, through the activities of curation on a real S3 server: `node bench/near.ts [items]` prints
 * one JSON line: seconds of signing, of comparing and of merging, how many items have a planted copy at the threshold or above, how many
 * were found to have one, and peak memory.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createS3Objects } from '../activities/adapters/s3.ts';
import { createTableStore } from '../activities/adapters/tables.ts';
import { createExamineActivities } from '../activities/examine.ts';
import { writeShards } from '../activities/shards.ts';
import { createItemSigner, isNear } from '../models/dedup/signature.ts';
import { Item } from '../schemas/item.ts';
import { PipelineConfig } from '../schemas/pipeline.ts';
import { idle, itemOf, noMedia, textResponse } from '../test/support/curation.ts';
import { startVersitygw } from '../test/support/versitygw.ts';
import { syntheticTexts } from './dedup/texts.ts';

const count = Number(process.argv[2] ?? 100_000);
const tempDir = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const s3 = await startVersitygw();
const objects = createS3Objects({ ...s3, cacheDir: join(tempDir, 'cache') });
const tables = createTableStore({ objects, tempDir });

/** A prompt and one answer each; of every ten the last is a near-copy of the one before. */
const items = function* (): Generator<Item> {
  let row = 0;
  for (const text of syntheticTexts(count)) {
    const group = Math.floor(row / 10) * 10 + Math.min(row % 10, 8);
    yield itemOf('bench', ++row, {
      prompt: [{ role: 'user', content: `Tell me of number ${group}, and of what stands beside it.` }],
      responses: [textResponse(text)],
    });
  }
};
const config = PipelineConfig.parse({ curate: { dedup: 'near' } }).curate;
const sign = createItemSigner(config.near);
const signed = ({ prompt, responses }: Item) =>
  sign({ prompt: prompt[0]?.content ?? '', responses: responses.map(({ text }) => text), frames: [[]], shown: '' });
let last: Item | null = null;
let copies = 0;
for (const item of items()) {
  if (last !== null && item.origin.row % 10 === 0 && isNear(signed(last), signed(item), config.near)) copies += 2;
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
const activities = createExamineActivities({ objects, tables, media: noMedia, progress: idle });
const { units, partitions } = await activities.planExamination(input);
const times = [performance.now()];
for (let unit = 0; unit < units; unit++) await activities.examineShard({ ...input, unit });
times.push(performance.now());
for (let partition = 0; partition < partitions; partition++) await activities.linkNear({ ...input, partition });
times.push(performance.now());
const { items: found } = await activities.mergeNear(input);
times.push(performance.now());
const [signing, comparing, merging] = times
  .slice(1)
  .map((time, i) => Number(((time - (times[i] ?? 0)) / 1000).toFixed(1)));
console.log(
  JSON.stringify({
    items: count,
    units,
    partitions,
    seconds: { signing, comparing, merging },
    copies,
    found,
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
objects.close();
await s3.stop();
rmSync(tempDir, { recursive: true, force: true });
