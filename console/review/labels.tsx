import type { ReviewItem } from '../../schemas/console.ts';
import { decimal, percent } from '../charts/words.ts';
import { Table } from '../parts/table.tsx';

/** What votes became, where the run has aggregated already. */
export const Labels = ({ labels }: { labels: ReviewItem['labels'] }) =>
  labels.length > 0 && (
    <details>
      <summary>{labels.length === 1 ? 'Label' : `${labels.length} labels`}</summary>
      <Table
        caption="Labels of the item"
        rows={labels.map((label, i) => ({ ...label, i }))}
        keyOf={({ i }) => i}
        columns={[
          { name: 'Question', cell: ({ task, aspect }) => (aspect === null ? task : `${task}: ${aspect}`) },
          { name: 'Label', cell: ({ category, value }) => category ?? decimal(value) },
          { name: 'Posterior', number: true, cell: ({ posterior }) => percent(posterior) },
          { name: 'P(flip)', number: true, cell: ({ pFlip }) => percent(pFlip) },
          { name: 'Agreement', number: true, cell: ({ agreement }) => percent(agreement) },
          { name: 'Votes', number: true, cell: ({ n }) => n },
          { name: 'Method', cell: ({ method }) => method },
        ]}
      />
    </details>
  );
