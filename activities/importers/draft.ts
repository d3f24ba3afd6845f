import type { RegionKind, Statement } from '../../schemas/annotation.ts';
import type { DropManifest } from '../../schemas/drop.ts';
import type { Message } from '../../schemas/item.ts';

/** What an importer makes of one row: an item before ids, hashes and probed media, with its annotations. */
export interface Draft {
  readonly externalId: string | null;
  readonly prompt: readonly Message[];
  /** Paths inside the drop of what the prompt shows; absent: nothing. */
  readonly promptFiles?: readonly string[];
  readonly responses: readonly DraftResponse[];
  readonly language: string | null;
  /** Language of the original, of a translation. */
  readonly translatedFrom: string | null;
  /** What the row is about; absent: nobody said. */
  readonly domain?: string | null;
  readonly group: string | null;
  readonly annotations: readonly DraftAnnotation[];
  /** Maps that came inside the row, which its `regions` name by their hash. */
  readonly blobs?: readonly DraftBlob[];
}

export interface DraftBlob {
  readonly kind: RegionKind;
  /** Where in the row it was, for messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

export interface DraftResponse {
  readonly model: string | null;
  readonly text: string | null;
  /** Path inside the drop of the response's medium. */
  readonly file: string | null;
  /** The row is kept where the drop has no such file. */
  readonly optional?: boolean;
}

export interface DraftAnnotation {
  readonly statement: Statement;
  /** The plain id of a person; hashed before anything is stored. */
  readonly annotator: string | null;
  /** Sources that are no people keep their id. */
  readonly source: { readonly kind: 'judge' | 'verifier' | 'model'; readonly id: string } | null;
  readonly guideline: string | null;
  readonly seconds: number | null;
}

/** One row → one draft, or an AssayError of the 2xxx codes. Pure. */
export type Importer = (row: unknown, drop: DropManifest) => Draft;

/** A human annotation with nothing known but who made it. */
export const humanSays = (statement: Statement, annotator: string | null): DraftAnnotation => ({
  statement,
  annotator,
  source: null,
  guideline: null,
  seconds: null,
});

export const textResponse = (text: string, model: string | null = null): DraftResponse => ({ model, text, file: null });

export const userPrompt = (content: string): Message[] => [{ role: 'user', content }];
