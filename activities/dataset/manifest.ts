import { DatasetManifest, type DatasetRef } from '../../schemas/dataset.ts';
import { keys } from '../../schemas/keys.ts';
import type { ObjectStore } from '../ports.ts';

/** The manifest of a published version, or null. */
export const readManifest = async (
  objects: ObjectStore,
  name: string,
  version: string,
): Promise<DatasetManifest | null> => {
  const key = keys.datasetFile(name, version, 'manifest.json');
  if ((await objects.head(key)) === null) return null;
  return DatasetManifest.parse(JSON.parse((await objects.get(key)).toString('utf8')));
};

export const refOf = ({ name, version, rows }: DatasetManifest): DatasetRef => ({ name, version, rows });
