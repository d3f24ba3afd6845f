import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'wouter';
import type { Figure as ReadingFigure } from '../../schemas/monitor.ts';
import { significant } from '../../schemas/significant.ts';
import { whenText } from '../../schemas/when.ts';
import { Figure } from '../charts/figure.tsx';
import { lineChart } from '../charts/lines.ts';
import { count, counted, moment } from '../charts/words.ts';
import { get, query } from '../client.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { Pending } from '../parts/pending.tsx';
import { Table } from '../parts/table.tsx';
import { AlertCard } from './alert-card.tsx';
import { type FigureSeries, figureSeries, valuesOf } from './monitor-series.ts';
import { ReadingChip } from './monitor-state.tsx';
import { type LookRecord, MonitorAnswer } from './monitors-client.ts';

/** How often the page asks again, in milliseconds. */
const LIVE = 10_000;

/** As reasons have it, with a minus that is as wide as the digits. */
const shown = (value: number): string => significant(value).replace('-', '−');
const range = (ci: readonly [number, number] | null): string =>
  ci === null ? '–' : `${shown(ci[0])} … ${shown(ci[1])}`;

const Figures = ({ figures }: { figures: readonly ReadingFigure[] }) => (
  <Table
    caption="What the newest look measured"
    rows={figures}
    keyOf={({ name }) => name}
    columns={[
      { name: 'Figure', cell: ({ name }) => name },
      { name: 'Value', number: true, cell: ({ value }) => shown(value) },
      { name: '95 % interval', number: true, cell: ({ ci }) => range(ci) },
      { name: 'n', number: true, cell: ({ n }) => count(n) },
      { name: 'Limit', number: true, cell: ({ limit }) => (limit === null ? '–' : shown(limit)) },
    ]}
  />
);

const Course = ({ name, points }: FigureSeries) => {
  const draw = useMemo(() => lineChart(points, { x: 'looked at', y: 'value' }), [points]);
  const own = valuesOf(points);
  return (
    <Figure
      title={name}
      description={`Over ${counted(own.length, 'look')}, with its interval and its limit.`}
      draw={draw}
      table={
        <Table
          caption={name}
          rows={own}
          keyOf={({ x }) => Number(x)}
          columns={[
            { name: 'Looked', cell: ({ x }) => moment(Number(x)) },
            { name: 'Value', number: true, cell: ({ y }) => (y === null ? '–' : shown(y)) },
            { name: '95 % interval', number: true, cell: ({ ci }) => range(ci) },
          ]}
        />
      }
    />
  );
};

const Looks = ({ records }: { records: readonly LookRecord[] }) => (
  <Table
    caption={`${counted(records.length, 'look')}, the newest first`}
    rows={records}
    keyOf={({ number }) => number}
    columns={[
      { name: 'No', number: true, cell: ({ number }) => number },
      { name: 'When', cell: ({ at }) => moment(Date.parse(at)) },
      { name: 'State', cell: ({ reading }) => <ReadingChip state={reading.state} /> },
      { name: 'What it found', cell: ({ reading }) => reading.reason },
    ]}
  />
);

/** One monitor: how it stands, its alert, its figures now and over time, and every look. */
export const MonitorPage = ({ name }: { name: string }) => {
  const looks = useInfiniteQuery({
    queryKey: ['monitor', name],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam }) =>
      get(
        `/api/monitors/${encodeURIComponent(name)}${query({ before: pageParam === undefined ? undefined : String(pageParam) })}`,
        MonitorAnswer,
      ),
    getNextPageParam: ({ before }) => before ?? undefined,
    refetchInterval: LIVE,
  });
  const records = useMemo(() => looks.data?.pages.flatMap((page) => page.records) ?? [], [looks.data]);
  const courses = useMemo(() => figureSeries(records), [records]);
  const monitor = looks.data?.pages[0]?.monitor;
  if (monitor === undefined) return <Pending query={looks} />;
  const { newest, alert, watch, when, note, webhookHost } = monitor;
  return (
    <>
      <p>
        <Link to="/manage/monitors">All monitors</Link>
      </p>
      <div className="row">
        <h1>{name}</h1>
        <ReadingChip state={newest?.reading.state ?? null} />
      </div>
      <p className="quiet">
        Watches {watch.kind}, {whenText(when)}.{' '}
        {webhookHost === null ? 'Alerts are sent nowhere.' : `Alerts go to ${webhookHost}.`} {note}
      </p>
      {alert !== null && <AlertCard name={name} alert={alert} posted={webhookHost !== null} />}
      {newest === null ? (
        <Empty title="It has not looked yet">
          It looks when its time comes, or now: <code>assay monitor run {name}</code>.
        </Empty>
      ) : (
        <>
          <p dir="auto">{newest.reading.reason}</p>
          {newest.reading.figures.length > 0 && <Figures figures={newest.reading.figures} />}
          {courses.length > 0 && (
            <div className="charts">
              {courses.map((course) => (
                <Course key={course.name} {...course} />
              ))}
            </div>
          )}
          <Looks records={records} />
          {looks.hasNextPage && (
            <Button busy={looks.isFetchingNextPage} onClick={() => void looks.fetchNextPage()}>
              Load earlier looks
            </Button>
          )}
        </>
      )}
      <details>
        <summary>What it watches, in full</summary>
        <pre>{JSON.stringify(watch, null, 2)}</pre>
      </details>
    </>
  );
};
