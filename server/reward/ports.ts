/** What the reward routes call, as interfaces: no Node types, because the console's typed client sees this file. */

export interface RewardInput {
  /** The conversation as one text. */
  readonly prompt: string;
  readonly response: string;
  /** BCP-47; null where the caller did not say. */
  readonly language: string | null;
}

export interface RewardOutput {
  /** σ(a − b) is the probability that a is preferred to b. */
  readonly value: number;
  /** Spread over an ensemble; null where the model has none. */
  readonly std: number | null;
  /** Out-of-distribution distance; null where the model has none. */
  readonly ood: number | null;
  /** Each aspect by name, in its own scale; null where the model has none. */
  readonly aspects: Readonly<Record<string, number>> | null;
  /** P(good) of a binary head; null where the model has none. */
  readonly probability: number | null;
}

/** One version of a model, opened. */
export interface RewardModel {
  readonly model: string;
  readonly version: string;
  /** One output per input, in order. */
  score(inputs: readonly RewardInput[], options?: { readonly signal?: AbortSignal }): Promise<RewardOutput[]>;
}

/** Where models come from. */
export interface RewardRegistry {
  /** The version that serves under a name. Throws ASY-5001. */
  promoted(name: string): Promise<string>;
  /** Opens one version. Throws ASY-5001, ASY-5002, ASY-5006, ASY-5027, ASY-5038. */
  open(name: string, version: string): Promise<RewardModel>;
  /** Throws ASY-3001 where the registry does not answer. */
  reachable(): Promise<void>;
}

/** A version ready to serve: it has answered once. */
export interface ServedModel {
  readonly model: string;
  readonly version: string;
  /** What its answers hold beside the reward; of aspects the names. */
  readonly outputs: {
    readonly std: boolean;
    readonly ood: boolean;
    readonly probability: boolean;
    readonly aspects: readonly string[];
  };
  /** Scores through the queue. Throws ASY-5029 where that is full, ASY-5031 while stopping; rejects when `signal` aborts. */
  score(inputs: readonly RewardInput[], signal: AbortSignal): Promise<RewardOutput[]>;
}

/** What the routes serve. */
export interface RewardService {
  /** The version named, else the promoted one, opened when first asked for. */
  model(name: string, version?: string): Promise<ServedModel>;
  /** Throws where requests should go elsewhere: while stopping (ASY-5031) or without its registry (ASY-3001). */
  ready(): Promise<void>;
  /** Counts `bytes` of a request's body until the returned function is called. Throws ASY-5029 where too many are under way. */
  admit(bytes: number): () => void;
  /** Takes nothing new and returns when everything taken is answered. */
  drain(): Promise<void>;
}

/** What is counted and timed. */
export interface RewardMetrics {
  /** A request ended. */
  request(protocol: RewardProtocol, status: number, seconds: number): void;
  /** A request was refused, with the code of the catalogue. */
  rejected(code: string): void;
  /** A batch of so many texts went to a model. */
  batch(texts: number): void;
  /** So many texts wait. */
  waiting(texts: number): void;
  /** Prometheus' text format, and its content type. */
  text(): Promise<{ readonly body: string; readonly type: string }>;
}

export type RewardProtocol = 'openrlhf' | 'oip';
