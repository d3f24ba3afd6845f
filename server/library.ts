import type { Annotation } from '../schemas/annotation.ts';
import type { Item } from '../schemas/item.ts';
import type { HeadMetrics } from '../schemas/model.ts';

/** What the server shows of what is stored. The command line composes it from the catalogues. */
export interface Library {
  /** Keyed hash of a person's id: the only form of it that goes further. */
  subject(annotator: string): string;
  drops(): Promise<unknown>;
  quarantine(drop: string): Promise<unknown>;
  item(drop: string, item: string): Promise<{ item: Item; annotations: Annotation[] }>;
  media(sha256: string): Promise<{ bytes: Buffer; type: string }>;
  datasets(): Promise<{ datasets: { name: string; version: string; rows: number; createdAt: string }[] }>;
  dataset(name: string): Promise<unknown>;
  models(): Promise<{ models: { name: string; version: string; promoted: boolean; metrics: HeadMetrics }[] }>;
}
