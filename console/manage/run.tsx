import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { ManagedRun } from '../../schemas/scorecard.ts';
import { get } from '../client.ts';
import { Markdown } from '../item/markdown.tsx';
import { Pending } from '../parts/pending.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { AgreementPanel } from './agreement.tsx';
import { AnnotatorsPanel } from './annotators.tsx';
import { Batches } from './batches.tsx';
import { CostPanel } from './cost.tsx';
import { Gate } from './gate.tsx';
import { StageChip } from './stage.tsx';

/** How often a run that is under way is asked for, in milliseconds. */
const LIVE = 2_000;

/** One run: its stage, the gate where it waits, and what its votes say. */
export const Run = ({ run }: { run: string }) => {
  const state = useQuery({
    queryKey: ['run', run],
    queryFn: () => get(`/api/manage/runs/${encodeURIComponent(run)}`, ManagedRun),
    refetchInterval: ({ state }) => (state.data?.state.status === 'running' ? LIVE : false),
  });
  if (state.data === undefined) return <Pending query={state} />;
  const { state: now, batches, temporalUrl, annotateUrl } = state.data;
  return (
    <>
      <div className="row apart">
        <div className="row">
          <h1>{run}</h1>
          <StageChip stage={now.stage} status={now.status} />
          {now.round > 1 && <span className="chip">round {now.round}</span>}
        </div>
        <div className="row">
          <Link to={`/review?run=${encodeURIComponent(run)}`}>Review queue</Link>
          <a href={temporalUrl}>Temporal UI</a>
        </div>
      </div>
      {now.stage === 'approval' && now.status === 'running' && <Gate run={run} details={now.details} />}
      <Tabs
        label={`About ${run}`}
        tabs={[
          { name: 'Batches', panel: <Batches run={run} batches={batches} annotateUrl={annotateUrl} /> },
          { name: 'Annotators', panel: <AnnotatorsPanel run={run} /> },
          { name: 'Agreement', panel: <AgreementPanel run={run} /> },
          { name: 'Cost and time', panel: <CostPanel run={run} /> },
          { name: 'Details', panel: <Markdown text={now.details === '' ? 'Nothing to say yet.' : now.details} /> },
        ]}
      />
    </>
  );
};
