/** A scorer behind Open Inference Protocol v2 (KServe, Triton, or another `assay serve`). */
import { z } from 'zod';
import type { Scorer, ScorerInput, ScorerOutput } from '../../../models/scorer.ts';
import { AssayError } from '../../../schemas/errors.ts';
import type { RemoteOf } from './config.ts';
import { cutText } from './cut.ts';
import { type Endpoint, postJson } from './http.ts';

const Answer = z.object({
  model_version: z.string().optional(),
  outputs: z.array(z.object({ name: z.string(), shape: z.array(z.int()), data: z.array(z.unknown()) })),
});

const Numbers = z.array(z.number());

/** Values of a named output, one per text, flat or nested; null where the model has no such output. */
const column = (answer: z.infer<typeof Answer>, name: string, n: number, remote: string): number[] | null => {
  const output = answer.outputs.find((each) => each.name === name);
  if (output === undefined) return null;
  const values = Numbers.safeParse(output.data.flat());
  if (!values.success || values.data.length !== n)
    throw new AssayError('ASY-5033', { remote, reason: `${name} is not ${n} finite numbers` });
  return values.data;
};

/** The scorer: BYTES tensors `prompt`, `response`, `language` in; `reward` and perhaps `std`, `ood` out. Throws ASY-5032, ASY-5033. */
export const openOipScorer = (name: string, config: RemoteOf<'oip-v2'>, endpoint: Endpoint): Scorer => {
  const { url, model, version, maxBatch, maxChars } = config;
  const path = `${url}/v2/models/${encodeURIComponent(model)}${version === undefined ? '' : `/versions/${encodeURIComponent(version)}`}/infer`;
  const { remote } = endpoint;
  const tensor = (label: string, data: readonly string[]) => ({
    name: label,
    shape: [data.length],
    datatype: 'BYTES',
    data: data.map((text) => cutText(text, maxChars)),
  });
  const ask = async (inputs: readonly ScorerInput[], signal?: AbortSignal): Promise<ScorerOutput[]> => {
    const languages = inputs.map(({ language }) => language ?? '');
    const tensors = [
      tensor(
        'prompt',
        inputs.map(({ prompt }) => prompt),
      ),
      tensor(
        'response',
        inputs.map(({ response }) => response),
      ),
      // Servers that know no languages need not take the tensor.
      ...(languages.some((language) => language !== '') ? [tensor('language', languages)] : []),
    ];
    const answer = Answer.safeParse(await postJson(path, { inputs: tensors }, endpoint, signal));
    if (!answer.success) throw new AssayError('ASY-5033', { remote, reason: 'not an inference response' });
    const found = answer.data.model_version;
    if (version !== undefined && found !== undefined && found !== version)
      throw new AssayError('ASY-5033', { remote, reason: `version ${found} instead of ${version}` });
    const columns = (label: string) => column(answer.data, label, inputs.length, remote);
    const [reward, std, ood] = ['reward', 'std', 'ood'].map(columns);
    if (reward == null) throw new AssayError('ASY-5033', { remote, reason: 'no output named reward' });
    return reward.map((value, i) => ({
      value,
      std: std?.[i] ?? null,
      ood: ood?.[i] ?? null,
      aspects: null,
      probability: null,
    }));
  };
  return {
    model: `remote/${name}`,
    version: version ?? 'unstated',
    async score(inputs, { signal } = {}) {
      const outputs: ScorerOutput[] = [];
      for (let from = 0; from < inputs.length; from += maxBatch)
        outputs.push(...(await ask(inputs.slice(from, from + maxBatch), signal)));
      return outputs;
    },
  };
};
