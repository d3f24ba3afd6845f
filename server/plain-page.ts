/** The first of the plain pages: runs, datasets and reward models. */
import { html } from 'hono/html';
import { type Content, grid, moment, page } from './html.ts';
import { intervalMark } from './interval-mark.ts';
import type { Library, Runs } from './ports.ts';

export interface Overview {
  readonly runs: Awaited<ReturnType<Runs['list']>>;
  readonly datasets: Awaited<ReturnType<Library['datasets']>>['datasets'];
  readonly models: Awaited<ReturnType<Library['models']>>['models'];
  readonly temporalUi: string;
}

export const plainPage = ({ runs, datasets, models, temporalUi }: Overview): Content =>
  page(
    'Runs and datasets',
    html`<p><a href="/console/">Console</a> · <a href="${temporalUi}">Temporal UI</a>: follow, approve or reject a run there.</p>
<h2>Runs</h2>
${grid(
  ['drop', 'stage', 'status', 'started'],
  runs.map((run) => [
    html`<a href="${temporalUi}/namespaces/default/workflows/${encodeURIComponent(`run/${run.drop}`)}">${run.drop}</a>`,
    run.stage,
    run.status,
    moment(Date.parse(run.startedAt)),
  ]),
  'Runs of drops; each leads to the Temporal UI',
)}
<h2>Datasets</h2>
${grid(
  ['name', 'version', 'rows'],
  datasets.map((d) => [html`<a href="/api/datasets/${d.name}">${d.name}</a>`, d.version, d.rows]),
  'Versions of datasets; each leads to its lineage as JSON',
)}
<h2>Reward models</h2>
${grid(
  ['name', 'version', 'state', 'accuracy', 'baseline', 'n', '0 to 1'],
  models.map(({ name, version, promoted, metrics: { accuracy, accuracyCi, lengthOnlyAccuracy, n } }) => [
    html`<a href="/models/${name}">${name}</a>`,
    html`<a href="/models/${name}/${version}">${version}</a>`,
    promoted ? 'serves' : null,
    accuracy.toFixed(3),
    lengthOnlyAccuracy.toFixed(3),
    n,
    intervalMark({ accuracy, ci: accuracyCi, baseline: lengthOnlyAccuracy }),
  ]),
  'Versions of reward heads: accuracy on n held-out examples, and what the baseline has on the same',
)}`,
  );
