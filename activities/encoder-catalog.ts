/** Which encoders there are, and the one way to open one: bundled, or pulled into the bucket. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encoderRecipes } from '../models/encoders/catalogue.ts';
import { type Encoder, encoderManifests, fits, resolveEncoder } from '../models/encoders/index.ts';
import { imageEncoderOf, motionManifest, withMotion } from '../models/encoders/motion.ts';
import { openPulled } from '../models/encoders/pulled.ts';
import { type EncoderFile, PulledEncoder } from '../schemas/encoder.ts';
import { AssayError, isAssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import { remoteName } from '../schemas/model-choice.ts';
import { type Modality, Name } from '../schemas/primitives.ts';
import { layOut } from './adapters/beside.ts';
import type { RemoteModels } from './adapters/remote/index.ts';
import type { ObjectStore } from './ports.ts';

/** Where models come from: the bucket, and the servers that the operator names. */
export interface ModelSources {
  readonly objects: ObjectStore;
  readonly remotes: RemoteModels;
}

/** Every encoder pulled under a name, the newest first. */
export const pulledEncoders = async (objects: ObjectStore, id: string): Promise<PulledEncoder[]> => {
  const found: { key: string; modified: number }[] = [];
  for await (const { key, modified } of objects.list(keys.encoderPrefix(id)))
    if (/^encoders\/[^/]+\/[^/]+\/manifest\.json$/.test(key)) found.push({ key, modified });
  found.sort((a, b) => b.modified - a.modified || (a.key < b.key ? -1 : 1));
  return Promise.all(
    found.map(async ({ key }) => {
      const parsed = PulledEncoder.safeParse(JSON.parse((await objects.get(key)).toString('utf8')));
      if (!parsed.success) throw new AssayError('ASY-5023', { file: key, reason: parsed.error.message });
      return parsed.data;
    }),
  );
};

/** The local path of one file of an encoder, its bytes held against the pin. Throws ASY-5002. */
const localFile = async (
  objects: ObjectStore,
  { manifest: { id, revision } }: PulledEncoder,
  file: EncoderFile,
): Promise<string> => {
  const key = keys.encoderFile(id, revision, file.path);
  try {
    return await objects.local(key, file.sha256 ?? undefined);
  } catch (error) {
    // The store says that bytes changed; for an encoder that is a wrong model.
    if (isAssayError(error) && error.code === 'ASY-3003')
      throw new AssayError('ASY-5002', { file: key }, { cause: error });
    throw error;
  }
};

/**
 * The tokenizer.json of a pulled encoder, by ID (the newest) or ID@REVISION: its hash, and a function that gives its local path (and
 * throws ASY-5002 for other bytes); null where the encoder reads no text. Throws ASY-5001 for an encoder nobody knows, ASY-5020 for one
 * that must be pulled first.
 */
export const pulledTokenizer = async (
  objects: ObjectStore,
  encoder: string,
): Promise<{ readonly sha256: string; readonly local: () => Promise<string> } | null> => {
  const [id = '', revision] = encoder.split('@');
  if (!Name.safeParse(id).success) throw new AssayError('ASY-5001', { model: encoder });
  const stored = await pulledEncoders(objects, id);
  const pulled = stored.find(({ manifest }) => revision === undefined || manifest.revision === revision);
  if (pulled === undefined) {
    if (encoderManifests().some((manifest) => manifest.id === id)) return null;
    const known = stored.length > 0 || encoderRecipes().some((recipe) => recipe.id === id);
    throw known ? new AssayError('ASY-5020', { encoder }) : new AssayError('ASY-5001', { model: encoder });
  }
  const file = pulled.recipe.files.find(({ role }) => role === 'tokenizer');
  return file === undefined ? null : { sha256: file.sha256 ?? '', local: () => localFile(objects, pulled, file) };
};

const openStored = async (objects: ObjectStore, pulled: PulledEncoder): Promise<Encoder> => {
  const { recipe } = pulled;
  const data = recipe.files.filter(({ role }) => role === 'data');
  const local = async (role: EncoderFile['role']): Promise<string> => {
    const file = recipe.files.find((one) => one.role === role);
    if (file === undefined) throw new TypeError(`${recipe.id} has no ${role}`);
    const from = await localFile(objects, pulled, file);
    if (data.length === 0 || role === 'tokenizer') return from;
    const dir = `${from}.${pulled.manifest.revision}`;
    const others = data.map(async (one) => ({ path: one.path, from: await localFile(objects, pulled, one) }));
    await layOut(dir, [{ path: file.path, from }, ...(await Promise.all(others))]);
    return join(dir, file.path);
  };
  return openPulled(recipe, {
    model: local,
    tokenizer: async () => JSON.parse(await readFile(await local('tokenizer'), 'utf8')) as unknown,
  });
};

const opened = new WeakMap<ObjectStore, Map<string, Promise<Encoder>>>();

/** Opened once per store and revision; a failed opening is forgotten. */
const openOnce = (objects: ObjectStore, pulled: PulledEncoder): Promise<Encoder> => {
  const kept = opened.get(objects) ?? new Map<string, Promise<Encoder>>();
  opened.set(objects, kept);
  const key = `${pulled.manifest.id}@${pulled.manifest.revision}`;
  const opening = kept.get(key) ?? openStored(objects, pulled);
  kept.set(key, opening);
  opening.catch(() => kept.delete(key));
  return opening;
};

const ofModality = (encoder: Encoder, modality: Modality): Encoder => {
  const { id, modality: own } = encoder.manifest;
  if (!fits(own, modality)) throw new AssayError('ASY-5001', { model: `${id} for ${modality}` });
  return encoder;
};

/**
 * The encoder named: `auto` is the modality's default, `remote/name` one that the operator names, `id@revision` a pulled one of
 * that revision, `id` a bundled one or the newest pulled, `id-motion` one of these over segments of videos. Throws ASY-5001 where
 * nothing has the name or it is of another modality,
 * ASY-5020 where it must be pulled first, ASY-5002 where its bytes are not those that were pulled, ASY-5034 where no remote of the
 * name embeds.
 */
export const openEncoder = async (
  { objects, remotes }: ModelSources,
  idOrAuto: string,
  modality: Modality,
): Promise<Encoder> => {
  const remote = remoteName(idOrAuto);
  if (remote !== null) return ofModality(remotes.encoder(remote), modality);
  if (idOrAuto === 'auto' || encoderManifests().some(({ id }) => id === idOrAuto))
    return resolveEncoder(idOrAuto, modality);
  const [named = '', revision] = idOrAuto.split('@');
  if (!Name.safeParse(named).success) throw new AssayError('ASY-5001', { model: idOrAuto });
  const inner = imageEncoderOf(named);
  const id = inner ?? named;
  const stored = await pulledEncoders(objects, id);
  const manifestOf = ({ manifest }: PulledEncoder) => (inner === null ? manifest : motionManifest(manifest));
  const pulled = revision === undefined ? stored[0] : stored.find((one) => manifestOf(one).revision === revision);
  if (pulled === undefined) {
    const known = stored.length > 0 || encoderRecipes().some((recipe) => recipe.id === id);
    const encoder = revision === undefined ? id : `${id}@${revision}`;
    throw known ? new AssayError('ASY-5020', { encoder }) : new AssayError('ASY-5001', { model: idOrAuto });
  }
  const encoder = await openOnce(objects, pulled);
  if (inner === null) return ofModality(encoder, modality);
  if (encoder.image === null) throw new AssayError('ASY-5001', { model: `${idOrAuto}: ${id} is no image encoder` });
  return ofModality(withMotion(encoder), modality);
};

/**
 * The encoder that made features or that a head was fitted on: of pulled ones there may be several revisions, of others there is
 * the one at hand, whose revision the caller checks. Throws what `openEncoder` throws.
 */
export const openEncoderOf = (
  sources: ModelSources,
  { id, revision }: { readonly id: string; readonly revision: string },
  modality: Modality,
): Promise<Encoder> => {
  const single = remoteName(id) !== null || encoderManifests().some((manifest) => manifest.id === id);
  return openEncoder(sources, single ? id : `${id}@${revision}`, modality);
};

export interface ListedEncoder {
  readonly id: string;
  readonly modality: Modality;
  readonly license: string;
  readonly state: 'bundled' | 'pulled' | 'available';
  /** Null until it is pulled. */
  readonly revision: string | null;
  readonly dims: number | null;
}

/** Every encoder: bundled, pulled, and those that can be pulled by name. */
export const listEncoders = async (objects: ObjectStore): Promise<ListedEncoder[]> => {
  const bundled = encoderManifests().map((manifest): ListedEncoder => listed(manifest, 'bundled'));
  const ids = new Set(encoderRecipes().map(({ id }) => id));
  for await (const { key } of objects.list(keys.encodersPrefix())) ids.add(key.split('/')[1] ?? '');
  const others: ListedEncoder[] = [];
  for (const id of [...ids].filter((one) => Name.safeParse(one).success).sort()) {
    const [newest] = await pulledEncoders(objects, id);
    const recipe = newest?.recipe ?? encoderRecipes().find((one) => one.id === id);
    if (newest !== undefined) others.push(listed(newest.manifest, 'pulled'));
    else if (recipe !== undefined) others.push({ ...listed({ ...recipe, revision: null, dims: null }, 'available') });
  }
  return [...bundled, ...others];
};

const listed = (
  { id, modality, license, revision, dims }: Omit<ListedEncoder, 'state'>,
  state: ListedEncoder['state'],
): ListedEncoder => ({ id, modality, license, state, revision, dims });
