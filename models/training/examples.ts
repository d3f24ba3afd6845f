/** What a head is trained on and how: the types that reading (activities) and fitting (models) share. */
import type { RegionKind } from '../../schemas/annotation.ts';
import type { HeadKind } from '../../schemas/model.ts';
import type { FeatureBlock } from '../encoders/encoder.ts';
import type { HeadEncoder } from '../heads/head.ts';

export type Split = 'train' | 'validation';

/** What is known of a feature row beside its features. */
export interface RowFacts {
  /** BCP-47; null where unknown. */
  readonly language: string | null;
  /** The origin of the row: a file of a drop, a data set. */
  readonly source: string;
  /** Rows of one group (a prompt, its translations) never straddle a split. */
  readonly group: string;
  /** Characters of the response; null where length means nothing (images, video). */
  readonly length: number | null;
  /** The model that made the response; null where unknown. */
  readonly generator: string | null;
  /** The area that the item belongs to; absent where nobody says. */
  readonly domain?: string;
}

/** A preference, by rows of the feature matrix. Every head is measured on pairs; Bradley–Terry heads are fitted on them. */
export interface TrainingPair {
  readonly winner: number;
  readonly loser: number;
  /** The winner's group, and the loser's: the same but for pairs across prompts. */
  readonly group: string;
  readonly loserGroup: string;
  readonly weight: number;
  /** Whether the winner was shown, or stands, first: what the majority-side baseline looks at. */
  readonly winnerFirst: boolean;
  /** How much better, 1 (slightly) … 4 (much); null where nobody said. */
  readonly strength: number | null;
  /** Probability that the label is the wrong way round; null where nothing is known. */
  readonly pFlip: number | null;
  readonly language: string | null;
  readonly source: string;
  /** Whether the pair was translated from another language. */
  readonly translated: boolean;
  /** Rows of the loser as attacks rewrote it (S298): Bradley–Terry fits on the winner against each of them as well. */
  readonly attacked?: readonly number[];
  readonly split: Split;
}

/** A ranking of two rows or more, best first. */
export interface TrainingList {
  readonly rows: readonly number[];
  readonly weight: number;
  readonly group: string;
  readonly split: Split;
}

/** A figure for one aspect of a row: a rating in its own scale, or 0 / 1 for binary. */
export interface TrainingRating {
  readonly row: number;
  readonly aspect: string;
  readonly value: number;
  readonly weight: number;
  readonly group: string;
  readonly split: Split;
}

/** A step of a solution; its row holds the features of the step after all before it. */
export interface TrainingStep {
  readonly row: number;
  /** Names the solution; its steps are ordered by `position`, from 0. */
  readonly solution: string;
  readonly position: number;
  /** Probability that the step is right: 0 or 1, or a share of votes. */
  readonly label: number;
  readonly weight: number;
  readonly group: string;
  readonly split: Split;
}

/** An image with what people marked on it: what a rich-feedback head learns maps and words from. */
export interface DenseExample {
  /** Row of `features`. */
  readonly row: number;
  /** grid × grid × dims, row-major. */
  readonly patches: Float32Array;
  /** size × size, 0 … 1, row-major: the mean over annotators, stretched to a square as the encoder sees the image. */
  readonly maps: Readonly<Partial<Record<RegionKind, Float32Array>>>;
  /** The prompt's words with their embeddings, and the share of people who say the image misses each. */
  readonly words: readonly { readonly text: string; readonly vector: Float32Array; readonly misaligned: number }[];
  readonly group: string;
  readonly split: Split;
}

export interface DenseSet {
  /** Patches per side of an image, and features of each. */
  readonly grid: number;
  readonly dims: number;
  /** Side of the truth maps, a multiple of `grid`. */
  readonly size: number;
  /** What embeds words: its id, revision and width. */
  readonly embedder: { readonly id: string; readonly revision: string; readonly dims: number };
  readonly images: readonly DenseExample[];
}

export interface TrainingSet {
  readonly encoder: HeadEncoder;
  readonly blocks: readonly FeatureBlock[];
  /** rows × dims, row-major. A video's row is the mean over its segments. */
  readonly features: Float32Array;
  /** One per row of `features`. */
  readonly rows: readonly RowFacts[];
  readonly pairs: readonly TrainingPair[];
  readonly lists: readonly TrainingList[];
  readonly ratings: readonly TrainingRating[];
  readonly steps: readonly TrainingStep[];
  /** Images with marks; absent where the objective does not look at them. */
  readonly dense?: DenseSet;
}

export interface HeadConfig {
  readonly objective: HeadKind;
  /** How stated strength enters (S113): subtracted from the reward difference, or dividing it. Bradley–Terry only. */
  readonly margin: 'none' | 'subtract' | 'scale';
  /** How P(flip) enters: not, as a soft target 1 − P, or as a weight 1 − 2P. Bradley–Terry only. */
  readonly flips: 'ignore' | 'soft' | 'weight';
  /** λ of λ/2·‖w‖² beside the mean loss. */
  readonly l2: number;
  /** Bootstrap members and what their rewards become: mean, min, or mean − lambda·std (S105). */
  readonly ensemble: { readonly members: number; readonly combine: 'mean' | 'min' | 'lcb'; readonly lambda: number };
  /**
   * Language heads shrunk to the shared one (S246); `auto` has them where two languages have enough pairs. `shrinkage` is
   * their penalty as a multiple of l2, `auto` chooses it on held-out folds. `temperature` balances languages: p ∝ n^(1/T).
   */
  readonly languages: {
    readonly heads: 'shared' | 'per-language' | 'auto';
    readonly shrinkage: number | 'auto';
    readonly temperature: number;
  };
  /** Weights of z-scored aspects (S115); with none named, every aspect weighs the same. */
  readonly aspects: Readonly<Record<string, number>>;
  /** A score is flagged where its distance is beyond this quantile of validation distances. */
  readonly oodQuantile: number;
  readonly seed: number;
}

export interface TrainingOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told before each step what it is. */
  readonly onProgress?: ((step: string) => void) | undefined;
}
