import {
  allHandlersFinished,
  condition,
  executeChild,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { ChosenModel, CurateInput, LabelActivities, SelectionRef } from '../activities/contract.ts';
import type { Task } from '../schemas/annotation.ts';
import type { Stage } from '../schemas/approval.ts';
import { renewsLabels } from '../schemas/examination.ts';
import type { Modality } from '../schemas/primitives.ts';
import type { BelowAlpha, RunReport } from '../schemas/run-report.ts';
import type { TableRef } from '../schemas/table.ts';
import { label, report as reporting, score } from './activities.ts';
import { belowAlpha, belowText } from './agreement-gate.ts';
import { type AnnotateResult, annotateItems } from './annotate-items.ts';
import { curateDataset } from './curate-dataset.ts';
import {
  agreementTable,
  countsTable,
  escalatedTable,
  flaggedTable,
  funnelTable,
  gateText,
  heatmapTable,
  modelTable,
  plain,
  quarantineTable,
  regionsTable,
} from './details.ts';
import { type Decision, openGate } from './gate.ts';
import { mergeMarks, predictMarks } from './heatmaps.ts';
import { annotateId, curateId, ingestId, scoreId, trainId } from './ids.ts';
import { type IngestResult, ingestDrop } from './ingest-drop.ts';
import { runState } from './messages.ts';
import { runDetails, type Sections } from './run-details.ts';
import { type ScoreResult, scoreShards } from './score-shards.ts';
import { attributes, searchable } from './search-attributes.ts';
import type { Timing } from './timing.ts';
import { type TrainInput, type TrainResult, trainRewardModel } from './train-reward-model.ts';

export type RunInput = {
  readonly drop: string;
  /** Where links in the details lead; changes nothing else. */
  readonly links?: { readonly api: string };
  readonly timing?: Timing;
  /** Votes that were given before, by round: the run is done again from them, nobody is asked and nobody has to approve. */
  readonly votes?: readonly TableRef[];
};

export type Judged = {
  readonly labels: Awaited<ReturnType<LabelActivities['aggregate']>>;
  /** Tasks that people do not agree on as much as is asked: the run stops for a decision. */
  readonly below: readonly BelowAlpha[];
  readonly features: ScoreResult;
  readonly scores: TableRef | null;
  /** People's marks merged, and what a head predicts, where there are any. */
  readonly heatmaps: readonly TableRef[];
  /** What the scores are of. */
  readonly model: { readonly name: string; readonly version: string } | null;
};
/** What people are asked when a run without annotation tasks is sent back: the plainest question its items allow. */
const REWORK_TASKS: Record<Modality, readonly Task[]> = { text: ['pairwise'], image: ['rating'], video: ['rating'] };

const tasksAgain = ({ config, modality }: IngestResult): readonly Task[] =>
  config.annotate.tasks.length > 0 ? config.annotate.tasks : REWORK_TASKS[modality];

/** Tasks whose answers become heatmaps. */
const MARKS: readonly Task[] = ['regions', 'keywords'];

/** One run's state and steps: its stage, what reviewers see, the gate's messages, and one method per step of the pipeline. */
export class Run {
  readonly #input: RunInput;
  readonly #report: { -readonly [K in keyof RunReport]?: RunReport[K] };
  #stage: Stage = 'ingest';
  #round = 1;
  #decision: Decision | null = null;
  #verdicts: string[] = [];
  #sections: Sections = {};
  readonly #annotations: TableRef[] = [];
  readonly #collected = { batches: 0, votes: 0 };
  readonly #started = Date.now();
  /** What `score.model` names, settled once: later rounds score with the same version. */
  #chosen: ChosenModel | null = null;
  /** People were asked about contradicting copies. */
  #settled = false;

  constructor(input: RunInput) {
    this.#input = input;
    this.#report = { run: input.drop, drop: input.drop, models: [], datasets: [], labels: [], regions: [], funnel: [] };
    openGate({
      run: input.drop,
      waits: () => this.#stage === 'approval' && this.#decision === null,
      round: () => this.#round,
      decide: async (decision) => {
        this.#decision = decision;
        const note = decision.note === '' ? '' : `: ${plain(decision.note)}`;
        this.#verdicts.push(`${decision.kind} by ${plain(decision.by)}${note}`);
        await condition(() => this.#stage !== 'approval');
        return this.#stage;
      },
    });
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
    const { votes } = this.#input;
    if (votes !== undefined) {
      this.#annotations.push(...votes);
      this.#collected.votes = votes.reduce((sum, { rows }) => sum + rows, 0);
      return;
    }
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
    const below = belowAlpha(labels.summaries, config.aggregate.minAlpha);
    if (below.length > 0 || this.#report.belowAlpha !== undefined) this.#report.belowAlpha = below;
    this.#sections.labels = [belowText(below), agreementTable(labels.summaries)].filter(Boolean).join('\n\n');
    this.#sections.flagged = flaggedTable(labels, this.#itemPages());
    const alphas = labels.summaries.map((s) => s.alpha).filter((alpha) => alpha !== null);
    upsertSearchAttributes([
      { key: attributes.flagged, value: labels.flaggedCount },
      ...(alphas.length > 0 ? [{ key: attributes.agreement, value: Math.min(...alphas) }] : []),
    ]);

    const marks = modality === 'image' && labels.summaries.some(({ task }) => MARKS.includes(task));
    const merged = marks && patched('heatmaps') ? await this.#merge(items) : null;

    const chosen = await this.#chooseModel(config, items);
    this.enter('encode');
    const features = await executeChild(scoreShards, {
      workflowId: scoreId(run, config.score.encoder),
      staticSummary: `encode ${run}`,
      args: [{ run, work: { kind: 'encode', items, config: config.score }, timing }],
    });

    const sources = { items, labels: labels.labels, features: features.table, heatmaps: merged };
    const trained = await this.#train(config, modality, sources);
    const scorer = chosen ?? trained.head;
    this.#report.scoredBy = null;
    const heatmaps = merged === null ? [] : [merged];
    if (scorer === null) return { labels, below, features, scores: null, heatmaps, model: null };

    this.enter('score');
    const { name, version } = scorer;
    const model = { name, version };
    const source = chosen?.reads === 'items' ? { items } : { features: features.table };
    const { table: scores } = await executeChild(scoreShards, {
      workflowId: scoreId(run, `${name}@${version}`),
      staticSummary: `score ${run} with ${name} ${version}`,
      args: [{ run, work: { kind: 'score', ...source, model, attenuation: config.score.attenuation }, timing }],
    });
    this.#report.scoredBy = model;
    const rich = chosen === null ? trained.head?.metrics.heatmaps !== undefined : chosen.heatmaps === true;
    if (rich && patched('heatmaps'))
      heatmaps.push((await predictMarks(run, { items, features: features.table, model }, timing)).table);
    return { labels, below, features, scores, heatmaps, model };
  }

  #itemPages(): string | null {
    const api = this.#input.links?.api;
    return api === undefined ? null : `${api}/drops/${this.#input.drop}/items`;
  }

  /** People's marks as heatmaps. */
  async #merge(items: TableRef): Promise<TableRef> {
    const { drop, timing } = this.#input;
    const { table, merged } = await mergeMarks(drop, { items, annotations: this.#annotations }, timing);
    if (merged !== undefined) {
      this.#report.regions = merged.regions;
      this.#sections.regions = regionsTable(merged, this.#itemPages());
    }
    return table;
  }

  /** Before anything is encoded, so that a model that cannot read these features is known at once. */
  async #chooseModel({ score: config }: IngestResult['config'], items: TableRef): Promise<ChosenModel | null> {
    // A run that began before the setting existed has none.
    const { model = null } = config as Partial<typeof config>;
    if (model === null) return null;
    this.#chosen ??= await score(this.#input.timing).resolveModel({ model, items, config });
    const { name, version } = this.#chosen;
    this.#sections.chosen = `Scores are of ${plain(name)} ${plain(version)}, as \`score.model\` says.`;
    return this.#chosen;
  }

  async #train(
    config: IngestResult['config'],
    modality: Modality,
    { heatmaps, ...tables }: Pick<TrainInput, 'items' | 'labels' | 'features'> & { heatmaps: TableRef | null },
  ): Promise<TrainResult> {
    const { drop: run, timing } = this.#input;
    if (!config.train.enabled) return { head: null, skipped: null };
    this.enter('train');
    const name = config.train.name ?? run;
    const trained = await executeChild(trainRewardModel, {
      workflowId: trainId(name, run),
      staticSummary: `train reward head ${name} on ${run}`,
      args: [
        {
          run,
          name,
          modality,
          ...tables,
          ...(heatmaps === null ? {} : { heatmaps }),
          config: config.train,
          timing,
          links: this.#input.links,
        },
      ],
    });
    this.#report.models = trained.head === null ? [] : [trained.head];
    this.#report.trainingSkipped = trained.skipped;
    this.#sections.model =
      trained.head === null
        ? `No head was trained: ${plain(trained.skipped?.reason ?? '')}`
        : `${modelTable([trained.head], this.#input.links?.api)}${heatmapTable([trained.head])}\n\n${gateText(trained.gate ?? '')}`;
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

  /** Somebody approved; where agreement was too low, the report says who let the run go on. */
  overrule({ below }: Judged, { by }: Decision): void {
    if (below.length > 0) this.#report.overriddenBy = by;
  }

  async rework(ingested: IngestResult, judged: Judged, decision: Decision): Promise<void> {
    this.#round++;
    const itemIds = decision.kind === 'rework' ? decision.itemIds : undefined;
    await this.#collect(
      ingested,
      tasksAgain(ingested),
      itemIds === undefined ? { disagreeing: judged.labels.labels } : { itemIds },
    );
  }

  /** Asks people about items whose copies contradict each other, and those whose labels are out of date. */
  async settle(ingested: IngestResult, held: SelectionRef): Promise<void> {
    const { curate } = ingested.config;
    this.#round++;
    this.#settled = true;
    await this.#collect(ingested, tasksAgain(ingested), {
      ...(curate.conflicts === 'annotate' ? { conflicts: held } : {}),
      ...(renewsLabels(curate) ? { expired: held } : {}),
    });
  }

  async #collect(
    { items, annotations, config }: IngestResult,
    tasks: readonly Task[],
    only: { itemIds?: readonly string[]; disagreeing?: TableRef; conflicts?: SelectionRef; expired?: SelectionRef },
  ): Promise<void> {
    const { drop: run, timing } = this.#input;
    this.enter('annotate');
    const told = config.annotate.sensitive === undefined ? {} : { told: [...this.#annotations] };
    const result: AnnotateResult = await executeChild(annotateItems, {
      workflowId: annotateId(run, this.#round),
      staticSummary: `ask people about ${run}, round ${this.#round}`,
      args: [{ run, round: this.#round, items, annotations, tasks, config: config.annotate, timing, ...told, ...only }],
    });
    this.#collected.batches += result.batches;
    this.#collected.votes += result.votes;
    if (result.votes > 0) this.#annotations.push(result.annotations);
    if (result.escalated === undefined) return;
    this.#report.escalated = [...(this.#report.escalated ?? []), result.escalated];
    this.#sections.escalated = escalatedTable(this.#report.escalated, this.#itemPages());
  }

  /** Publishes; or returns the selection with what people are to be asked about first, which happens once. */
  async curate({ config, items, modality }: IngestResult, judged: Judged): Promise<SelectionRef | null> {
    const { labels, features, scores, heatmaps, model } = judged;
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
      ...(heatmaps.length === 0 ? {} : { heatmaps }),
      model,
      ...(config.aggregate.standardise ? { standardised: true as const } : {}),
      summaries: labels.summaries,
      config: config.curate,
      exports: config.export,
    };
    const asking = this.#input.votes === undefined && !this.#settled;
    const hold = {
      ...(config.curate.conflicts === 'annotate' && asking ? { holdConflicts: true as const } : {}),
      ...(renewsLabels(config.curate) && asking ? { holdExpired: true as const } : {}),
    };
    const { dataset, funnel, held } = await executeChild(curateDataset, {
      workflowId: curateId(name, run),
      staticSummary: `curate dataset ${name}`,
      args: [{ input, timing, ...hold }],
    });
    this.#report.funnel = funnel;
    this.#sections.funnel = funnelTable(funnel);
    if (dataset === null) return held ?? null;
    this.#report.datasets = [dataset];
    return null;
  }

  async finish(status: RunReport['status']): Promise<RunReport> {
    const report = {
      trainingSkipped: null,
      scoredBy: null,
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

  #details(): string {
    const { datasets = [] } = this.#report;
    return runDetails({ stage: this.#stage, round: this.#round }, this.#verdicts, datasets, this.#sections);
  }

  #show(): void {
    setCurrentDetails(this.#details());
  }
}
