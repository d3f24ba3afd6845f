/** `card.md`: a dataset card as the Hugging Face hub reads it, generated from records only. */
import { stringify } from 'yaml';
import type { LabelSummary } from '../../schemas/label.ts';
import type { MetricsReport } from '../../schemas/metrics.ts';
import type { HeadManifest } from '../../schemas/model.ts';
import type { NumberedWaiver } from '../../schemas/waiver.ts';
import type { CurateInput } from '../contract.ts';
import { sizeCategory } from '../exporters/size-category.ts';
import { ktoWeights } from '../exporters/trl-kto.ts';
import { exportsTable, loaderOf, loading, patterns } from './card-exports.ts';
import type { CardFacts } from './card-facts.ts';
import { generatorsSection } from './card-generators.ts';
import { fairnessSection, metricsSection } from './card-metrics.ts';
import { peopleSection, representationSection } from './card-people.ts';
import { fixed, list, range, table } from './card-table.ts';
import type { ExportRecord } from './export.ts';
import type { SelectionFile } from './selection-file.ts';

export interface CardInput {
  readonly input: CurateInput & { readonly version: string };
  readonly selection: SelectionFile;
  readonly exports: readonly ExportRecord[];
  readonly facts: CardFacts;
  readonly metrics: MetricsReport;
  readonly head: HeadManifest | null;
  /** Rules of the export that rows break, and who let them pass. */
  readonly waivers: readonly NumberedWaiver[];
}

const frontMatter = ({ input, selection, exports }: CardInput): string => {
  const licenses = [...new Set(selection.sources.map(({ license }) => license.toLowerCase()))];
  const languages = Object.keys(selection.languages).filter((language) => language !== 'und');
  return stringify({
    pretty_name: input.name,
    ...(licenses.length === 0 ? {} : { license: licenses.length === 1 ? licenses[0] : licenses }),
    ...(languages.length === 0 ? {} : { language: languages }),
    size_categories: [sizeCategory(selection.rows)],
    tags: ['human-feedback', input.modality],
    configs: exports
      .filter((format) => loaderOf(format) !== null)
      .map((format, index) => ({
        config_name: format.format,
        ...(index === 0 ? { default: true } : {}),
        data_files: patterns(format),
      })),
  });
};

const agreement = (summaries: readonly LabelSummary[]): string =>
  summaries.length === 0
    ? 'Nothing was labelled.'
    : table(
        [
          'task',
          'aspect',
          'labels',
          'annotations',
          'annotators',
          'level',
          'Krippendorff α',
          '95 % CI',
          'agreeing pairs',
        ],
        summaries.map((s) => [
          s.task,
          s.aspect,
          s.n,
          s.annotations,
          s.annotators,
          s.level,
          fixed(s.alpha),
          range(s.ci),
          s.percent === null ? null : `${(100 * s.percent).toFixed(1)} %`,
        ]),
      );

const kto = (exports: readonly ExportRecord[]): string => {
  const labels = exports.find(({ format }) => format === 'trl-kto')?.labels;
  if (labels === undefined) return '';
  const [desirable, undesirable] = [labels['true'] ?? 0, labels['false'] ?? 0];
  const weights = ktoWeights(desirable, undesirable);
  const advice =
    weights === null
      ? 'One side is empty: KTO has nothing to contrast.'
      : `Suggested: \`desirable_weight=${weights.desirable}\`, \`undesirable_weight=${weights.undesirable}\`.`;
  return `\n**KTO**: ${desirable} desirable and ${undesirable} undesirable rows. ${advice}\n`;
};

const headSection = ({ input: { model }, head, selection }: CardInput): string => {
  if (model === null) return 'No reward head was trained or used; no score took part in the selection.';
  const scored = selection.rows === 0 ? '' : ' Every scored row carries its rewards.';
  if (head === null) return `Scores are of \`${model.name}\` ${model.version}, a model behind another server.${scored}`;
  const { metrics } = head;
  return `\`${head.name}\` ${head.version} on \`${head.encoder.id}\`: accuracy ${fixed(metrics.accuracy)} (95 % Wilson ${range(metrics.accuracyCi)}) on ${metrics.n} validation pairs;
${head.modality === 'text' ? 'preferring the longer response' : 'preferring the side that won most in training'} gets ${fixed(metrics.lengthOnlyAccuracy)} on the same pairs. ECE ${fixed(metrics.ece)}, NLL ${fixed(metrics.nll)}.${scored}`;
};

const limits = ({ input, selection, exports, facts: { voices }, head }: CardInput): string[] => {
  const filters = new Set<string>(input.config.filters.map((filter) => filter.kind));
  const people = voices.find(({ kind }) => kind === 'human');
  const unmeasured = input.summaries.filter(({ alpha }) => alpha === null).map(({ task }) => task);
  return [
    ...(selection.rows === 0 ? ['No row passed the selection: the funnel says why.'] : []),
    ...(people === undefined ? ['No person took part: labels come from programs or models.'] : []),
    ...(people !== undefined && people.sources < 3
      ? [
          `Preferences of ${people.sources} ${people.sources === 1 ? 'person' : 'people'} at most are not those of a public.`,
        ]
      : []),
    ...(unmeasured.length > 0
      ? [`Agreement is unknown for ${[...new Set(unmeasured)].join(', ')}: no item has two votes.`]
      : []),
    ...(selection.languages['und'] === undefined
      ? []
      : [`The language of ${selection.languages['und']} rows is not stated.`]),
    ...selection.leftOut.map(({ format, needs }) => `\`${format}\` is not exported: it needs ${needs}.`),
    ...(selection.splits['validation'] === undefined && selection.rows > 0 ? ['There is no validation split.'] : []),
    ...(input.config.dedup === 'exact' ? ['Only exact duplicates were taken out; near-duplicates may remain.'] : []),
    ...(head !== null && head.data.items === input.items.digest
      ? [
          'The reward head was trained on preferences of this very drop: its scores of rows it was fitted on are not independent of their labels.',
        ]
      : []),
    ...(head !== null && head.metrics.n > 0 && head.metrics.accuracyCi[0] <= head.metrics.lengthOnlyAccuracy
      ? ['The reward head is not shown to be better than its baseline: take its scores as a hint.']
      : []),
    ...(exports.some(({ leftOut }) => Object.keys(leftOut).length > 0)
      ? ['Some rows have no form in some formats: the table of formats counts them.']
      : []),
    ...(filters.has('pii') ? [] : ['Content was not screened for personal data.']),
    ...(filters.has('toxicity') ? [] : ['Content was not screened for safety.']),
  ];
};

const useSection = ({ input: { config }, selection }: CardInput): string => {
  const licenses = [...new Set(selection.sources.map(({ license }) => license))];
  return [
    config.use?.intended ?? 'Not stated: `pipeline.yaml` has no `curate.use`.',
    `**Terms.** ${config.use?.terms ?? 'Not stated beyond the licences of the sources.'}${
      licenses.length === 0 ? '' : ` Licences of the sources: ${licenses.join(', ')}.`
    }`,
  ].join('\n\n');
};

const waived = (waivers: readonly NumberedWaiver[]): string =>
  waivers.length === 0
    ? ''
    : `\n**Waived.** Some rows break a rule of this export; it was let pass.\n\n${table(
        ['rule', 'by', 'why', 'recorded', 'until'],
        waivers.map(({ rule, by, note, at, until }) => [rule, by, note, at, until]),
      )}\n`;

/** The card. Equal records give equal text: it holds no clock and no place. */
export const datasetCard = (card: CardInput): string => {
  const { input, selection, exports, facts, metrics } = card;
  return `---
${frontMatter(card)}---

# ${input.name}

Human feedback curated by Assay. Version \`${input.version}\`: ${selection.rows} rows (${list(selection.splits) ?? 'none'}), modality ${input.modality}, tasks ${list(selection.tasks) ?? 'none'}, languages ${list(selection.languages) ?? 'none'}.

## Sources
${table(
  ['drop', 'licence', 'rows', 'files'],
  selection.sources.map(({ drop, license, rows, files }) => [drop, license, rows, files.length]),
)}

## Intended use
${useSection(card)}
${waived(card.waivers)}
## Who answered
${peopleSection(facts)}

## Agreement
${agreement(input.summaries)}

## Selection
![What each step of the selection left](funnel.svg)

${table(
  ['step', 'in', 'out', 'taken out'],
  selection.funnel.map((step) => [step.step, step.in, step.out, list(step.reasons)]),
)}

Every item's own decision, with the figures behind it, is in \`decisions/\`; every row names the drop, file and line it came from.

## Representation
${representationSection(facts)}

## Fairness
${fairnessSection(metrics)}

${generatorsSection(selection)}## Reward head
${headSection(card)}

## Formats
${exportsTable(exports)}
${kto(exports)}
## Load it
${loading(input, exports)}

## Metrics
${metricsSection(metrics)}

\`metrics.json\` has every figure. Metrics on rows and decisions are of at most 10,000 of each, drawn by hash.

## Limits
${limits(card)
  .map((limit) => `- ${limit}`)
  .join('\n')}
`;
};
