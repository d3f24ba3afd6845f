/** The file that ASSAY_REMOTES names: models behind network protocols, named by whoever runs Assay and never by data. */
import { z } from 'zod';
import { Name, WebUrl } from '../../../schemas/primitives.ts';

const common = {
  /** Base URL: the protocol's paths are put after it. */
  url: WebUrl.transform((url) => url.replace(/\/+$/, '')),
  model: z.string().min(1),
  /** Name of the environment variable that holds the key. */
  apiKeyEnv: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .optional(),
  /** Of one request. */
  timeoutSeconds: z.number().positive().max(600).default(30),
  /** Texts in one request. */
  maxBatch: z.int().min(1).max(4096).default(64),
  /** Code units sent of a text: models refuse what is longer than their context. */
  maxChars: z.int().min(1).default(8000),
};

/** A remote model. `version` is what its operator calls the weights in use: scores and features are tied to it. */
export const Remote = z.discriminatedUnion('protocol', [
  z.strictObject({ protocol: z.literal('oip-v2'), ...common, version: z.string().min(1).optional() }),
  z.strictObject({ protocol: z.literal('vllm-score'), ...common, version: z.string().min(1).default('unstated') }),
  z.strictObject({ protocol: z.literal('vllm-reward'), ...common, version: z.string().min(1).default('unstated') }),
  z.strictObject({
    protocol: z.literal('openai-embeddings'),
    ...common,
    version: z.string().min(1),
    dims: z.int().min(1).max(16_384),
  }),
]);
export type Remote = z.infer<typeof Remote>;
export type RemoteOf<P extends Remote['protocol']> = Extract<Remote, { protocol: P }>;

/** The file: names and what they stand for. */
export const Remotes = z.record(Name, Remote);
export type Remotes = z.infer<typeof Remotes>;
