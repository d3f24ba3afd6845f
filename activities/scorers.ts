/** From a name to something that scores texts: a stored head on its encoder, or a remote model. */
import { checkRevision, type Head, type HeadScores } from '../models/heads/head.ts';
import type { Scorer, ScorerInput, ScorerOutput } from '../models/scorer.ts';
import { LIMITS } from '../schemas/drop.ts';
import { AssayError } from '../schemas/errors.ts';
import type { HeadKind, HeadManifest } from '../schemas/model.ts';
import { remoteName } from '../schemas/model-choice.ts';
import { type ModelSources, openEncoderOf } from './encoder-catalog.ts';
import { openHeadOf, promotedVersion, readHead, showModel } from './model-catalog.ts';
import type { ObjectStore } from './ports.ts';

/** What is read of a text, in code units: as much as a row of a drop can hold. */
const LONGEST = LIMITS.rowBytes;

/** Texts handed to the encoder at once. */
const AT_ONCE = 512;

/** A text as the encoder reads it; lone surrogates are replaced, as ingest does. */
const clipped = (text: string): string =>
  (text.length <= LONGEST ? text : text.slice(0, (LONGEST * 3) / 4) + text.slice(-LONGEST / 4)).toWellFormed();

/** The version that scores where none is named: the promoted one, else the newest. Throws ASY-5001. */
export const servingVersion = async ({ objects, remotes }: ModelSources, name: string): Promise<string> => {
  const remote = remoteName(name);
  if (remote !== null) return remotes.scorer(remote).version;
  return (await promotedVersion(objects, name)) ?? (await showModel(objects, name)).version;
};

/** A stored head and its manifest. Throws ASY-5001 (no such head), ASY-5002 (bytes changed). */
export const openStored = async (
  objects: ObjectStore,
  { name, version }: { readonly name: string; readonly version: string },
): Promise<{ readonly manifest: HeadManifest; readonly head: Head }> => {
  const manifest = await readHead(objects, name, version);
  if (manifest === null) throw new AssayError('ASY-5001', { model: `${name} ${version}` });
  return { manifest, head: await openHeadOf(objects, manifest) };
};

/** What is opened under a name, and what its head was fitted to; a remote model does not say. */
export interface Judge {
  readonly kind: HeadKind | null;
  readonly scorer: Scorer;
}

/** What the head says of row i. */
const outputOf = ({ aspects: names }: Head, scores: HeadScores, i: number): ScorerOutput => ({
  value: scores.reward[i] ?? Number.NaN,
  std: scores.std?.[i] ?? null,
  ood: scores.ood?.[i] ?? null,
  aspects:
    scores.aspects === null
      ? null
      : Object.fromEntries(names.map((name, k) => [name, scores.aspects?.[i * names.length + k] ?? Number.NaN])),
  probability: scores.probability?.[i] ?? null,
});

/**
 * What judges texts: `remote/<name>`, or a stored head on its encoder, by default in the version that serves. A process head is
 * to be given one step at a time, as `stepTexts` makes them. Of texts beyond 8,388,608 code units the first three quarters of that
 * and the last quarter are read. Throws ASY-5001 (no such model), ASY-5002 (bytes changed), ASY-5006 (another encoder revision),
 * ASY-5027 (not for text), ASY-5034 (no such remote).
 */
export const openJudge = async (sources: ModelSources, name: string, version?: string): Promise<Judge> => {
  const remote = remoteName(name);
  if (remote !== null) {
    const scorer = sources.remotes.scorer(remote);
    if (version !== undefined && version !== scorer.version)
      throw new AssayError('ASY-5001', { model: `${name} ${version}` });
    return { kind: null, scorer };
  }
  const wanted = version ?? (await servingVersion(sources, name));
  const { manifest, head } = await openStored(sources.objects, { name, version: wanted });
  const { modality } = manifest;
  if (modality !== 'text') throw new AssayError('ASY-5027', { model: name, modality, needed: 'text' });
  const encoder = await openEncoderOf(sources, manifest.encoder, 'text');
  checkRevision(head, encoder.manifest.revision, name);
  const scoreSome = async (inputs: readonly ScorerInput[], signal: AbortSignal | undefined) => {
    const features = await encoder.encode(
      inputs.map(({ prompt, response }) => ({ kind: 'text', prompt: clipped(prompt), response: clipped(response) })),
      { signal },
    );
    const scores = await head.score(features, inputs.length, {
      languages: inputs.map(({ language }) => language),
    });
    return inputs.map((_, i) => outputOf(head, scores, i));
  };
  const scorer: Scorer = {
    model: name,
    version: wanted,
    async score(inputs, { signal } = {}) {
      const outputs = [];
      for (let from = 0; from < inputs.length; from += AT_ONCE)
        outputs.push(...(await scoreSome(inputs.slice(from, from + AT_ONCE), signal)));
      return outputs;
    },
  };
  return { kind: head.kind, scorer };
};

/** A scorer of whole responses. Throws what `openJudge` throws, and ASY-5038 for a process head: it would take a response for one step. */
export const openScorer = async (sources: ModelSources, name: string, version?: string): Promise<Scorer> => {
  const { kind, scorer } = await openJudge(sources, name, version);
  if (kind === 'process') throw new AssayError('ASY-5038', { model: name });
  return scorer;
};
