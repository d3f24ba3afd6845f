/** Whether a dataset's bytes, and those it was made from, are what they were when it was published. */
import { createHash, type KeyObject } from 'node:crypto';
import type { DatasetManifest } from '../../schemas/dataset.ts';
import { isAssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import type { Lineage } from '../../schemas/lineage.ts';
import type { Shard, TableRef } from '../../schemas/table.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { digestOf } from '../shards.ts';
import { openDataset, openLineage } from './catalog.ts';
import { ExportRecord } from './export.ts';
import { placedFiles } from './export-files.ts';
import { checkSignature, SIGNATURE, type Signature } from './signature.ts';

export interface Verification {
  readonly name: string;
  readonly version: string;
  readonly ok: boolean;
  /** Objects hashed, each once, and table versions whose list of shards was held against its digest. */
  readonly checked: number;
  /** What is gone, or is not what it was: paths inside the dataset, or keys of what it was made from. */
  readonly mismatched: readonly string[];
  readonly signature: Signature;
}

const hashObject = async (objects: ObjectStore, key: string): Promise<string | null> => {
  if ((await objects.head(key)) === null) return null;
  const hash = createHash('sha256');
  for await (const chunk of await objects.stream(key)) hash.update(chunk as Buffer);
  return hash.digest('hex');
};

/** Remembers what was hashed: an object that several lists name is read once. */
const createChecker = (objects: ObjectStore) => {
  const sound = new Map<string, boolean>();
  const mismatched = new Set<string>();
  return {
    /** Holds an object against its hash; `path` is what it is called where it fails. */
    async file(path: string, key: string, sha256: string): Promise<boolean> {
      const known = sound.get(`${key} ${sha256}`) ?? (await hashObject(objects, key)) === sha256;
      sound.set(`${key} ${sha256}`, known);
      if (!known) mismatched.add(path);
      return known;
    },
    /** Notes what was found out otherwise. */
    fact(path: string, holds: boolean): void {
      sound.set(path, holds);
      if (!holds) mismatched.add(path);
    },
    result: () => ({ checked: sound.size, mismatched: [...mismatched] }),
  };
};

type Checker = ReturnType<typeof createChecker>;

/** Files that the manifest names, and what the lists of named media among them name. */
const checkFiles = async (objects: ObjectStore, manifest: DatasetManifest, checker: Checker): Promise<void> => {
  const { name, version } = manifest;
  const prefix = keys.dataset(name, version);
  const lists = [
    ...manifest.files,
    ...manifest.exports.flatMap(({ files }) => files),
    ...[...manifest.data, ...manifest.decisions].map(({ key, sha256 }) => ({ path: key.slice(prefix.length), sha256 })),
    ...(await laterExports(objects, manifest)),
  ];
  for (const { path, sha256 } of lists) {
    const key = keys.datasetFile(name, version, path);
    const folder = /^exports\/[^/]+\/(?=files\.jsonl$)/.exec(path)?.[0];
    if (!(await checker.file(path, key, sha256)) || folder === undefined) continue;
    for await (const file of placedFiles(objects, key))
      await checker.file(`${folder}${file.path}`, file.key, file.sha256);
  }
};

/** Files of formats that were exported after publication: their records vouch for them, no manifest does. */
const laterExports = async (
  objects: ObjectStore,
  { name, version, exports }: DatasetManifest,
): Promise<{ path: string; sha256: string }[]> => {
  const published = new Set<string>(exports.map(({ format }) => format));
  const files: { path: string; sha256: string }[] = [];
  for await (const { key } of objects.list(`${keys.dataset(name, version)}exports/`)) {
    const format = /\/exports\/([^/]+)\.json$/.exec(key)?.[1];
    if (format === undefined || published.has(format)) continue;
    const record = ExportRecord.parse(JSON.parse((await objects.get(key)).toString('utf8')));
    files.push(...record.files, ...record.beside, ...(record.named === undefined ? [] : [record.named]));
  }
  return files;
};

/** Null where the table version is gone or has other content than the reference says. */
const shardsIn = async (tables: TableStore, ref: TableRef): Promise<readonly Shard[] | null> => {
  try {
    return await tables.shards(ref);
  } catch (error) {
    if (isAssayError(error) && !error.retry) return null;
    throw error;
  }
};

/** The tables it was made from: their list of shards by digest, then every shard; and the head that scored. */
const checkInputs = async (tables: TableStore, manifest: DatasetManifest, lineage: Lineage, checker: Checker) => {
  const { items, annotations, labels, features, scores, heatmaps } = lineage.tables;
  const { inputs } = manifest;
  const same = (a: TableRef | null, b: TableRef | null) => a?.digest === b?.digest;
  checker.fact('inputs', same(items, inputs.items) && same(labels, inputs.labels) && same(scores, inputs.scores));
  for (const ref of [items, ...annotations, labels, features, scores, ...heatmaps]) {
    if (ref === null) continue;
    const shards = await shardsIn(tables, ref);
    const place = `${keys.tableManifest(ref.table, ref.version)}#${ref.partition}`;
    checker.fact(place, shards !== null && digestOf(shards) === ref.digest);
    for (const { key, sha256 } of shards ?? []) await checker.file(key, key, sha256);
  }
  const { model } = lineage;
  if (model?.onnx != null) {
    const key = keys.model(model.name, model.version, 'model.onnx');
    await checker.file(key, key, model.onnx);
  }
};

/**
 * Hashes again every file of a version, the media its exports name, and all it was made from: manifest → lineage → table versions →
 * shards → head. With a public key the manifest's signature must be that key's. Throws ASY-6001.
 */
export const verifyDataset = async (
  { objects, tables }: { readonly objects: ObjectStore; readonly tables: TableStore },
  name: string,
  { version, key = null }: { readonly version?: string | undefined; readonly key?: KeyObject | null } = {},
): Promise<Verification> => {
  const manifest = await openDataset(objects, name, version);
  const checker = createChecker(objects);
  await checkFiles(objects, manifest, checker);
  // What does not have the bytes it was published with says nothing about where the set came from.
  if (!checker.result().mismatched.includes('lineage.json'))
    await checkInputs(tables, manifest, await openLineage(objects, manifest), checker);
  const signature = await checkSignature(objects, { name, version: manifest.version }, key);
  if (signature.state !== 'none' || key !== null)
    checker.fact(SIGNATURE, signature.state === 'good' || signature.state === 'unchecked');
  const { checked, mismatched } = checker.result();
  return { name, version: manifest.version, ok: mismatched.length === 0, checked, mismatched, signature };
};
