/** All there is to say about a head: what it is, what it measured, what it cannot do, and when it served. */
import { AssayError } from '../schemas/errors.ts';
import { HeadReport, type ModelReport } from '../schemas/evaluation.ts';
import { keys } from '../schemas/keys.ts';
import type { HeadManifest } from '../schemas/model.ts';
import { Name } from '../schemas/primitives.ts';
import { showModel, versionsUnder } from './model-catalog.ts';
import type { ObjectStore } from './ports.ts';
import { limitsOf } from './training/card-limits.ts';
import { promotionsOf } from './training/promotions.ts';

/** What was measured of a head; null where nothing lies beside it, or nothing that can be read. */
export const evaluationOf = async (
  objects: ObjectStore,
  { name, version }: HeadManifest,
): Promise<HeadReport | null> => {
  const key = keys.model(name, version, 'eval.json');
  if ((await objects.head(key)) === null) return null;
  return HeadReport.safeParse(JSON.parse((await objects.get(key)).toString('utf8'))).data ?? null;
};

/** Throws ASY-5001 for what is no name of a head or version. */
const checkNames = (...names: readonly string[]): void => {
  if (!names.every((each) => Name.safeParse(each).success))
    throw new AssayError('ASY-5001', { model: JSON.stringify(names.join(' ').slice(0, 80)) });
};

/** The report on the version named, else the one that serves, else the newest. Throws ASY-5001, also for what is no name. */
export const modelReport = async (objects: ObjectStore, name: string, version?: string): Promise<ModelReport> => {
  checkNames(name, ...(version === undefined ? [] : [version]));
  const { promoted: _, ...manifest } = await showModel(objects, name, version);
  const { records, at } = await promotionsOf(objects, name);
  const versions = await versionsUnder(objects, keys.modelPrefix(name));
  const evaluation = await evaluationOf(objects, manifest);
  return {
    manifest,
    serving: records.at(-1)?.version ?? null,
    versions: versions
      .sort((a, b) => b.modified - a.modified)
      .map(({ version: each, modified }) => ({ version: each, at: modified })),
    evaluation,
    limits: evaluation === null ? [] : limitsOf(manifest, evaluation),
    promotions: records.map((record, i) => ({ ...record, at: at[i] ?? null })),
  };
};

/** What lies beside a head as text, or ASY-5001. */
const textBeside = async (objects: ObjectStore, name: string, version: string, file: string): Promise<string> => {
  checkNames(name, version);
  const key = keys.model(name, version, file);
  if ((await objects.head(key)) === null) throw new AssayError('ASY-5001', { model: `${name} ${version}: ${file}` });
  return (await objects.get(key)).toString('utf8');
};

/** A version's reliability diagram as SVG. Throws ASY-5001. */
export const reliabilityOf = (objects: ObjectStore, name: string, version: string): Promise<string> =>
  textBeside(objects, name, version, 'reliability.svg');

/** A version's card in Markdown. Throws ASY-5001. */
export const cardOf = (objects: ObjectStore, name: string, version: string): Promise<string> =>
  textBeside(objects, name, version, 'card.md');
