/** An answer and what it should say in the pivot language. Languages are BCP-47. */
export interface AlignmentPair {
  readonly source: string;
  readonly target: string;
  readonly sourceLanguage: string;
  readonly targetLanguage: string;
}

export interface AlignmentOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how many pairs are done. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Says how well a text agrees with its counterpart in the pivot language: higher is better, on a scale of its own. */
export interface AlignmentScorer {
  /** Names what the scores are: a likelihood and the model behind it, or something cheaper. */
  readonly name: string;
  /** One finite score per pair, in order. */
  score(pairs: readonly AlignmentPair[], options?: AlignmentOptions): Promise<Float64Array>;
}
