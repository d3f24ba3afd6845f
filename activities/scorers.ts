/** From a name to something that scores texts: a stored head on its encoder, or a remote model. */
import { type Encoder, encoderManifests } from '../models/encoders/index.ts';
import { checkRevision, type Head } from '../models/heads/head.ts';
import type { Scorer, ScorerInput } from '../models/scorer.ts';
import { LIMITS } from '../schemas/drop.ts';
import { AssayError } from '../schemas/errors.ts';
import type { HeadManifest } from '../schemas/model.ts';
import type { RemoteModels } from './adapters/remote/index.ts';
import { openEncoder } from './encoder-catalog.ts';
import { openHeadOf, promotedVersion, readHead, showModel } from './model-catalog.ts';
import type { ObjectStore } from './ports.ts';

export interface ScorerDeps {
  readonly objects: ObjectStore;
  readonly remotes: RemoteModels;
}

const REMOTE = 'remote/';

/** What is read of a text, in code units: as much as a row of a drop can hold. */
const LONGEST = LIMITS.rowBytes;

/** Texts handed to the encoder at once. */
const AT_ONCE = 512;

/** A text as the encoder reads it; lone surrogates are replaced, as ingest does. */
const clipped = (text: string): string =>
  (text.length <= LONGEST ? text : text.slice(0, (LONGEST * 3) / 4) + text.slice(-LONGEST / 4)).toWellFormed();

/** The version that scores where none is named: the promoted one, else the newest. Throws ASY-5001. */
export const servingVersion = async ({ objects, remotes }: ScorerDeps, name: string): Promise<string> =>
  name.startsWith(REMOTE)
    ? remotes.scorer(name.slice(REMOTE.length)).version
    : ((await promotedVersion(objects, name)) ?? (await showModel(objects, name)).version);

/** A stored head and its manifest. Throws ASY-5001, ASY-5002, ASY-5027. */
const openStored = async (
  objects: ObjectStore,
  name: string,
  version: string,
): Promise<{ readonly manifest: HeadManifest; readonly head: Head }> => {
  const manifest = await readHead(objects, name, version);
  if (manifest === null) throw new AssayError('ASY-5001', { model: `${name} ${version}` });
  if (manifest.modality !== 'text') throw new AssayError('ASY-5027', { model: name, modality: manifest.modality });
  return { manifest, head: await openHeadOf(objects, manifest) };
};

/** A text encoder by name: `remote/<name>`, or what `openEncoder` finds. Throws what that throws, and ASY-5034. */
export const openTextEncoder = async ({ objects, remotes }: ScorerDeps, id: string): Promise<Encoder> =>
  id.startsWith(REMOTE) ? remotes.encoder(id.slice(REMOTE.length)) : openEncoder(objects, id, 'text');

/** The encoder a head was fitted on: of pulled ones there may be several revisions, of others there is one. */
const encoderOf = (deps: ScorerDeps, { id, revision }: HeadManifest['encoder']): Promise<Encoder> => {
  const single = id.startsWith(REMOTE) || encoderManifests().some((manifest) => manifest.id === id);
  return openTextEncoder(deps, single ? id : `${id}@${revision}`);
};

/**
 * A scorer of texts: `remote/<name>`, or a stored head on its encoder, by default in the version that serves. Of texts beyond
 * 8,388,608 code units the first three quarters of that and the last quarter are read. Throws ASY-5001 (no such model), ASY-5002
 * (bytes changed), ASY-5006 (another encoder revision), ASY-5027 (not for text), ASY-5034 (no such remote).
 */
export const openScorer = async (deps: ScorerDeps, name: string, version?: string): Promise<Scorer> => {
  if (name.startsWith(REMOTE)) {
    const scorer = deps.remotes.scorer(name.slice(REMOTE.length));
    if (version !== undefined && version !== scorer.version)
      throw new AssayError('ASY-5001', { model: `${name} ${version}` });
    return scorer;
  }
  const wanted = version ?? (await servingVersion(deps, name));
  const { manifest, head } = await openStored(deps.objects, name, wanted);
  const encoder = await encoderOf(deps, manifest.encoder);
  checkRevision(head, encoder.manifest.revision, name);
  const scoreSome = async (inputs: readonly ScorerInput[], signal: AbortSignal | undefined) => {
    const features = await encoder.encode(
      inputs.map(({ prompt, response }) => ({ kind: 'text', prompt: clipped(prompt), response: clipped(response) })),
      { signal },
    );
    const { reward, std, ood } = await head.score(features, inputs.length, {
      languages: inputs.map(({ language }) => language),
    });
    return inputs.map((_, i) => ({ value: reward[i] ?? Number.NaN, std: std?.[i] ?? null, ood: ood?.[i] ?? null }));
  };
  return {
    model: name,
    version: wanted,
    async score(inputs, { signal } = {}) {
      const outputs = [];
      for (let from = 0; from < inputs.length; from += AT_ONCE)
        outputs.push(...(await scoreSome(inputs.slice(from, from + AT_ONCE), signal)));
      return outputs;
    },
  };
};
