/** What the desk reads of what is stored. activities/desk-catalog.ts has it, tests give their own. */
import type { VoteBody } from '../../schemas/batch.ts';
import type { WorkSheet } from '../../schemas/console.ts';
import type { Item } from '../../schemas/item.ts';

export interface DeskCatalog {
  /** An item that a batch offers, as a check or as work. Throws ASY-6004 where the batch has none of that id. */
  item(batch: string, item: string): Promise<Item>;
  /** What a run asks. Throws ASY-1001 for a drop that is not there. */
  sheet(run: string): Promise<Omit<WorkSheet, 'tasks'>>;
  /** A vote by its hash; null where its bytes are gone. */
  vote(sha256: string): Promise<VoteBody | null>;
  /** A text of a thread by its hash; empty where it is gone. */
  note(sha256: string): Promise<string>;
}
