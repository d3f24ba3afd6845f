/** Small published datasets, in one version or several, on objects in memory. */
import type { KeyObject } from 'node:crypto';
import { sha256 } from '../../models/hash.ts';
import type { DatasetManifest, Decision } from '../../schemas/dataset.ts';
import { Decision as DecisionSchema } from '../../schemas/dataset.ts';
import { keys } from '../../schemas/keys.ts';
import { exporting, ingestRows, plantedPairs, runCuration, type Stage, stageOn } from './curation.ts';
import { createMemoryObjects, type MemoryObjects } from './memory-objects.ts';
import { scratch } from './scratch.ts';

export const NAME = 'planted';

/** No head: these tests are about what selection and publication leave behind. */
export const PLAIN = { train: { minPairs: 1_000_000 } };

export interface Published extends Stage {
  readonly objects: MemoryObjects;
  readonly codec: ReturnType<typeof exporting>['codec'];
  readonly refs: Awaited<ReturnType<typeof ingestRows>>;
  readonly rows: ReturnType<typeof plantedPairs>;
  /** Curates again under the same name; returns the run's outcome. */
  readonly curate: (given?: object) => ReturnType<typeof runCuration>;
  readonly manifest: (version: string) => Promise<DatasetManifest>;
}

/** Planted pairs in a bucket, curated by `curate`. */
export const publishedPairs = async (count = 30, signingKey?: KeyObject): Promise<Published> => {
  const objects = createMemoryObjects();
  const stage = { ...stageOn(objects, scratch()), ...(signingKey === undefined ? {} : { signingKey }) };
  const rows = plantedPairs(NAME, count);
  const refs = await ingestRows(stage, NAME, rows);
  return {
    ...stage,
    objects,
    codec: exporting().codec,
    refs,
    rows,
    curate: (given = {}) => runCuration(stage, NAME, refs, { ...PLAIN, ...given }),
    manifest: async (version) =>
      JSON.parse((await objects.get(keys.datasetFile(NAME, version, 'manifest.json'))).toString()) as DatasetManifest,
  };
};

/** Changes decisions as a forger would who knows the format: the shard, its hash and the manifest agree afterwards. */
export const forgeDecisions = async (
  { objects, tables, manifest: manifestOf }: Published,
  version: string,
  forge: (decision: Decision) => Decision,
): Promise<void> => {
  const manifest = await manifestOf(version);
  const [shard] = manifest.decisions;
  if (shard === undefined) throw new Error('no decisions');
  const decisions = await Array.fromAsync(tables.readShard(shard, DecisionSchema));
  const forged = await tables.writeParquet(() => shard.key, DecisionSchema, decisions.map(forge));
  const path = shard.key.slice(keys.dataset(NAME, version).length);
  const files = manifest.files.map((file) =>
    file.path === path
      ? { path, sha256: sha256(objects.entries.get(shard.key)?.body ?? ''), bytes: forged.bytes }
      : file,
  );
  const body = JSON.stringify({ ...manifest, decisions: [forged], files });
  await objects.put(keys.datasetFile(NAME, version, 'manifest.json'), body);
};
