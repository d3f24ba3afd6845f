/** Open Inference Protocol v2 (KServe, Triton): what its REST requests and answers hold. */
import { z } from 'zod';
import { AssayError } from '../../schemas/errors.ts';
import { invalid, MAX_TEXTS } from './limits.ts';
import type { RewardInput, RewardOutput, ServedModel } from './ports.ts';

const INPUTS = ['prompt', 'response', 'language'] as const;
const OUTPUTS = ['reward', 'std', 'ood', 'probability', 'aspects'] as const;
type OutputName = (typeof OUTPUTS)[number];

const Tensor = z.object({
  name: z.enum(INPUTS),
  shape: z.array(z.int().nonnegative()).min(1).max(2),
  datatype: z.literal('BYTES'),
  data: z.array(z.union([z.string(), z.array(z.string())])),
});
const Request = z.object({
  id: z.string().max(256).optional(),
  inputs: z.array(Tensor).max(INPUTS.length),
  outputs: z.array(z.object({ name: z.enum(OUTPUTS) })).optional(),
});

export interface InferRequest {
  readonly id: string | undefined;
  readonly inputs: readonly RewardInput[];
  /** Names of the outputs wanted; undefined for all. */
  readonly outputs: readonly OutputName[] | undefined;
}

const bad = (where: string, reason: string): AssayError => new AssayError('ASY-5028', { where, reason });

/** The texts of a tensor of shape [n] or [n, 1]; data flat or nested, as the protocol leaves it. */
const textsOf = ({ name, shape, data }: z.infer<typeof Tensor>): string[] => {
  const texts = data.flat();
  const [n = 0, width = 1] = shape;
  if (width !== 1) throw bad(name, `shape [${shape.join(', ')}]; [n] or [n, 1] is taken`);
  if (n !== texts.length) throw bad(name, `shape says ${n}, data holds ${texts.length}`);
  if (n > MAX_TEXTS) throw new AssayError('ASY-5030', { what: `${n} texts`, limit: `${MAX_TEXTS} texts` });
  return texts;
};

/** An inference request with BYTES tensors `prompt`, `response` and perhaps `language` ("" where unknown). Throws ASY-5028, ASY-5030. */
export const readInfer = (body: unknown): InferRequest => {
  const parsed = Request.safeParse(body);
  if (!parsed.success) throw invalid(parsed.error);
  const { id, inputs, outputs } = parsed.data;
  const tensors = new Map(inputs.map((tensor) => [tensor.name, textsOf(tensor)]));
  if (tensors.size !== inputs.length) throw bad('inputs', 'a name is used twice');
  const [prompts, responses, languages] = INPUTS.map((name) => tensors.get(name));
  if (prompts === undefined || responses === undefined) throw bad('inputs', 'prompt and response are both needed');
  for (const [name, texts] of tensors)
    if (texts.length !== responses.length) throw bad(name, `${texts.length} texts for ${responses.length} responses`);
  return {
    id,
    inputs: responses.map((response, i) => ({
      prompt: prompts[i] ?? '',
      response,
      language: languages?.[i] || null,
    })),
    outputs: outputs?.map(({ name }) => name),
  };
};

/** Names of what a model puts out, `reward` first. */
const available = ({ outputs }: ServedModel): OutputName[] =>
  OUTPUTS.filter((name) => name === 'reward' || (name === 'aspects' ? outputs.aspects.length > 0 : outputs[name]));

/** Throws ASY-5028 where an output is wanted that the model does not have. */
export const checkOutputs = (model: ServedModel, wanted: readonly OutputName[] | undefined): readonly OutputName[] => {
  const has = available(model);
  for (const name of wanted ?? []) if (!has.includes(name)) throw bad('outputs', `${model.model} has no ${name}`);
  return wanted ?? has;
};

/** One output: [n], or [n, aspects] with the aspects' names as a parameter, since the protocol has no place for them. */
const tensorOf = (name: OutputName, outputs: readonly RewardOutput[], aspects: readonly string[]) =>
  name === 'aspects'
    ? {
        name,
        shape: [outputs.length, aspects.length],
        datatype: 'FP32',
        parameters: { names: JSON.stringify(aspects) },
        data: outputs.flatMap((output) => aspects.map((aspect) => output.aspects?.[aspect] ?? null)),
      }
    : {
        name,
        shape: [outputs.length],
        datatype: 'FP32',
        data: outputs.map((output) => (name === 'reward' ? output.value : output[name])),
      };

/** The answer to an inference request. */
export const inferAnswer = (
  { model, version, outputs: has }: ServedModel,
  id: string | undefined,
  names: readonly OutputName[],
  outputs: readonly RewardOutput[],
) => ({
  model_name: model,
  model_version: version,
  ...(id === undefined ? {} : { id }),
  outputs: names.map((name) => tensorOf(name, outputs, has.aspects)),
});

/** A model's metadata. */
export const modelMetadata = (model: ServedModel) => ({
  name: model.model,
  versions: [model.version],
  platform: 'assay_onnx',
  inputs: INPUTS.map((name) => ({ name, datatype: 'BYTES', shape: [-1] })),
  outputs: available(model).map((name) => ({
    name,
    datatype: 'FP32',
    shape: name === 'aspects' ? [-1, model.outputs.aspects.length] : [-1],
  })),
});
