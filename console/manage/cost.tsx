import { useMemo } from 'react';
import { CostFigures } from '../../schemas/scorecard.ts';
import { barChart } from '../charts/bars.ts';
import { Figure } from '../charts/figure.tsx';
import { count, counted, decimal, duration } from '../charts/words.ts';
import { Empty } from '../parts/empty.tsx';
import { Table } from '../parts/table.tsx';
import { CoverageNote, Panel } from './panel.tsx';
import { Tiles } from './tiles.tsx';

const hours = (value: number | null): string => (value === null ? '–' : duration(3600 * value));

const Cost = ({ votes, items, seconds, timed, cost, costed, perItem, turnaround, byDay, coverage }: CostFigures) => {
  const days = useMemo(
    () =>
      barChart(
        byDay.map(({ day, votes }) => ({ name: day, value: votes })),
        { x: 'day (UTC)', y: 'votes' },
      ),
    [byDay],
  );
  const spent = useMemo(
    () =>
      barChart(
        byDay.map((day) => ({ name: day.day, value: day.seconds / 3600 })),
        { x: 'day (UTC)', y: 'hours' },
      ),
    [byDay],
  );
  const table = (
    <Table
      caption="By day (UTC)"
      rows={byDay}
      keyOf={({ day }) => day}
      columns={[
        { name: 'Day', cell: ({ day }) => day },
        { name: 'Votes', number: true, cell: ({ votes }) => count(votes) },
        { name: 'People', number: true, cell: ({ annotators }) => count(annotators) },
        { name: 'Time', number: true, cell: ({ seconds }) => duration(seconds) },
        { name: 'Cost', number: true, cell: ({ cost }) => decimal(cost) },
      ]}
    />
  );
  return (
    <>
      <CoverageNote {...coverage} />
      <Tiles
        figures={[
          ['Votes', count(votes)],
          ['Items with votes', count(items)],
          ['Work', duration(seconds)],
          ['Time an item', duration(perItem.seconds)],
          ['Cost', decimal(cost)],
          ['Cost an item', decimal(perItem.cost)],
          ['Turnaround, median', hours(turnaround.p50)],
          ['Turnaround, 95 %', hours(turnaround.p95)],
        ]}
      />
      <p className="quiet">
        {count(timed)} of {count(votes)} votes state their time; of {count(costed)} the hourly cost of the voter is
        known too. Turnaround is from an item’s first vote to its last, over {count(turnaround.items)} items of two
        votes or more.
      </p>
      {byDay.length > 0 && (
        <div className="charts">
          <Figure title="Votes a day" description={`Over ${counted(byDay.length, 'day')}.`} draw={days} table={table} />
          <Figure title="Hours of work a day" description="Pauses do not count." draw={spent} table={table} />
        </div>
      )}
    </>
  );
};

/** What the votes of a run took. */
export const CostPanel = ({ run }: { run: string }) => (
  <Panel of="cost" run={run} schema={CostFigures}>
    {(figures) =>
      figures.votes === 0 ? (
        <Empty title="No votes of people yet">Figures appear with the first votes.</Empty>
      ) : (
        <Cost {...figures} />
      )
    }
  </Panel>
);
