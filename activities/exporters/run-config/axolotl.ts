/** Axolotl 0.19 over formats of other trainers that it takes as they are. */
import type { ExportFormat } from '../../../schemas/pipeline.ts';
import { type ExportFacts, MODEL, type SideFile, smoothing, smoothingComment, yamlFile } from './side-file.ts';

interface Run {
  readonly comments: readonly string[];
  /** Axolotl has no learning rate of its own: these are TRL's. */
  readonly settings: { readonly learning_rate: number } & object;
  /** How it reads the rows. */
  readonly dataset: object;
}

const RUNS: Readonly<Partial<Record<ExportFormat, (facts: ExportFacts) => Run>>> = {
  'llamafactory-sft': () => ({
    comments: [],
    settings: { learning_rate: 2e-5 },
    dataset: { type: 'chat_template', field_messages: 'messages' },
  }),
  'trl-preference': (facts) => {
    const epsilon = smoothing(facts);
    return {
      comments: smoothingComment(facts),
      settings: { rl: 'dpo', learning_rate: 1e-6, ...(epsilon === null ? {} : { dpo_label_smoothing: epsilon }) },
      dataset: { type: 'chat_template.default', field_messages: 'prompt' },
    };
  },
  'trl-prm': () => ({
    comments: ['Each step ends with one newline: Axolotl 0.19 drops `step_separator` when it checks this file.'],
    settings: { process_reward_model: true, learning_rate: 1e-5 },
    dataset: { type: 'stepwise_supervised' },
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
