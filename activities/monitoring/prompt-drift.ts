import { mmdAlarm } from '../../models/drift/mmd.ts';
import { psiCountsAlarm } from '../../models/drift/psi.ts';
import { about, noData, together } from '../../models/drift/reading.ts';
import type { Reading } from '../../schemas/monitor.ts';
import type { Watch } from '../../schemas/monitor-kinds.ts';
import { promptText } from '../encoding.ts';
import { wordEmbedder } from '../heatmaps/word-embedder.ts';
import type { TableStore } from '../ports.ts';
import { type Arrival, bothSides } from './drops.ts';
import { drawn, queryDrops, type Sampling, tooFew } from './sample.ts';
import type { MonitorSources } from './sources.ts';

/** Characters of a prompt that are read. */
const MOST_TEXT = 20_000;

type Prompt = Parameters<typeof promptText>[0];

/** Texts of different prompts, drawn by hash; blank ones are left out. */
const promptsOf = async (tables: TableStore, drops: readonly Arrival[], sampling: Sampling): Promise<string[]> => {
  const rows = `SELECT "group", id AS unit FROM {items} WHERE len(list_filter(prompt, m -> trim(m.content) <> '')) > 0`;
  // The texts are joined last: what is sorted stays small.
  const sql = `SELECT i.prompt AS prompt FROM (${drawn(rows, sampling)}) d JOIN {items} i ON i.id = d.unit ORDER BY d.unit`;
  return Array.fromAsync(queryDrops<Prompt>(tables, drops, ['items'], sql), (row) =>
    promptText(row).slice(0, MOST_TEXT).toWellFormed(),
  );
};

/** Prompts by their language. */
const languagesOf = async (tables: TableStore, drops: readonly Arrival[]): Promise<Map<string, number>> => {
  const sql = `SELECT coalesce(language, 'und') AS language, count(DISTINCT "group") AS n FROM {items} GROUP BY ALL`;
  const rows = queryDrops<{ language: string; n: number }>(tables, drops, ['items'], sql);
  return new Map(await Array.fromAsync(rows, ({ language, n }) => [language, n] as const));
};

const rowsOf = (vectors: Float32Array, dims: number): Float32Array[] =>
  Array.from({ length: vectors.length / dims }, (_, i) => vectors.subarray(i * dims, (i + 1) * dims));

/** Prompts then and now: MMD between samples of their embeddings (Gretton et al. 2012), PSI between their languages (S123). */
export const promptDrift = async (
  { objects, tables }: MonitorSources,
  watch: Watch<'prompt-drift'>,
  now: number,
): Promise<Reading> => {
  const { reference, current } = await bothSides(objects, watch, now);
  const [before, after] = [await promptsOf(tables, reference, watch), await promptsOf(tables, current, watch)];
  const { least, alpha, limit, seed } = watch;
  if (before.length < least) return noData(tooFew('different prompts in the reference', before.length, least));
  if (after.length < least) return noData(tooFew('different current prompts', after.length, least));
  // Images and videos are asked for in words, too.
  const embedder = await wordEmbedder({ embedder: null });
  const embedded = async (texts: readonly string[]) => rowsOf(await embedder.embed(texts), embedder.dims);
  const [then, lately] = [await languagesOf(tables, reference), await languagesOf(tables, current)];
  const names = [...new Set([...then.keys(), ...lately.keys()])].sort();
  const countsOf = (languages: ReadonlyMap<string, number>) => names.map((name) => languages.get(name) ?? 0);
  return together([
    about('prompts', mmdAlarm(await embedded(before), await embedded(after), alpha, { seed })),
    about('languages', psiCountsAlarm(countsOf(then), countsOf(lately), limit)),
  ]);
};
