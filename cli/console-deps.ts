/** What the console's routes read: the registry of annotators, items, figures of votes, studies. */
import { createPredicateRunner } from '../activities/adapters/predicate/runner.ts';
import { createFigures } from '../activities/annotation-figures.ts';
import { createAnnotatorCatalog } from '../activities/annotator-catalog.ts';
import { createDeskCatalog } from '../activities/desk-catalog.ts';
import { createStudies } from '../activities/evalgen/studies.ts';
import { createMonitorCatalog } from '../activities/monitor-catalog.ts';
import type { ServerDeps } from '../server/app.ts';
import type { Annotators } from '../server/ports.ts';
import type { Services } from './services.ts';

export const consoleDeps = (
  { objects, tables }: Services,
  annotators: Annotators,
): Pick<ServerDeps, 'profiles' | 'catalog' | 'figures' | 'evalgen' | 'monitors'> => {
  const profiles = createAnnotatorCatalog(objects);
  return {
    profiles,
    catalog: createDeskCatalog({ objects, tables }),
    figures: createFigures({ objects, tables, batches: annotators, profiles }),
    evalgen: createStudies({ objects, tables, runner: createPredicateRunner() }),
    monitors: createMonitorCatalog(objects),
  };
};
