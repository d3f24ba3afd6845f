import { Hono } from 'hono';
import { Remotes } from '../../activities/adapters/remote/config.ts';
import { createRemotes, type RemoteModels } from '../../activities/adapters/remote/index.ts';
import { type Listening, listen } from './listen.ts';

/** No remote models. */
export const noRemotes: RemoteModels = createRemotes({}, () => '');

/** What a protocol's server was asked: the path, the body, and the key. */
export interface Asked {
  readonly path: string;
  readonly body: Record<string, unknown>;
  readonly key: string | undefined;
}

type Answer = (asked: Asked, attempt: number) => Response | Promise<Response>;

/** A server that answers every POST as told, and remotes of all protocols that point at it. */
export const startRemote = async (answer: Answer, extra: Record<string, unknown> = {}) => {
  const asked: Asked[] = [];
  const app = new Hono().post('*', async (c) => {
    const each = { path: c.req.path, body: await c.req.json(), key: c.req.header('authorization') };
    asked.push(each);
    return answer(each, asked.length);
  });
  const server = await listen(app);
  return { asked, server, remotes: remotesAt(server, extra) };
};

/** Remotes `oip`, `score`, `reward` and `embed` at a server. */
export const remotesAt = (server: Pick<Listening, 'url'>, extra: Record<string, unknown> = {}): RemoteModels => {
  const common = { url: `${server.url}/`, model: 'm', timeoutSeconds: 5, apiKeyEnv: 'KEY', ...extra };
  const file = Remotes.parse({
    oip: { protocol: 'oip-v2', ...common },
    score: { protocol: 'vllm-score', ...common },
    reward: { protocol: 'vllm-reward', ...common },
    embed: { protocol: 'openai-embeddings', ...common, version: '1', dims: 2 },
  });
  return createRemotes(file, (variable) => `the ${variable}`);
};
