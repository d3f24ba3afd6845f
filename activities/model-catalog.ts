/** Which heads there are, read from the registry in S3. */
import { sha256 } from '../models/hash.ts';
import { type Head, openHead } from '../models/heads/head.ts';
import { AssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import { HeadManifest, type HeadMetrics } from '../schemas/model.ts';
import type { ObjectStore } from './ports.ts';
import { promotedVersion } from './training/promotions.ts';

export { promotedVersion };

export interface ListedModel {
  readonly name: string;
  readonly version: string;
  readonly promoted: boolean;
  readonly metrics: HeadMetrics;
}

/** A head's manifest, or null. Throws ASY-5003 for one that cannot be read. */
export const readHead = async (objects: ObjectStore, name: string, version: string): Promise<HeadManifest | null> => {
  const key = keys.model(name, version, 'manifest.json');
  if ((await objects.head(key)) === null) return null;
  const body = await objects.get(key);
  try {
    return HeadManifest.parse(JSON.parse(body.toString('utf8')));
  } catch (cause) {
    throw new AssayError('ASY-5003', { file: key, reason: (cause as Error).message }, { cause });
  }
};

/** A stored head opened, its bytes held against its manifest. Throws ASY-5002, ASY-5003. */
export const openHeadOf = async (objects: ObjectStore, { name, version, onnx }: HeadManifest): Promise<Head> => {
  const file = keys.model(name, version, onnx.file);
  const bytes = await objects.get(file);
  if (sha256(bytes) !== onnx.sha256) throw new AssayError('ASY-5002', { file });
  return openHead(bytes);
};

/** The versions whose manifests stand under a prefix, in no order. */
export const versionsUnder = async (objects: ObjectStore, prefix: string) => {
  const found: { name: string; version: string; modified: number }[] = [];
  for await (const { key, modified } of objects.list(prefix)) {
    const [, name, version] = /^models\/([^/]+)\/([^/]+)\/manifest\.json$/.exec(key) ?? [];
    if (name !== undefined && version !== undefined) found.push({ name, version, modified });
  }
  return found;
};

/** Every version of every head, sorted by name, the newest first. */
export const listModels = async (objects: ObjectStore): Promise<ListedModel[]> => {
  const found = await versionsUnder(objects, keys.modelsPrefix());
  found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : b.modified - a.modified));
  const serving = new Map<string, string | null>();
  for (const name of new Set(found.map((each) => each.name))) serving.set(name, await promotedVersion(objects, name));
  const models: ListedModel[] = [];
  for (const { name, version } of found) {
    const head = await readHead(objects, name, version);
    if (head === null) continue;
    models.push({ name, version, promoted: serving.get(name) === version, metrics: head.metrics });
  }
  return models;
};

/** One head's manifest: the version named, else the promoted one, else the newest. Throws ASY-5001. */
export const showModel = async (
  objects: ObjectStore,
  name: string,
  version?: string,
): Promise<HeadManifest & { promoted: boolean }> => {
  const promoted = await promotedVersion(objects, name);
  const newest = async () => {
    const found = await versionsUnder(objects, keys.modelPrefix(name));
    return found.sort((a, b) => b.modified - a.modified)[0]?.version;
  };
  const wanted = version ?? promoted ?? (await newest());
  const head = wanted === undefined ? null : await readHead(objects, name, wanted);
  if (head === null) throw new AssayError('ASY-5001', { model: version === undefined ? name : `${name} ${version}` });
  return { ...head, promoted: head.version === promoted };
};
