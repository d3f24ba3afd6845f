/** The page of a reward head: what it is, when it served and why, what it measured beside its baseline, what it cannot do. */
import { html } from 'hono/html';
import type { HeadReport, ModelReport } from '../schemas/evaluation.ts';
import { HEAD_KINDS } from '../schemas/model.ts';
import { type Content, grid, moment, page } from './html.ts';
import { intervalMark } from './interval-mark.ts';
import { evaluationSections } from './model-figures.ts';
import { fixed, interval, pathOf, percent, section } from './model-words.ts';

const identity = ({ manifest, serving, versions }: ModelReport): Content => {
  const { name, version, kind, modality, encoder, metrics, onnx } = manifest;
  const state =
    serving === version
      ? html`<span class="state">serves</span>`
      : serving === null
        ? html`no version of ${name} serves`
        : html`does not serve; <a href="${pathOf(name, serving)}">${serving}</a> does`;
  return html`<dl>
<dt>Version</dt><dd><code>${version}</code> ${state}</dd>
<dt>Head</dt><dd>${HEAD_KINDS[kind]}</dd>
<dt>Encoder</dt><dd>${encoder.id}, revision <code>${encoder.revision}</code>, ${encoder.dims} features, ${modality}</dd>
<dt>Trained on</dt><dd>${metrics.trainPairs} examples; held out: ${metrics.n}</dd>
<dt>File</dt><dd>model.onnx, ${onnx.bytes} bytes, SHA-256 <code>${onnx.sha256}</code></dd>
${
  versions.length < 2
    ? ''
    : html`<dt>Versions</dt><dd>${versions.map(
        (each, i) =>
          html`${i === 0 ? '' : html`<br>`}${
            each.version === version
              ? html`<strong>${each.version}</strong>`
              : html`<a href="${pathOf(name, each.version)}">${each.version}</a>`
          } <span class="quiet">${moment(each.at)}${each.version === serving ? ', serves' : ''}</span>`,
      )}</dd>`
}
</dl>`;
};

const history = ({ manifest: { name }, promotions }: ModelReport): Content =>
  promotions.length === 0
    ? html`<p>No version has been promoted yet: <code>assay model promote ${name} VERSION</code></p>`
    : grid(
        ['when', 'what', 'version', 'by', 'why', 'note'],
        promotions
          .toReversed()
          .map(({ at, kind, version, by, reason, note }) => [
            moment(at),
            kind === 'rollback' ? 'rolled back to' : 'promoted',
            html`<a href="${pathOf(name, version)}">${version}</a>`,
            by || null,
            reason,
            note || null,
          ]),
        'Promotions and rollbacks, the newest first; the newest holds',
      );

const quality = ({ manifest: { metrics } }: ModelReport, evaluation: HeadReport | null): Content => {
  const counts = evaluation?.counts ?? 'pairs';
  const { accuracy, accuracyCi: ci, lengthOnlyAccuracy: baseline, gain } = metrics;
  if (metrics.n === 0) return html`<p>Nothing was held out, so nothing is measured.</p>`;
  return html`${grid(
    ['', 'accuracy', '95 % interval', '0 to 1'],
    [
      ['this head', fixed(accuracy), interval(ci), intervalMark({ accuracy, ci, baseline })],
      [`baseline: ${evaluation?.baseline ?? 'length only'}`, fixed(baseline), null, null],
      ...(gain === undefined ? [] : [['head less baseline', fixed(gain.value), interval(gain.ci), null]]),
    ],
    `Accuracy on ${metrics.n} held-out ${counts}; intervals by Wilson, of the difference by bootstrap over groups`,
  )}
<p>${verdict(gain)} In training it was right in ${percent(metrics.trainAccuracy)}.</p>`;
};

const verdict = (gain: { readonly ci: readonly [number, number] } | undefined): string => {
  if (gain === undefined) return '';
  if (gain.ci[0] > 0) return 'It beats the baseline beyond noise.';
  return gain.ci[1] < 0
    ? 'It is worse than the baseline beyond noise: do not use it.'
    : 'It is not shown to beat the baseline: the interval of the difference reaches across 0.';
};

const list = (lines: readonly string[]): Content => html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`;

const making = ({ manifest }: ModelReport, evaluation: HeadReport | null): Content => html`${
  evaluation === null
    ? ''
    : list([
        `Contradictory training pairs, in the data both ways round: ${evaluation.contradictoryPairs} (kept, they cancel)`,
        ...evaluation.notes,
      ])
}
<dl>${Object.entries(manifest.hyperparameters).map(([key, value]) => html`<dt>${key}</dt><dd>${value}</dd>`)}
${Object.entries(manifest.data).map(([key, digest]) => html`<dt>${key}</dt><dd><code>${digest}</code></dd>`)}</dl>`;

/** The page, in full without scripts. A head whose evaluation cannot be read gets what its manifest says. */
export const modelPage = (report: ModelReport): Content => {
  const { manifest, evaluation, limits } = report;
  const { name, version } = manifest;
  return page(
    `Reward head ${name}`,
    html`${identity(report)}
${section('Quality', quality(report, evaluation))}
${limits.length === 0 ? '' : section('Limits', list(limits))}
${section('Promotions', history(report))}
${
  evaluation === null
    ? html`<p>There is no evaluation beside this version that can be read.</p>`
    : evaluationSections(manifest, evaluation)
}
${section('How it was made', making(report, evaluation))}
<p class="quiet">As JSON: <a href="/api/models/${name}?version=${version}">/api/models/${name}?version=${version}</a></p>`,
  );
};
