/** The last step of a dataset: card and lineage, then the manifest, whose creation is the publication, its signature and its release. */
import type { KeyObject } from 'node:crypto';
import { sha256 } from '../../models/hash.ts';
import { byText } from '../../models/order.ts';
import { funnelSvg } from '../../models/selection/funnel-svg.ts';
import type { DatasetManifest, DatasetRef } from '../../schemas/dataset.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import type { HeadManifest } from '../../schemas/model.ts';
import { remoteName } from '../../schemas/model-choice.ts';
import type { Shard } from '../../schemas/table.ts';
import type { NumberedWaiver } from '../../schemas/waiver.ts';
import { createAnnotatorCatalog } from '../annotator-catalog.ts';
import type { CurateInput } from '../contract.ts';
import { readHead } from '../model-catalog.ts';
import { evaluationOf } from '../model-report.ts';
import type { ObjectStore } from '../ports.ts';
import { datasetCard } from './card.ts';
import { cardFacts } from './card-facts.ts';
import { type ExportDeps, type ExportRecord, exportFormat } from './export.ts';
import { lineageOf } from './lineage.ts';
import { readManifest, refOf } from './manifest.ts';
import { measureDataset } from './metrics.ts';
import { plannedWaivers } from './permits.ts';
import { release } from './releases.ts';
import { readSelection, type SelectionFile } from './selection-file.ts';
import { signVersion } from './signature.ts';

type Input = CurateInput & { readonly version: string; readonly formats: readonly string[] };
type File = DatasetManifest['files'][number];

/** The head that made the scores; null where a remote model did, or nothing. */
const headOf = async (objects: ObjectStore, { model }: Input): Promise<HeadManifest | null> => {
  if (model === null || remoteName(model.name) !== null) return null;
  const head = await readHead(objects, model.name, model.version);
  if (head === null) throw new AssayError('ASY-5001', { model: `${model.name} ${model.version}` });
  return head;
};

const manifestOf = (
  input: Input,
  selection: SelectionFile,
  exports: readonly ExportRecord[],
  waivers: readonly NumberedWaiver[],
  files: File[],
): DatasetManifest => ({
  name: input.name,
  version: input.version,
  modality: input.modality,
  rows: selection.rows,
  splits: selection.splits,
  languages: selection.languages,
  sources: selection.sources.map(({ drop, license, rows }) => ({ drop, license, rows })),
  funnel: selection.funnel,
  inputs: { items: input.items, labels: input.labels, scores: input.scores },
  model: input.model,
  config: { curate: input.config, export: input.exports },
  data: selection.data.map(({ shard }) => shard),
  decisions: selection.decisions,
  clusters: selection.clusters,
  exports: exports.map(({ format, rows, files: exported }) => ({ format, rows, files: exported })),
  ...(waivers.length === 0 ? {} : { waivers: [...waivers] }),
  files,
});

/** Writes card, lineage and manifest: of two who write one version at once, the first manifest stands. */
const commit = async (deps: ExportDeps, input: Input, beat: () => void): Promise<DatasetManifest> => {
  const { objects, tables } = deps;
  const { name, version } = input;
  const selection = await readSelection(objects, name, version);
  const exports: ExportRecord[] = [];
  for (const format of input.formats) exports.push(await exportFormat(deps, input, format));
  const head = await headOf(objects, input);
  const prefix = keys.dataset(name, version);
  // What stands is never written over: a manifest of another writer may name it already.
  const own = async (path: string, body: string, contentType: string): Promise<File> => {
    const key = keys.datasetFile(name, version, path);
    await objects.create(key, body, { contentType });
    const stored = await objects.get(key);
    return { path, sha256: sha256(stored), bytes: stored.length };
  };
  const shardFile = ({ key, sha256: hash, bytes }: Shard): File => ({
    path: key.slice(prefix.length),
    sha256: hash,
    bytes,
  });
  const waivers = await plannedWaivers(objects, input);
  const selected = await objects.get(keys.datasetFile(name, version, 'selection.json'));
  const lineage = `${JSON.stringify(lineageOf(input, selection, head, waivers), null, 2)}\n`;
  const evaluation = head === null ? null : await evaluationOf(objects, head);
  const metrics = await measureDataset(tables, input, selection, evaluation, beat);
  const facts = await cardFacts(tables, input, selection, () => createAnnotatorCatalog(objects).list());
  const card = datasetCard({ input, selection, exports, facts, metrics, head, waivers });
  const files = [
    ...selection.data.map(({ shard }) => shardFile(shard)),
    ...selection.decisions.map(shardFile),
    ...(selection.clusters === null ? [] : [shardFile(selection.clusters)]),
    ...exports.flatMap(({ files: exported, named, beside }) =>
      [...exported, ...(named === undefined ? [] : [named]), ...beside].map(({ path, sha256: hash, bytes }) => ({
        path,
        sha256: hash,
        bytes,
      })),
    ),
    { path: 'selection.json', sha256: sha256(selected), bytes: selected.length },
    await own('card.md', card, 'text/markdown'),
    await own('funnel.svg', funnelSvg(selection.funnel, `${name}: selection`), 'image/svg+xml'),
    await own('lineage.json', lineage, 'application/json'),
    await own('metrics.json', `${JSON.stringify(metrics, null, 2)}\n`, 'application/json'),
  ].sort((a, b) => byText(a.path, b.path));
  const manifest = manifestOf(input, selection, exports, waivers, files);
  await objects.create(keys.datasetFile(name, version, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, {
    contentType: 'application/json',
  });
  return (await readManifest(objects, name, version)) ?? manifest;
};

export interface PublishDeps extends ExportDeps {
  /** Ed25519 private key that vouches for what is published; absent: nobody does. */
  readonly signingKey?: KeyObject | null;
}

/** Publishes a version, signs it and lets it stand for its name. What was done of that already is left as it is. */
export const publish = async (deps: PublishDeps, input: Input, beat: () => void): Promise<DatasetRef> => {
  const { objects, signingKey } = deps;
  const { name, version } = input;
  const manifest = (await readManifest(objects, name, version)) ?? (await commit(deps, input, beat));
  if (signingKey != null) await signVersion(objects, { name, version }, signingKey);
  await release(objects, name, version);
  return refOf(manifest);
};
