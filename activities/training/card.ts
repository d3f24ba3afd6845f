import type { HeadManifest } from '../../schemas/model.ts';

const fixed = (value: number, digits = 3): string => value.toFixed(digits);

const baselineOf = ({ modality }: HeadManifest): string =>
  modality === 'text'
    ? 'The baseline prefers the longer response (equal lengths count half).'
    : 'Length means nothing for this modality: the baseline is the side that won most often in training.';

const limitsOf = ({ metrics, modality }: HeadManifest): string[] => [
  ...(metrics.n === 0
    ? ['No pair was left for validation: nothing is known about how well this head generalises.']
    : []),
  ...(metrics.n > 0 && metrics.accuracyCi[0] <= metrics.lengthOnlyAccuracy
    ? ['Its interval reaches down to the baseline: on these pairs it is not shown to be better.']
    : []),
  `It is linear in frozen ${modality === 'text' ? 'text' : 'image'} features and knows only the preferences of its own data; do not use it to judge people.`,
  ...(modality === 'video' ? ['A video is scored as the mean over single frames: motion is not seen.'] : []),
];

/** `card.md` of a head: what it is, what it was measured on, and what it cannot do. */
export const headCard = (manifest: HeadManifest): string => {
  const { name, version, encoder, data, hyperparameters, metrics } = manifest;
  const [low, high] = metrics.accuracyCi;
  return `# Reward head ${name} ${version}

A Bradley–Terry head on the frozen encoder \`${encoder.id}\` (revision \`${encoder.revision}\`, ${encoder.dims} features), exported as ONNX with its
standardisation and calibration inside: input \`features\` [n, ${encoder.dims}] float32, output \`reward\` [n]. σ(reward(a) − reward(b)) is the probability that a is preferred.

| | |
| --- | --- |
| training pairs | ${metrics.trainPairs} |
| validation pairs (other groups) | ${metrics.n} |
| accuracy on validation | ${fixed(metrics.accuracy)} (95 % Wilson ${fixed(low)} … ${fixed(high)}) |
| baseline on the same pairs | ${fixed(metrics.lengthOnlyAccuracy)} |
| accuracy on training pairs | ${fixed(metrics.trainAccuracy)} |
| expected calibration error | ${fixed(metrics.ece)} |
| negative log-likelihood | ${fixed(metrics.nll)} |
| temperature | ${fixed(metrics.temperature)} |

${baselineOf(manifest)} The temperature was fitted on training pairs, by heads that did not see their groups (five folds); validation pairs had no part in it.

## Made from
${Object.entries(data)
  .map(([table, digest]) => `- ${table} \`${digest}\``)
  .join('\n')}
- hyperparameters ${Object.entries(hyperparameters)
    .map(([key, value]) => `${key} = ${value}`)
    .join(', ')}
- every pair, with its items and its split, is in \`pairs.parquet\`

## Limits
${limitsOf(manifest)
  .map((limit) => `- ${limit}`)
  .join('\n')}
`;
};
