/**
 * The lineage of a real run: 1,000 exported rows drawn at random from every line-based export of examples/pairs, each traced to its item and on to
 * the line of the drop it came from, whose text it must carry, and its decision made again. `node bench/lineage.ts [ROWS]` starts
 * a fresh local stack; prints one JSON document, and exits 1 where anything does not hold.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataset, openLineage } from '../activities/dataset/catalog.ts';
import { decideAgain, sameDecision } from '../activities/dataset/decide-again.ts';
import { exportedItems } from '../activities/dataset/exported-items.ts';
import { votesOf } from '../activities/dataset/item-records.ts';
import { readSelection } from '../activities/dataset/selection-file.ts';
import { verifyDataset } from '../activities/dataset/verify.ts';
import { parseConfig } from '../cli/config.ts';
import { collectFiles, manifestFor } from '../cli/drop-files.ts';
import { root } from '../cli/paths.ts';
import { pushDrop } from '../cli/push.ts';
import { createServices } from '../cli/services.ts';
import { startStack, stopStack } from '../cli/stack/stack.ts';
import { createRandom } from '../models/random.ts';
import { Decision } from '../schemas/dataset.ts';
import { keys } from '../schemas/keys.ts';

const wanted = Number(process.argv[2] ?? 1000);
const NAME = 'pairs';
const home = mkdtempSync(join(tmpdir(), 'assay-bench-'));

/** Every string anywhere in a JSON value. */
const stringsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : value !== null && typeof value === 'object'
      ? Object.values(value).flatMap(stringsIn)
      : [];

const contentsIn = (value: unknown): string[] => {
  if (value === null || typeof value !== 'object') return [];
  const own = 'content' in value && typeof value.content === 'string' ? [value.content] : [];
  return [...own, ...Object.values(value).flatMap(contentsIn)];
};

const env = { ...process.env, ASSAY_HOME: home };
const stack = await startStack({ home, env, ports: 'free' });
const services = createServices(parseConfig({ ...env, ...stack.env }));
const { objects, tables } = services;
const linesOf = async (key: string): Promise<string[]> => (await objects.get(key)).toString().trimEnd().split('\n');
try {
  const files = await collectFiles([join(root, 'examples/pairs')]);
  await pushDrop(objects, await manifestFor(files, { name: NAME }), files, () => undefined);
  const runs = await services.runs();
  await runs.start(NAME);
  await runs.result(NAME);

  const manifest = await openDataset(objects, NAME);
  const lineage = await openLineage(objects, manifest);
  const selection = await readSelection(objects, NAME, manifest.version);
  const began = performance.now();
  const again = await decideAgain(services, manifest, lineage);
  const decidedSeconds = (performance.now() - began) / 1000;
  const stored = new Map<string, Decision>();
  for (const shard of manifest.decisions)
    for await (const decision of tables.readShard(shard, Decision)) stored.set(decision.item, decision);

  const exported: { row: unknown; items: readonly string[] }[] = [];
  for (const { format, files: written } of manifest.exports)
    for (const { path } of written.filter((file) => file.path.endsWith('.jsonl'))) {
      const lines = await linesOf(keys.datasetFile(NAME, manifest.version, path));
      const split = path.includes('validation') ? 'validation' : 'train';
      const behind = await Array.fromAsync(exportedItems(services, selection, format, split));
      if (behind.length !== lines.length) throw new Error(`${path}: ${lines.length} rows, ${behind.length} traced`);
      for (const [i, line] of lines.entries()) exported.push({ row: JSON.parse(line), items: behind[i] ?? [] });
    }

  const random = createRandom(0);
  const sources = new Map<string, string[]>();
  const counts = { rows: 0, toOneItem: 0, textOnItsLine: 0, votesWithLine: 0, votes: 0, decidedEqual: 0 };
  for (let drawn = 0; drawn < wanted; drawn++) {
    const { row, items } = exported[Math.floor(random() * exported.length)] ?? { row: null, items: [] };
    counts.rows++;
    const decision = stored.get(items[0] ?? '');
    if (items.length !== 1 || decision === undefined) continue;
    counts.toOneItem++;
    const { drop, file, row: line } = decision.origin;
    const lines = sources.get(file) ?? (await linesOf(keys.dropFile(drop, file)));
    sources.set(file, lines);
    const source = new Set(stringsIn(JSON.parse(lines[line - 1] ?? 'null')));
    if (contentsIn(row).every((content) => source.has(content))) counts.textOnItsLine++;
    const votes = await votesOf(tables, lineage, decision.item);
    counts.votes += votes.length;
    counts.votesWithLine += votes.filter(({ origin }) => origin.row > 0 && origin.drop === drop).length;
    if (decision.kept && sameDecision(decision, again.get(decision.item))) counts.decidedEqual++;
  }
  const all = [...stored.values()];
  const result = {
    exportedRows: exported.length,
    ...counts,
    decisions: all.length,
    decisionsEqual: all.filter((decision) => sameDecision(decision, again.get(decision.item))).length,
    decidedSeconds: Math.round(decidedSeconds * 100) / 100,
    verified: await verifyDataset(services, NAME),
  };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  const { rows, toOneItem, textOnItsLine, decidedEqual, votes, votesWithLine, decisions, decisionsEqual } = result;
  const holds = [toOneItem, textOnItsLine, decidedEqual].every((count) => count === rows);
  if (!holds || votes !== votesWithLine || decisions !== decisionsEqual || !result.verified.ok) process.exitCode = 1;
} finally {
  await services.close();
  await stopStack(home);
  rmSync(home, { recursive: true, force: true });
}
