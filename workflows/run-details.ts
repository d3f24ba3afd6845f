import type { Stage } from '../schemas/approval.ts';
import type { DatasetRef } from '../schemas/dataset.ts';

/** What a run shows of itself, part by part, as Markdown. */
export type Sections = Partial<
  Record<'ingested' | 'escalated' | 'labels' | 'flagged' | 'regions' | 'chosen' | 'model' | 'funnel', string>
>;

/** The run's page in the Temporal UI: first what is waited for and who decided what, then the latest stage's figures before earlier ones. */
export const runDetails = (
  { stage, round }: { readonly stage: Stage; readonly round: number },
  verdicts: readonly string[],
  datasets: readonly DatasetRef[],
  { ingested, escalated, labels, flagged, regions, chosen, model, funnel }: Sections,
): string => {
  const waiting =
    stage === 'approval'
      ? '### Waiting for approval\nChoose **Send an Update** under *More Actions* at the top right: `approve`, `reject` or `rework`, with input `{"by": "your name", "note": "why"}`.'
      : `### ${stage}${round > 1 ? `, round ${round}` : ''}`;
  return [
    waiting,
    ...verdicts.map((verdict) => `> ${verdict}`),
    escalated && `#### Escalated: sensitive items that nobody was asked about\n${escalated}`,
    funnel && `#### Dataset\n${datasets.map((d) => `**${d.name}** ${d.version}, ${d.rows} rows`).join()}\n\n${funnel}`,
    (chosen ?? model) && `#### Reward model\n${[chosen, model].filter(Boolean).join('\n\n')}`,
    labels && `#### Agreement (Krippendorff’s α)\n${labels}`,
    flagged,
    regions && `#### Regions (agreement of annotators)\n${regions}`,
    ingested && `#### Ingest\n${ingested}`,
  ]
    .filter(Boolean)
    .join('\n\n');
};
