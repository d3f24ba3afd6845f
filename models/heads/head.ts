import { z } from 'zod';
import { AssayError } from '../../schemas/errors.ts';
import { createGraph, readMetadata } from '../onnx/graph.ts';
import { assertFinite, float32Of, openSession, run } from '../runtime.ts';

export interface HeadEncoder {
  readonly id: string;
  readonly revision: string;
  readonly dims: number;
}

export interface HeadParameters {
  readonly encoder: HeadEncoder;
  /** Weights on standardised features. */
  readonly weights: Float32Array;
  readonly mean: Float32Array;
  /** 0 switches a feature off. */
  readonly scale: Float32Array;
  readonly temperature: number;
}

/** Per feature row. */
export interface HeadScores {
  /** Calibrated: σ(r_a − r_b) is the probability that a is preferred. */
  readonly reward: Float32Array;
  /** Spread over the members of an ensemble; null where there is one member. */
  readonly std: Float32Array | null;
  /** Mahalanobis distance to the training features; null where the head holds none. */
  readonly ood: Float32Array | null;
}

export interface Head {
  readonly encoder: HeadEncoder;
  readonly encoderRevision: string;
  readonly temperature: number;
  /** Scores of n feature rows. Throws ASY-5005 on NaN. */
  score(features: Float32Array, n: number): Promise<HeadScores>;
}

const Metadata = z.object({
  'assay.kind': z.literal('bradley-terry'),
  'assay.encoder': z.string(),
  'assay.encoder-revision': z.string(),
  'assay.dims': z.coerce.number().int().positive(),
  'assay.temperature': z.coerce.number().positive(),
});

/** Standardisation, weights and temperature as one affine map: reward = x·w + b, w_j = weight_j / (scale_j·T). */
const fold = ({ weights, mean, scale, temperature }: HeadParameters): { w: Float32Array; b: number } => {
  const w = new Float32Array(weights.length);
  let b = 0;
  for (let j = 0; j < w.length; j++) {
    const s = scale[j] ?? 0;
    const slope = s === 0 ? 0 : (weights[j] ?? 0) / s / temperature;
    w[j] = slope;
    b -= slope * (mean[j] ?? 0);
  }
  return { w, b };
};

/**
 * The head as ONNX: `features` [n, dims] float32 → `reward` [n], divided by the temperature, with the encoder it belongs to in
 * its metadata. Throws ASY-5005 where a parameter is not finite.
 */
export const exportHead = (parameters: HeadParameters): Uint8Array => {
  const { encoder, weights, mean, scale, temperature } = parameters;
  for (const part of [weights, mean, scale])
    if (part.length !== encoder.dims) throw new RangeError(`${part.length} parameters for ${encoder.dims} features`);
  if (!(temperature > 0)) throw new AssayError('ASY-5005', { what: `temperature ${temperature}` });
  const { w, b } = fold(parameters);
  assertFinite(w, 'head weights');
  assertFinite(Float64Array.of(b, temperature), 'head bias and temperature');
  const graph = createGraph('reward-head');
  const x = graph.input('features', 'float32', ['n', encoder.dims]);
  const product = graph.node('MatMul', [x, graph.constant('float32', [encoder.dims, 1], w)]);
  const reward = graph.node('Add', [graph.node('Reshape', [product, graph.ints(-1)]), graph.scalar(b)]);
  graph.output('reward', reward, 'float32', ['n']);
  return graph.bytes({
    'assay.kind': 'bradley-terry',
    'assay.encoder': encoder.id,
    'assay.encoder-revision': encoder.revision,
    'assay.dims': String(encoder.dims),
    'assay.temperature': String(temperature),
  });
};

const metadataOf = (bytes: Uint8Array): z.infer<typeof Metadata> => {
  try {
    return Metadata.parse(readMetadata(bytes));
  } catch (cause) {
    throw new AssayError('ASY-5003', { file: 'head', reason: 'it is not a reward head made by Assay' }, { cause });
  }
};

/** Opens an exported head. Throws ASY-5003 where the bytes are not one. */
export const openHead = async (bytes: Uint8Array): Promise<Head> => {
  const metadata = metadataOf(bytes);
  const dims = metadata['assay.dims'];
  const encoder = { id: metadata['assay.encoder'], revision: metadata['assay.encoder-revision'], dims };
  const session = await openSession(bytes, { name: `head for ${encoder.id}` });
  return {
    encoder,
    encoderRevision: encoder.revision,
    temperature: metadata['assay.temperature'],
    async score(features, n) {
      if (n === 0) return { reward: new Float32Array(0), std: null, ood: null };
      assertFinite(features, 'features');
      const outputs = await run(session, { features: { type: 'float32', dims: [n, dims], data: features } });
      return { reward: float32Of(outputs, 'reward'), std: null, ood: null };
    },
  };
};

/** Throws ASY-5006 where features of revision `found` are not what the head was fitted on. */
export const checkRevision = (head: Pick<Head, 'encoderRevision'>, found: string, model: string): void => {
  if (head.encoderRevision !== found) throw new AssayError('ASY-5006', { model, needed: head.encoderRevision, found });
};
