/** What judges a response: a head on its encoder, or a model behind a remote protocol. */
export interface ScorerInput {
  /** The conversation as one text. */
  readonly prompt: string;
  readonly response: string;
  /** BCP-47; null where unknown: heads with languages then use what all languages share. */
  readonly language: string | null;
}

export interface ScorerOutput {
  /** The reward: σ(a − b) is the probability that a is preferred to b, where the head is calibrated. */
  readonly value: number;
  /** Spread over an ensemble's members; null where there is none. */
  readonly std: number | null;
  /** Out-of-distribution distance; null where the head has none. */
  readonly ood: number | null;
  /** Each aspect by name, in its own scale; null where the head has none. */
  readonly aspects: Readonly<Record<string, number>> | null;
  /** Of a binary head, P(good); of a process head, P(the step is right); null for others. */
  readonly probability: number | null;
}

export interface Scorer {
  readonly model: string;
  readonly version: string;
  /** One output per input, in order; an output never depends on the other inputs of the call. */
  score(inputs: readonly ScorerInput[], options?: { readonly signal?: AbortSignal }): Promise<ScorerOutput[]>;
}
