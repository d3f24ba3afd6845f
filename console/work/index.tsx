/** Where annotators work: choose a run, then item after item. */
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from 'wouter';
import { z } from 'zod';
import { OpenRun } from '../../schemas/annotator.ts';
import { get } from '../client.ts';
import { Empty } from '../parts/empty.tsx';
import { Pending } from '../parts/pending.tsx';
import { Desk } from './desk.tsx';

const Runs = z.object({ runs: z.array(OpenRun) });

export default function Work() {
  const run = new URLSearchParams(useSearch()).get('run');
  return run === null ? <OpenRuns /> : <Desk key={run} run={run} />;
}

const OpenRuns = () => {
  const runs = useQuery({ queryKey: ['work'], queryFn: () => get('/api/work', Runs), refetchInterval: 15_000 });
  if (runs.data === undefined) return <Pending query={runs} />;
  if (runs.data.runs.length === 0)
    return <Empty title="No work right now">This page looks again by itself when something opens.</Empty>;
  return (
    <div className="stack">
      <h1>Open work</h1>
      <ul className="run-list">
        {runs.data.runs.map(({ run, batches }) => (
          <li key={run} className="card row apart">
            <span>
              <strong>{run}</strong>{' '}
              <span className="quiet">
                {batches} open {batches === 1 ? 'batch' : 'batches'}
              </span>
            </span>
            <Link className="button primary" to={`/work?run=${encodeURIComponent(run)}`}>
              Start<span className="hidden"> work on {run}</span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
};
