import {
  allHandlersFinished,
  condition,
  executeChild,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { CurateInput, LabelActivities } from '../activities/contract.ts';
import type { Task } from '../schemas/annotation.ts';
import type { ReworkRequest, Stage, Verdict } from '../schemas/approval.ts';
import type { Modality } from '../schemas/primitives.ts';
import type { RunReport } from '../schemas/run-report.ts';
import type { TableRef } from '../schemas/table.ts';
import { label, report as reporting } from './activities.ts';
import { type AnnotateResult, annotateItems } from './annotate-items.ts';
import { curateDataset } from './curate-dataset.ts';
import { agreementTable, countsTable, funnelTable, modelTable, plain, quarantineTable, table } from './details.ts';
import { fault } from './failures.ts';
import { annotateId, curateId, ingestId, scoreId, trainId } from './ids.ts';
import { type IngestResult, ingestDrop } from './ingest-drop.ts';
import { approve, reject, rework, runState } from './messages.ts';
import { type ScoreResult, scoreShards } from './score-shards.ts';
import { attributes } from './search-attributes.ts';
import type { Timing } from './timing.ts';
import { type TrainResult, trainRewardModel } from './train-reward-model.ts';

export type RunInput = {
  readonly drop: string;
  /** Where links in the details lead; changes nothing else. */
  readonly links?: { readonly api: string };
  readonly timing?: Timing;
};

type Labels = Awaited<ReturnType<LabelActivities['aggregate']>>;
export type Judged = {
  readonly labels: Labels;
  readonly features: ScoreResult;
  readonly trained: TrainResult;
  readonly scores: TableRef | null;
};
export type Decision =
  | ({ readonly kind: 'approved' | 'rejected' } & Verdict)
  | ({ readonly kind: 'rework' } & ReworkRequest);

/** What people are asked when a run without annotation tasks is sent back: the plainest question its items allow. */
const REWORK_TASKS: Record<Modality, readonly Task[]> = { text: ['pairwise'], image: ['rating'], video: ['rating'] };

/** The commonest languages, in order: the server takes 2 KB for a search attribute and would refuse the workflow's task beyond. */
const searchable = (languages: Readonly<Record<string, number>>): string[] =>
  Object.entries(languages)
    .filter(([tag]) => tag.length <= 35)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, 40)
    .map(([tag]) => tag)
    .sort();

/** One run's state and steps: its stage, what reviewers see, the gate's messages, and one method per step of the pipeline. */
export class Run {
  readonly #input: RunInput;
  readonly #report: { -readonly [K in keyof RunReport]?: RunReport[K] };
  #stage: Stage = 'ingest';
  #round = 1;
  #decision: Decision | null = null;
  #verdicts: string[] = [];
  #sections: { ingested?: string; labels?: string; flagged?: string; model?: string; funnel?: string } = {};
  readonly #annotations: TableRef[] = [];
  readonly #collected = { batches: 0, votes: 0 };
  readonly #started = Date.now();

  constructor(input: RunInput) {
    this.#input = input;
    this.#report = { run: input.drop, drop: input.drop, models: [], datasets: [], labels: [], funnel: [] };
    const waiting = () => {
      if (this.#stage !== 'approval' || this.#decision !== null) throw fault('ASY-4002', { run: input.drop });
    };
    const decide = async (decision: Decision): Promise<Stage> => {
      this.#decision = decision;
      const note = decision.note === '' ? '' : `: ${plain(decision.note)}`;
      this.#verdicts.push(`${decision.kind} by ${plain(decision.by)}${note}`);
      await condition(() => this.#stage !== 'approval');
      return this.#stage;
    };
    const validator = (verdict: Verdict) => {
      waiting();
      if (typeof verdict?.by !== 'string' || verdict.by === '' || verdict.by.length > 200)
        throw fault('ASY-4004', { reason: 'say who decides: {"by": "…", "note": "…"}' });
      const note: unknown = verdict.note ?? '';
      if (typeof note !== 'string' || note.length > 2000)
        throw fault('ASY-4004', { reason: 'note: a text of at most 2000 characters' });
    };
    const reworkValidator = (request: ReworkRequest) => {
      validator(request);
      const ids: unknown = request.itemIds ?? undefined;
      const fits =
        Array.isArray(ids) && ids.length <= 500 && ids.every((id) => typeof id === 'string' && id.length <= 64);
      if (ids !== undefined && !fits) throw fault('ASY-4004', { reason: 'itemIds: a list of at most 500 item ids' });
    };
    setHandler(approve, ({ by, note }) => decide({ kind: 'approved', by, note: note ?? '' }), {
      validator,
      description: 'Publish the dataset. Input: {"by": "your name", "note": "why"}',
    });
    setHandler(reject, ({ by, note }) => decide({ kind: 'rejected', by, note: note ?? '' }), {
      validator,
      description: 'End the run without a dataset. Input: {"by": "your name", "note": "why"}',
    });
    setHandler(
      rework,
      async ({ by, note, itemIds }) => {
        await decide({ kind: 'rework', by, note: note ?? '', ...(itemIds == null ? {} : { itemIds }) });
        return { round: this.#round };
      },
      {
        validator: reworkValidator,
        description:
          'Send items back to people. Input: {"by": "your name", "note": "why", "itemIds": ["it_…"]}; without itemIds, every item whose votes disagree',
      },
    );
    setHandler(runState, () => ({
      stage: this.#stage,
      round: this.#round,
      details: this.#details(),
      report: this.#report,
    }));
  }

  enter(stage: Stage): void {
    this.#stage = stage;
    upsertSearchAttributes([
      { key: attributes.stage, value: stage },
      { key: attributes.drop, value: this.#input.drop },
    ]);
    this.#show();
  }

  async ingest(): Promise<IngestResult> {
    this.enter('ingest');
    const { drop, timing } = this.#input;
    const ingested = await executeChild(ingestDrop, {
      workflowId: ingestId(drop),
      staticSummary: `parse and check drop ${drop}`,
      args: [{ drop, timing }],
    });
    this.#report.modality = ingested.modality;
    this.#report.counts = ingested.counts;
    this.#annotations.push(ingested.annotations);
    this.#sections.ingested = `${countsTable(ingested.counts)}\n\n${quarantineTable(ingested.samples)}`;
    upsertSearchAttributes([
      { key: attributes.modality, value: ingested.modality },
      { key: attributes.languages, value: searchable(ingested.counts.languages) },
    ]);
    return ingested;
  }

  /** People's turn, when `pipeline.yaml` asks for it. */
  async annotate(ingested: IngestResult): Promise<void> {
    const { tasks } = ingested.config.annotate;
    if (tasks.length > 0) await this.#collect(ingested, tasks, {});
  }

  /** Aggregate → encode → train → score: everything the gate and the curation look at. */
  async judge({ config, items, modality }: IngestResult): Promise<Judged> {
    const { drop: run, timing } = this.#input;
    this.enter('aggregate');
    const labels = await label(timing).aggregate({
      run,
      items,
      annotations: this.#annotations,
      config: config.aggregate,
    });
    this.#report.labels = labels.summaries;
    this.#sections.labels = agreementTable(labels.summaries);
    this.#sections.flagged = this.#flaggedTable(labels);
    const alphas = labels.summaries.map((s) => s.alpha).filter((alpha) => alpha !== null);
    upsertSearchAttributes([
      { key: attributes.flagged, value: labels.flaggedCount },
      ...(alphas.length > 0 ? [{ key: attributes.agreement, value: Math.min(...alphas) }] : []),
    ]);

    this.enter('encode');
    const features = await executeChild(scoreShards, {
      workflowId: scoreId(run, config.score.encoder),
      staticSummary: `encode ${run}`,
      args: [{ run, work: { kind: 'encode', items, config: config.score }, timing }],
    });

    const trained = await this.#train(config, modality, items, labels.labels, features.table);
    if (trained.head === null) return { labels, features, trained, scores: null };

    this.enter('score');
    const { name, version } = trained.head;
    const { table: scores } = await executeChild(scoreShards, {
      workflowId: scoreId(run, `${name}@${version}`),
      staticSummary: `score ${run} with ${name} ${version}`,
      args: [{ run, work: { kind: 'score', features: features.table, model: { name, version } }, timing }],
    });
    return { labels, features, trained, scores };
  }

  async #train(
    config: IngestResult['config'],
    modality: Modality,
    items: TableRef,
    labels: TableRef,
    features: TableRef,
  ): Promise<TrainResult> {
    const { drop: run, timing } = this.#input;
    if (!config.train.enabled) return { head: null, skipped: null };
    this.enter('train');
    const name = config.train.name ?? run;
    const trained = await executeChild(trainRewardModel, {
      workflowId: trainId(name, run),
      staticSummary: `train reward head ${name} on ${run}`,
      args: [{ run, name, modality, items, labels, features, config: config.train, timing }],
    });
    this.#report.models = trained.head === null ? [] : [trained.head];
    this.#report.trainingSkipped = trained.skipped;
    this.#sections.model =
      trained.head === null
        ? `No head was trained: ${plain(trained.skipped?.reason ?? '')}`
        : `${modelTable([trained.head])}\n\n${plain(trained.gate ?? '')}`;
    return trained;
  }

  /** Shows why the run ended before its time, then leaves the fault to Temporal. */
  failed(error: unknown): void {
    let cause = error;
    while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
    this.#verdicts.push(`**failed**: ${plain(cause instanceof Error ? cause.message : String(cause))}`);
    this.#show();
  }

  /** Waits at the gate until somebody decides. */
  async decision(): Promise<Decision> {
    this.#decision = null;
    this.enter('approval');
    await condition(() => this.#decision !== null);
    return this.#decision as unknown as Decision;
  }

  async rework(ingested: IngestResult, judged: Judged, decision: Decision): Promise<void> {
    this.#round++;
    const itemIds = decision.kind === 'rework' ? decision.itemIds : undefined;
    const { tasks } = ingested.config.annotate;
    await this.#collect(
      ingested,
      tasks.length > 0 ? tasks : REWORK_TASKS[ingested.modality],
      itemIds === undefined ? { disagreeing: judged.labels.labels } : { itemIds },
    );
  }

  async #collect(
    { items, config }: IngestResult,
    tasks: readonly Task[],
    only: { itemIds?: readonly string[]; disagreeing?: TableRef },
  ): Promise<void> {
    const { drop: run, timing } = this.#input;
    this.enter('annotate');
    const result: AnnotateResult = await executeChild(annotateItems, {
      workflowId: annotateId(run, this.#round),
      staticSummary: `ask people about ${run}, round ${this.#round}`,
      args: [{ run, round: this.#round, items, tasks, config: config.annotate, timing, ...only }],
    });
    this.#collected.batches += result.batches;
    this.#collected.votes += result.votes;
    if (result.votes > 0) this.#annotations.push(result.annotations);
  }

  async curate(
    { config, items, modality }: IngestResult,
    { labels, features, trained, scores }: Judged,
  ): Promise<void> {
    const { drop: run, timing } = this.#input;
    this.enter('curate');
    const name = config.curate.name ?? run;
    const input: CurateInput = {
      name,
      run,
      modality,
      items,
      annotations: this.#annotations,
      labels: labels.labels,
      features: features.table,
      scores,
      model: trained.head === null ? null : { name: trained.head.name, version: trained.head.version },
      summaries: labels.summaries,
      config: config.curate,
      exports: config.export,
    };
    const { dataset, funnel } = await executeChild(curateDataset, {
      workflowId: curateId(name, run),
      staticSummary: `curate dataset ${name}`,
      args: [{ input, timing }],
    });
    this.#report.datasets = [dataset];
    this.#report.funnel = funnel;
    this.#sections.funnel = funnelTable(funnel);
  }

  async finish(status: RunReport['status']): Promise<RunReport> {
    const report = {
      trainingSkipped: null,
      ...this.#report,
      status,
      collected: this.#collected,
      seconds: (Date.now() - this.#started) / 1000,
    } as RunReport;
    this.enter(status);
    await reporting(this.#input.timing).writeReport({ report });
    await condition(allHandlersFinished);
    return report;
  }

  #flaggedTable({ flagged, flaggedCount }: Labels): string {
    if (flagged.length === 0) return 'No item has disagreeing votes.';
    const api = this.#input.links?.api;
    const link = (item: string) =>
      api === undefined
        ? item
        : { label: `${item.slice(0, 11)}…`, href: `${api}/drops/${this.#input.drop}/items/${item}` };
    return `**Flagged: ${flaggedCount} items with disagreeing votes** (worst ${flagged.length})\n\n${table(
      ['item', 'task', 'agree', 'file', 'row'],
      flagged.map((f) => [link(f.item), f.task, `${(100 * f.agreement).toFixed(0)} %`, f.file, f.row]),
    )}`;
  }

  #details(): string {
    const { ingested, labels, flagged, model, funnel } = this.#sections;
    const waiting =
      this.#stage === 'approval'
        ? '### Waiting for approval\nChoose **Send an Update** under *More Actions* at the top right: `approve`, `reject` or `rework`, with input `{"by": "your name", "note": "why"}`.'
        : `### ${this.#stage}${this.#round > 1 ? `, round ${this.#round}` : ''}`;
    return [
      waiting,
      ...this.#verdicts.map((verdict) => `> ${verdict}`),
      funnel &&
        `#### Dataset\n${(this.#report.datasets ?? []).map((d) => `**${d.name}** ${d.version}, ${d.rows} rows`).join()}\n\n${funnel}`,
      model && `#### Reward model\n${model}`,
      labels && `#### Agreement (Krippendorff’s α)\n${labels}`,
      flagged,
      ingested && `#### Ingest\n${ingested}`,
    ]
      .filter(Boolean)
      .join('\n\n');
  }

  #show(): void {
    setCurrentDetails(this.#details());
  }
}
