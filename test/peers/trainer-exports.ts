/**
 * Writes a folder for each format of `examples/pairs` and `examples/images`, through the same activities as a run, for `trainers.py`:
 *
 *     scripts/with-node.sh node test/peers/trainer-exports.ts OUT
 */
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createMediaProbe } from '../../activities/adapters/media.ts';
import { exportToFolder } from '../../activities/dataset/export-folder.ts';
import { hashFile } from '../../activities/file-hash.ts';
import type { Annotation } from '../../schemas/annotation.ts';
import type { Item } from '../../schemas/item.ts';
import { keys } from '../../schemas/keys.ts';
import { EXPORT_FORMATS } from '../../schemas/pipeline.ts';
import {
  annotationOf,
  exporting,
  ingestRows,
  itemOf,
  runCuration,
  stageOn,
  textResponse,
} from '../support/curation.ts';
import { createMemoryObjects } from '../support/memory-objects.ts';

const EXAMPLES = new URL('../../examples/', import.meta.url);

const linesOf = async (path: string): Promise<Record<string, unknown>[]> =>
  (await readFile(new URL(path, EXAMPLES), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

type Rows = { readonly items: Item[]; readonly annotations: Annotation[] };

const ROWS = 32;

/** Pairs of LLMBar, each preferred by two of three; the first response of some in steps. */
const pairs = async (): Promise<Rows> => {
  const rows = (await linesOf('pairs/pairs.jsonl')).slice(0, ROWS);
  const items = rows.map(({ prompt, responses }, i) =>
    itemOf('pairs', i + 1, {
      prompt: [{ role: 'user', content: String(prompt) }],
      responses: (responses as { text: string }[]).map(({ text }) => textResponse(text)),
    }),
  );
  const votes = items.flatMap((item, i) => {
    const { annotations } = rows[i] as { annotations: [{ value: { preferred: 'a' | 'b' } }] };
    const { preferred } = annotations[0].value;
    const other = preferred === 'a' ? 'b' : 'a';
    const said = [preferred, preferred, i % 4 === 0 ? other : preferred] as const;
    return said.map((vote, who) =>
      annotationOf(item, `voter-${who}`, { task: 'pairwise', value: { preferred: vote, strength: 1 + (i % 4) } }),
    );
  });
  const steps = items.map((item, i) =>
    annotationOf(item, 'checker', { task: 'steps', value: { response: 0, labels: [i % 2 === 0 ? 1 : -1] } }),
  );
  return { items, annotations: [...votes, ...steps] };
};

/** Frames of FETV, whose quality people rated. */
const images = async (put: (key: string, body: Buffer) => Promise<void>): Promise<Rows> => {
  const probe = createMediaProbe();
  const rated = (await linesOf('images/ratings.jsonl')).filter((row) => typeof row['static_quality'] === 'number');
  const items: Item[] = [];
  const annotations: Annotation[] = [];
  for (const [i, row] of rated.slice(0, ROWS).entries()) {
    const file = new URL(`images/${String(row['file'])}`, EXAMPLES).pathname;
    const media = await probe.probe(file, String(row['file']));
    await put(keys.media(await hashFile(file)), await readFile(file));
    const item = itemOf('images', i + 1, {
      modality: 'image',
      prompt: [{ role: 'user', content: String(row['prompt']) }],
      responses: [{ model: String(row['model']), text: null, media }],
    });
    const value = { response: 0, aspects: { quality: Number(row['static_quality']) }, min: 1, max: 5 };
    items.push(item);
    annotations.push(annotationOf(item, 'fetv', { task: 'rating', value }));
  }
  return { items, annotations };
};

const out = process.argv[2];
if (out === undefined) throw new Error('name a folder to write to');

const temp = await mkdtemp(join(tmpdir(), 'assay-trainers-'));
const objects = createMemoryObjects();
const stage = stageOn(objects, temp);
const config = {
  train: { enabled: false, minPairs: 1_000_000 },
  curate: { validation: 0 },
  export: { formats: ['parquet'] },
};
const deps = { ...stage, ...exporting(createMediaProbe()) };
const sets = { pairs: await pairs(), images: await images((key, body) => objects.put(key, body)) };
for (const [name, rows] of Object.entries(sets)) {
  await runCuration(stage, name, await ingestRows(stage, name, rows), config, createMediaProbe());
  for (const format of EXPORT_FORMATS) {
    const folder = join(out, name, format);
    const written = await exportToFolder(deps, { name, format }, async (path, bytes) => {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
      return file;
    }).catch((error: Error & { code?: string }) => error);
    console.log(
      `${name}/${format}: ${written instanceof Error ? `${written.code} ${written.message}` : `${written.rows} rows`}`,
    );
  }
}
