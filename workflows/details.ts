/** Markdown for the Temporal UI: what a reviewer needs to decide, from ids and counts alone. */
import type { LabelActivities, MergedHeatmaps } from '../activities/contract.ts';
import type { FunnelStep } from '../schemas/dataset.ts';
import type { LabelSummary } from '../schemas/label.ts';
import type { HeadRef } from '../schemas/model.ts';
import type { IngestCounts } from '../schemas/run-report.ts';
import type { Escalated } from '../schemas/sensitive.ts';

/** Text from data or people as Markdown that shows it and does nothing: no markup, link, image, autolink or line break, 200 characters unless told. */
export const plain = (text: string, most = 200): string =>
  (text.length > most ? `${text.slice(0, most - 1)}…` : text)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}<>]/gu, ' ')
    .replaceAll(/[\\`*_[\]!~|&]|@(?=[-\w]+\.)|(?<=:)\/\/|(?<=www)\./gi, (mark) => `\\${mark}`);

/** A link that we made ourselves; its label is text. */
export type Link = { readonly label: string; readonly href: string };
type Cell = string | number | null | Link;

const cell = (value: Cell): string => {
  if (value === null) return '–';
  if (typeof value !== 'object') return plain(String(value));
  return `[${plain(value.label)}](${encodeURI(value.href).replaceAll(/[()|]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)})`;
};

const linked = (label: string, href: string | null): Cell => (href === null ? label : { label, href });

/** A Markdown table; every cell is escaped, so that data cannot become markup. */
export const table = (head: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))].map((row) => `| ${row.join(' | ')} |`).join('\n');

export const fixed = (value: number | null | undefined, digits = 3): string | null =>
  value === null || value === undefined ? null : value.toFixed(digits);

export const range = (ci: readonly [number, number] | null): string | null =>
  ci === null ? null : `${fixed(ci[0], 2)} to ${fixed(ci[1], 2)}`;

export const countsTable = (counts: IngestCounts): string =>
  table(
    ['rows in', '= rows out', '+ quarantined', 'items', 'annotations', 'media', 'files'],
    [[counts.rowsIn, counts.rowsOut, counts.quarantined, counts.items, counts.annotations, counts.media, counts.files]],
  );

export const quarantineTable = (
  samples: readonly { file: string; row: number; code: string; message: string }[],
): string =>
  samples.length === 0
    ? 'Nothing was quarantined.'
    : `**Quarantined** (first ${samples.length})\n\n${table(
        ['file', 'row', 'code', 'why'],
        samples.map((s) => [s.file, s.row, s.code, s.message.slice(0, 120)]),
      )}`;

export const agreementTable = (summaries: readonly LabelSummary[]): string =>
  table(
    ['task', 'aspect', 'labels', 'votes', 'annotators', 'α', '95 % CI', 'agree'],
    summaries.map((s) => [
      s.task,
      s.aspect,
      s.n,
      s.annotations,
      s.annotators,
      fixed(s.alpha),
      range(s.ci),
      s.percent === null ? null : `${(100 * s.percent).toFixed(0)} %`,
    ]),
  );

/** What the promotion gate said: figures and intervals of two heads, longer than other texts. */
export const gateText = (gate: string): string => plain(gate, 600);

/** Heads with what they measured; with the API's address each leads to its page. */
export const modelTable = (models: readonly HeadRef[], api?: string): string =>
  table(
    ['head', 'accuracy', '95 % CI', 'baseline', 'n', 'ECE', 'promoted'],
    models.map(({ name, version, metrics, promoted }) => [
      linked(`${name} ${version.slice(0, 8)}`, api === undefined ? null : `${api}/models/${name}/${version}`),
      fixed(metrics.accuracy),
      range(metrics.accuracyCi),
      fixed(metrics.lengthOnlyAccuracy),
      metrics.n,
      fixed(metrics.ece),
      promoted ? 'yes' : 'no',
    ]),
  );

export const funnelTable = (funnel: readonly FunnelStep[]): string =>
  table(
    ['step', 'in', 'out', 'taken out'],
    funnel.map((s) => [
      s.step,
      s.in,
      s.out,
      Object.entries(s.reasons)
        .map(([reason, n]) => `${reason}: ${n}`)
        .join(', ') || null,
    ]),
  );

/** Items whose votes disagree most, each a link below `items` where that is known. */
export const flaggedTable = (
  { flagged, flaggedCount }: Pick<Awaited<ReturnType<LabelActivities['aggregate']>>, 'flagged' | 'flaggedCount'>,
  items: string | null,
): string => {
  if (flagged.length === 0) return 'No item has disagreeing votes.';
  const link = (item: string) => (items === null ? item : { label: `${item.slice(0, 11)}…`, href: `${items}/${item}` });
  return `**Flagged: ${flaggedCount} items with disagreeing votes** (worst ${flagged.length})\n\n${table(
    ['item', 'task', 'agree', 'file', 'row'],
    flagged.map((f) => [link(f.item), f.task, `${(100 * f.agreement).toFixed(0)} %`, f.file, f.row]),
  )}`;
};

/** Sensitive items that rounds asked nobody about, the first of each, each a link below `items` where that is known. */
export const escalatedTable = (rounds: readonly Escalated[], items: string | null): string =>
  rounds
    .map(({ round, items: n, first }) => {
      const shown = first.slice(0, 10);
      return `**Round ${round}: ${n}** (first ${shown.length})\n\n${table(
        ['item'],
        shown.map((item) => [linked(item, items === null ? null : `${items}/${item}`)]),
      )}`;
    })
    .join('\n\n');

type Overlap = MergedHeatmaps['regions'][number]['iou'];

/** Agreement on where images were marked, and the images of which most is marked, each a link below `items` where that is known. */
export const regionsTable = (
  { regions, left, flagged }: Omit<MergedHeatmaps, 'heatmaps'>,
  items: string | null,
): string => {
  const estimate = (each: Overlap): Cell[] => [fixed(each?.value), range(each?.ci ?? null)];
  const agreement = table(
    ['region', 'images', 'marked', 'pairs of annotators', 'IoU', '95 % CI', 'SIM', '95 % CI'],
    regions.map((r) => [r.kind, r.images, r.marked, r.pairs, ...estimate(r.iou), ...estimate(r.sim)]),
  );
  const most = table(
    ['image', 'response', 'region', 'marked', 'annotators'],
    flagged.map((f) => [
      linked(`${f.item.slice(0, 11)}…`, items === null ? null : `${items}/${f.item}`),
      f.response,
      f.kind,
      `${(100 * f.mass).toFixed(1)} %`,
      f.annotators,
    ]),
  );
  return [
    agreement,
    left > 0 && `${left} marks are on no heatmap: on frames of videos, without an image, or masks that are none.`,
    flagged.length > 0 && `**Most marked** (${flagged.length})\n\n${most}`,
  ]
    .filter(Boolean)
    .join('\n\n');
};

/** How heads' heatmaps do on held-out images, to stand below their table; nothing where no head predicts any. */
export const heatmapTable = (models: readonly HeadRef[]): string => {
  const rows = models.flatMap(({ name, metrics }) =>
    Object.entries(metrics.heatmaps ?? {}).map(([kind, m]) => [
      name,
      kind,
      m.n,
      fixed(m.mse, 4),
      fixed(m.cc),
      fixed(m.nss),
      fixed(m.aucJudd),
    ]),
  );
  const head = ['head', 'region', 'held-out images', 'MSE', 'CC', 'NSS', 'AUC-Judd'];
  return rows.length === 0 ? '' : `\n\n${table(head, rows)}`;
};
