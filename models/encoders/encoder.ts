import type { EncoderManifest } from '../../schemas/model.ts';

/** What an encoder can be given. `prompt` is the conversation as one text; `grey` is width × height, rows top to bottom, 0–255. */
export type EncoderInput =
  | { readonly kind: 'text'; readonly prompt: string; readonly response: string }
  | { readonly kind: 'image'; readonly width: number; readonly height: number; readonly grey: Uint8Array };

/** A run of features that belong together, [from, to). `shared` blocks are scaled as one (see training/scaler.ts). */
export interface FeatureBlock {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly shared: boolean;
}

/** A frozen feature extractor. */
export interface Encoder {
  readonly manifest: EncoderManifest;
  readonly blocks: readonly FeatureBlock[];
  /** Size to which images must be brought; null for text. */
  readonly imageSize: { readonly width: number; readonly height: number } | null;
  /** Features of n inputs, n × dims, row-major; equal inputs give equal rows in any batch. Aborts between batches. */
  encode(inputs: readonly EncoderInput[], options?: { signal?: AbortSignal }): Promise<Float32Array>;
}
