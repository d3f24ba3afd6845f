/** Remote models by name. */
import type { Encoder } from '../../../models/encoders/encoder.ts';
import { textEncoder } from '../../../models/encoders/text-features.ts';
import type { Scorer } from '../../../models/scorer.ts';
import { AssayError } from '../../../schemas/errors.ts';
import type { Remote, Remotes } from './config.ts';
import type { Endpoint } from './http.ts';
import { openOipScorer } from './oip.ts';
import { openRemoteEmbedder } from './openai-embeddings.ts';
import { openVllmReward, openVllmScore } from './vllm.ts';

export interface RemoteModels {
  /** Throws ASY-5034 where no remote of that name scores. */
  readonly scorer: (name: string) => Scorer;
  /** The text encoder `remote/<name>`. Throws ASY-5034 where no remote of that name embeds. */
  readonly encoder: (name: string) => Encoder;
}

/** What the file names; `keyOf` reads a key from the environment by the variable's name. */
export const createRemotes = (remotes: Remotes, keyOf: (variable: string) => string): RemoteModels => {
  const find = (name: string, needed: string): Remote => {
    const remote = Object.hasOwn(remotes, name) ? remotes[name] : undefined;
    if (remote === undefined) throw new AssayError('ASY-5034', { remote: name, needed });
    return remote;
  };
  const endpointOf = (name: string, { apiKeyEnv, timeoutSeconds }: Remote): Endpoint => ({
    remote: name,
    apiKey: apiKeyEnv === undefined ? null : keyOf(apiKeyEnv),
    timeoutMs: timeoutSeconds * 1000,
  });
  return {
    scorer: (name) => {
      const remote = find(name, 'that scores');
      switch (remote.protocol) {
        case 'oip-v2':
          return openOipScorer(name, remote, endpointOf(name, remote));
        case 'vllm-score':
          return openVllmScore(name, remote, endpointOf(name, remote));
        case 'vllm-reward':
          return openVllmReward(name, remote, endpointOf(name, remote));
        case 'openai-embeddings':
          throw new AssayError('ASY-5034', { remote: name, needed: 'that scores: it embeds' });
      }
    },
    encoder: (name) => {
      const remote = find(name, 'that embeds');
      if (remote.protocol !== 'openai-embeddings')
        throw new AssayError('ASY-5034', { remote: name, needed: 'that embeds: it scores' });
      const embedder = openRemoteEmbedder(name, remote, endpointOf(name, remote));
      const source = { url: remote.url };
      return textEncoder(embedder, { id: embedder.id, modality: 'text', license: 'unstated', source });
    },
  };
};
