/** Axolotl 0.19 over formats of other trainers that it takes as they are. */
import type { ExportFormat } from '../../../schemas/pipeline.ts';
import { type ExportFacts, MODEL, type SideFile, smoothing, smoothingComment, yamlFile } from './side-file.ts';

interface Run {
  readonly comments: readonly string[];
  readonly settings: object;
  /** How it reads the rows. */
  readonly dataset: object;
}

const RUNS: Readonly<Partial<Record<ExportFormat, (facts: ExportFacts) => Run>>> = {
  'llamafactory-sft': () => ({
    comments: [],
    settings: {},
    dataset: { type: 'chat_template', field_messages: 'messages' },
  }),
  'trl-preference': (facts) => {
    const epsilon = smoothing(facts);
    return {
      comments: smoothingComment(facts),
      settings: { rl: 'dpo', ...(epsilon === null ? {} : { dpo_label_smoothing: epsilon }) },
      dataset: { type: 'chat_template.default', field_messages: 'prompt' },
    };
  },
  'trl-prm': () => ({
    comments: [],
    settings: { process_reward_model: true },
    dataset: { type: 'stepwise_supervised', step_separator: '\n\n' },
  }),
};

/** The config that trains on an export Axolotl can read; none where rows may show pictures. */
export const axolotlConfig = (facts: ExportFacts): SideFile[] => {
  const run = facts.visual ? undefined : RUNS[facts.format]?.(facts);
  if (run === undefined) return [];
  const comments = [`axolotl train axolotl.yaml, with the name of a model for ${MODEL}`, ...run.comments];
  return [
    yamlFile('axolotl.yaml', comments, {
      base_model: MODEL,
      ...run.settings,
      datasets: facts.train.map((path) => ({ path, ds_type: 'json', split: 'train', ...run.dataset })),
      sequence_len: 4096,
      output_dir: 'out',
    }),
  ];
};
