/** The reading side: which datasets there are, which version a name stands for, what it holds. */
import { byText } from '../../models/order.ts';
import type { DatasetManifest, ReleaseRecord } from '../../schemas/dataset.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import { Lineage } from '../../schemas/lineage.ts';
import { withdrawal } from '../erasure/replaced.ts';
import type { ObjectStore } from '../ports.ts';
import { readManifest } from './manifest.ts';
import { releasedVersion, releasesOf } from './releases.ts';
import { readSelection } from './selection-file.ts';

export interface ListedDataset {
  readonly name: string;
  readonly version: string;
  readonly rows: number;
  /** When the manifest was written, as the store remembers it: no file of a dataset holds a clock. */
  readonly createdAt: string;
}

interface Published {
  readonly name: string;
  readonly version: string;
  readonly modified: number;
}

const MANIFEST = /^datasets\/([^/]+)\/([^/]+)\/manifest\.json$/;

/** Every published version below a prefix, by name and age. */
const publishedBelow = async (objects: ObjectStore, prefix: string): Promise<Published[]> => {
  const found: Published[] = [];
  for await (const { key, modified } of objects.list(prefix)) {
    const [, name, version] = MANIFEST.exec(key) ?? [];
    if (name !== undefined && version !== undefined) found.push({ name, version, modified });
  }
  return found.sort((a, b) => byText(a.name, b.name) || a.modified - b.modified || byText(a.version, b.version));
};

/** The version that stands for a name: what the newest release says, or where none is recorded the newest manifest. */
const standing = async (objects: ObjectStore, versions: readonly Published[]): Promise<Published | undefined> => {
  const newest = versions.at(-1);
  const released = newest === undefined ? null : await releasedVersion(objects, newest.name);
  return released === null ? newest : versions.find(({ version }) => version === released);
};

/** Every dataset in the version that stands for its name. */
export const listDatasets = async (objects: ObjectStore): Promise<ListedDataset[]> => {
  const listed: ListedDataset[] = [];
  for (const versions of Map.groupBy(
    await publishedBelow(objects, keys.datasetsPrefix()),
    ({ name }) => name,
  ).values()) {
    const found = await standing(objects, versions);
    if (found === undefined) continue;
    const { name, version, modified } = found;
    const manifest = await readManifest(objects, name, version);
    if (manifest !== null)
      listed.push({ name, version, rows: manifest.rows, createdAt: new Date(modified).toISOString() });
  }
  return listed;
};

/** The version that a name stands for. Throws ASY-6001. */
const currentVersion = async (objects: ObjectStore, name: string): Promise<string> => {
  const released = await releasedVersion(objects, name);
  const version = released ?? (await publishedBelow(objects, keys.datasetVersions(name))).at(-1)?.version;
  if (version === undefined) throw new AssayError('ASY-6001', { dataset: name });
  return version;
};

/** The manifest of a version, by default of the one that stands for the name. Throws ASY-6001. */
export const openDataset = async (objects: ObjectStore, name: string, version?: string): Promise<DatasetManifest> => {
  const wanted = version ?? (await currentVersion(objects, name));
  const manifest = await readManifest(objects, name, wanted);
  if (manifest === null)
    throw (await withdrawal(objects, name, wanted)) ?? new AssayError('ASY-6001', { dataset: `${name} ${wanted}` });
  return manifest;
};

/** A release with the time of its record, in milliseconds since 1970. */
type Released = ReleaseRecord & { readonly at: number };

const releases = async (objects: ObjectStore, name: string): Promise<Released[]> => {
  const { records, at } = await releasesOf(objects, name);
  return records.map((record, i) => ({ ...record, at: at[i] ?? 0 }));
};

/** What a version was made from. */
export const openLineage = async (objects: ObjectStore, { name, version }: DatasetManifest): Promise<Lineage> =>
  Lineage.parse(JSON.parse((await objects.get(keys.datasetFile(name, version, 'lineage.json'))).toString('utf8')));

/** What `assay dataset show` prints. Throws ASY-6001. */
export const showDataset = async (objects: ObjectStore, name: string, version?: string) => {
  const manifest = await openDataset(objects, name, version);
  return {
    name,
    version: manifest.version,
    modality: manifest.modality,
    rows: manifest.rows,
    splits: manifest.splits,
    funnel: manifest.funnel,
    sources: manifest.sources,
    languages: manifest.languages,
    model: manifest.model,
    generators: (await readSelection(objects, name, manifest.version)).generators,
    exports: manifest.exports,
    lineage: await openLineage(objects, manifest),
    /** Oldest first; the last one holds. */
    releases: await releases(objects, name),
    /** By which the version stands, though rows break a rule of its exports. */
    waivers: manifest.waivers ?? [],
  };
};
