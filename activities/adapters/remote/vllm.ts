/** Scorers behind vLLM: `/score` of cross-encoders, `/pooling` of reward models. */
import { z } from 'zod';
import type { Scorer, ScorerInput } from '../../../models/scorer.ts';
import { AssayError } from '../../../schemas/errors.ts';
import type { RemoteOf } from './config.ts';
import { cutText } from './cut.ts';
import { type Endpoint, postJson } from './http.ts';

const Scores = z.object({ data: z.array(z.object({ index: z.int(), score: z.number() })) });

const Pooled = z.object({
  data: z.array(z.object({ data: z.union([z.array(z.number()), z.array(z.array(z.number()))]) })).length(1),
});

const wrong = (remote: string, reason: string): AssayError => new AssayError('ASY-5033', { remote, reason });

const scorerOf = (
  name: string,
  version: string,
  step: number,
  ask: (inputs: readonly ScorerInput[], signal?: AbortSignal) => Promise<number[]>,
): Scorer => ({
  model: `remote/${name}`,
  version,
  async score(inputs, { signal } = {}) {
    const values: number[] = [];
    for (let from = 0; from < inputs.length; from += step)
      values.push(...(await ask(inputs.slice(from, from + step), signal)));
    return values.map((value) => ({ value, std: null, ood: null, aspects: null, probability: null }));
  },
});

/** `POST /score` with `text_1` prompts and `text_2` responses, pair by pair. Throws ASY-5032, ASY-5033. */
export const openVllmScore = (name: string, config: RemoteOf<'vllm-score'>, endpoint: Endpoint): Scorer => {
  const { url, model, version, maxBatch, maxChars } = config;
  const { remote } = endpoint;
  return scorerOf(name, version, maxBatch, async (inputs, signal) => {
    const body = {
      model,
      text_1: inputs.map(({ prompt }) => cutText(prompt, maxChars)),
      text_2: inputs.map(({ response }) => cutText(response, maxChars)),
      truncate_prompt_tokens: -1,
    };
    const answer = Scores.safeParse(await postJson(`${url}/score`, body, endpoint, signal));
    if (!answer.success) throw wrong(remote, 'not a list of finite scores');
    const values = new Map(answer.data.data.map(({ index, score }) => [index, score]));
    if (answer.data.data.length !== inputs.length || values.size !== inputs.length)
      throw wrong(remote, `${answer.data.data.length} scores for ${inputs.length} texts`);
    return inputs.map((_, i) => {
      const value = values.get(i);
      if (value === undefined) throw wrong(remote, `no score with index ${i}`);
      return value;
    });
  });
};

/** The reward in pooled output: the one number of a sequence classifier, or the last token's of a model that judges each. */
const rewardOf = (data: readonly number[] | readonly (readonly number[])[], remote: string): number => {
  const last = data.at(-1);
  const [value, ...more] = typeof last === 'object' ? last : (data as readonly number[]);
  if (value === undefined || more.length > 0) throw wrong(remote, 'pooled output is not one number per text or token');
  return value;
};

/**
 * `POST /pooling` with prompt and response as messages, so that the server applies the model's chat template; one request per
 * text, `maxBatch` at a time. Throws ASY-5032, ASY-5033.
 */
export const openVllmReward = (name: string, config: RemoteOf<'vllm-reward'>, endpoint: Endpoint): Scorer => {
  const { url, model, version, maxBatch, maxChars } = config;
  const { remote } = endpoint;
  const ask = async ({ prompt, response }: ScorerInput, signal?: AbortSignal): Promise<number> => {
    const messages = [
      { role: 'user', content: cutText(prompt, maxChars) },
      { role: 'assistant', content: cutText(response, maxChars) },
    ];
    // The raw logit: an activation would squash differences of rewards.
    const body = { model, messages, add_generation_prompt: false, use_activation: false, truncate_prompt_tokens: -1 };
    const answer = Pooled.safeParse(await postJson(`${url}/pooling`, body, endpoint, signal));
    if (!answer.success) throw wrong(remote, 'not pooled output of one text');
    return rewardOf(answer.data.data[0]?.data ?? [], remote);
  };
  return scorerOf(name, version, maxBatch, (inputs, signal) => Promise.all(inputs.map((input) => ask(input, signal))));
};
