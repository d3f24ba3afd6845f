import type { ModelSources } from '../encoder-catalog.ts';
import type { TableStore } from '../ports.ts';

/** What monitors read from. */
export interface MonitorSources extends ModelSources {
  readonly tables: TableStore;
}
