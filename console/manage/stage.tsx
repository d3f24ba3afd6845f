/** Where a run stands: its stage while it runs, else how it ended. */
export const StageChip = ({ stage, status }: { stage: string | null; status: string }) => {
  if (status !== 'running')
    return (
      <span className={`chip ${status === 'completed' && stage !== 'rejected' ? 'good' : 'bad'}`}>
        {stage ?? status}
      </span>
    );
  return <span className={`chip ${stage === 'approval' ? 'warn' : ''}`}>{stage ?? 'starting'}</span>;
};
