/**
 * OpenRLHF's remote reward call (`--remote_rm_url`): `{query, prompts?, labels?}` → `{rewards, scores, extra_logs}`, one entry per
 * query. Its client sends no headers, tries five times, and reads `scores` as 0 … 1 when it filters groups of samples.
 */
import { z } from 'zod';
import { AssayError } from '../../schemas/errors.ts';
import { invalid, MAX_TEXTS } from './limits.ts';
import type { RewardInput, RewardOutput } from './ports.ts';

const Texts = z.array(z.string());

/** Code units that may stand before the prompt (a tokenizer's opening token), and that tell a prompt's end. */
const OPENING = 64;

/** `labels` are answers to compare with: a reward model does not read them. */
const Request = z.object({ query: Texts, prompts: Texts.nullish(), labels: z.unknown().optional() });

/**
 * What follows the prompt in a query; null where it does not begin with it. An opening token may stand before the prompt, and a
 * prompt that was too long has lost its beginning (OpenRLHF cuts it from the left): then its last part must be there.
 */
const afterPrompt = (query: string, prompt: string): string | null => {
  // Only as far as it may begin: a search through all of a text that repeats itself takes quadratic time.
  const whole = query.slice(0, OPENING + prompt.length).indexOf(prompt);
  if (whole >= 0) return query.slice(whole + prompt.length);
  const tail = prompt.slice(-OPENING);
  const at = query.indexOf(tail);
  if (prompt.length <= OPENING || at < 0) return null;
  const end = at + tail.length;
  return prompt.endsWith(query.slice(Math.min(at, OPENING), end)) ? query.slice(end) : null;
};

/** Closing tokens may be many: shorter responses of a batch are padded with them. */
const withoutEnds = (text: string, ends: readonly string[]): string => {
  let length = text.length;
  for (;;) {
    const end = ends.find((each) => each !== '' && text.endsWith(each, length));
    if (end === undefined) return text.slice(0, length);
    length -= end.length;
  }
};

/**
 * What is to be scored: the part of each query after its prompt, without the closing tokens named (the client decodes its tokens
 * with those of the chat template). Without `prompts` (older clients) the whole query is the response. Throws ASY-5028, ASY-5030.
 */
export const readQueries = (body: unknown, ends: readonly string[] = []): RewardInput[] => {
  const parsed = Request.safeParse(body);
  if (!parsed.success) throw invalid(parsed.error);
  const { query, prompts } = parsed.data;
  if (query.length > MAX_TEXTS)
    throw new AssayError('ASY-5030', { what: `${query.length} queries`, limit: `${MAX_TEXTS} queries` });
  if (prompts != null && prompts.length !== query.length)
    throw new AssayError('ASY-5028', { where: 'prompts', reason: `${prompts.length} for ${query.length} queries` });
  return query.map((text, i) => {
    const prompt = prompts?.[i] ?? '';
    const response = afterPrompt(text, prompt);
    if (response === null)
      throw new AssayError('ASY-5028', {
        where: `query.${i}`,
        reason: 'does not begin with its prompt: the response cannot be told from it',
      });
    return { prompt, response: withoutEnds(response, ends), language: null };
  });
};

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * The answer. `rewards` are as the model has them; `scores` are σ(reward), the chance against an average response of the
 * model's training data; `extra_logs` hold numbers only, because the client makes tensors of them.
 */
export const rewardAnswer = (outputs: readonly RewardOutput[], model: string, version: string) => {
  const rewards = outputs.map(({ value }) => value);
  const log = (name: 'std' | 'ood') => {
    const values = outputs.map((output) => output[name]);
    return values.every((value) => value !== null) && values.length > 0 ? { [`reward_${name}`]: values } : {};
  };
  return { rewards, scores: rewards.map(sigmoid), extra_logs: { ...log('std'), ...log('ood') }, model, version };
};
