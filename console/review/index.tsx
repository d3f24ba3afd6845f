/** Where reviewers settle what people disagree on. */
import '../charts/charts.css';
import './review.css';
import { Route, Switch, useSearch } from 'wouter';
import { ReviewReason } from '../../schemas/batch.ts';
import { Empty } from '../parts/empty.tsx';
import { ItemPage } from './item.tsx';
import type { QueueFilter } from './queue.ts';
import { Queue } from './queue-page.tsx';

/** The filter that the address states. */
const useFilter = (): QueueFilter & { batch: string | null; item: string | null } => {
  const search = new URLSearchParams(useSearch());
  return {
    run: search.get('run'),
    reason: ReviewReason.safeParse(search.get('reason')).data ?? null,
    batch: search.get('batch'),
    item: search.get('item'),
  };
};

export default function Review() {
  const { batch, item, ...filter } = useFilter();
  return (
    <Switch>
      <Route path="/review">
        <Queue filter={filter} />
      </Route>
      <Route path="/review/item">
        {batch !== null && item !== null && (
          <ItemPage key={`${batch} ${item}`} batch={batch} item={item} filter={filter} />
        )}
      </Route>
      <Route>
        <Empty title="No such page">Go back to the review queue.</Empty>
      </Route>
    </Switch>
  );
}
