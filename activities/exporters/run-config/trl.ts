/** Configs of TRL's command line (`trl dpo --config run-config.yaml`), read by TRL 1.9 to 1.16. */
import type { ExportFormat } from '../../../schemas/pipeline.ts';
import { ktoWeights } from '../trl-kto.ts';
import { type ExportFacts, MODEL, type SideFile, smoothing, smoothingComment, yamlFile } from './side-file.ts';

interface Run {
  readonly command: string;
  readonly comments: readonly string[];
  readonly settings: object;
}

const PICTURES =
  'max_length is null: truncation would cut the tokens of pictures. Run in this folder: rows name pictures by path.';

/** Length limits, where rows may show pictures. */
const untruncated = (visual: boolean): { max_length?: null } => (visual ? { max_length: null } : {});

const kto = ({ labels, visual }: ExportFacts): Run => {
  const weights = ktoWeights(labels['true'] ?? 0, labels['false'] ?? 0);
  return {
    command: 'kto',
    comments: [
      'More than one row a device: the KL term pairs each prompt with the answer of the row before. Rows of one prompt do not stand',
      'together, so that with an even batch that is never its own prompt; TRL reads them in this order.',
      'The weights keep w_D n_D / (w_U n_U) inside [1, 4/3].',
      ...(visual ? [PICTURES] : []),
    ],
    settings: {
      loss_type: 'kto',
      per_device_train_batch_size: 4,
      ...untruncated(visual),
      ...(weights === null ? {} : { desirable_weight: weights.desirable, undesirable_weight: weights.undesirable }),
    },
  };
};

const dpo = (facts: ExportFacts): Run => {
  const epsilon = smoothing(facts);
  return {
    command: 'dpo',
    comments: [...smoothingComment(facts), ...(facts.visual ? [PICTURES] : [])],
    settings: {
      loss_type: ['sigmoid'],
      ...(epsilon === null ? {} : { label_smoothing: epsilon }),
      ...untruncated(facts.visual),
    },
  };
};

/** TRL hands reward functions every column of a row by its name. */
const online = (columns: string): Run => ({
  command: 'grpo',
  comments: [
    `Rewards come from a model, or from functions that are handed ${columns}: reward_funcs: [my_module.my_reward].`,
    'The batch is a multiple of num_generations.',
  ],
  settings: {
    reward_model_name_or_path: 'REWARD_MODEL',
    per_device_train_batch_size: 8,
    num_generations: 8,
  },
});

const RUNS: Readonly<Partial<Record<ExportFormat, (facts: ExportFacts) => Run>>> = {
  'trl-preference': dpo,
  'trl-sft': ({ visual }) => ({ command: 'sft', comments: visual ? [PICTURES] : [], settings: untruncated(visual) }),
  'trl-kto': kto,
  'trl-reward': () => ({
    command: 'reward',
    comments: ['Rows longer than max_length are left out by the trainer, not cut.'],
    settings: { max_length: 4096 },
  }),
  'trl-prompt-only': () => online('prompts and completions'),
  'trl-grpo': ({ visual }) =>
    online(`prompts, completions, ${visual ? 'images and solution' : 'solution, reward and aspects'}`),
};

/** TRL's command line has no PRM trainer, and TRL none after 1.13. */
const PRM = `"""Stepwise supervision with TRL 1.13, the last with a PRM trainer: python run-config.py"""

from datasets import load_dataset
from transformers import AutoModelForTokenClassification, AutoTokenizer
from trl.experimental.prm import PRMConfig, PRMTrainer

model = AutoModelForTokenClassification.from_pretrained("${MODEL}", num_labels=2)
PRMTrainer(
    model=model,
    args=PRMConfig(output_dir="out", step_separator="\\n\\n"),
    processing_class=AutoTokenizer.from_pretrained("${MODEL}"),
    train_dataset=load_dataset("json", data_files="train.jsonl", split="train"),
).train()
`;

/** The config that trains on an export of one of TRL's types. */
export const trlConfig = (facts: ExportFacts): SideFile[] => {
  if (facts.format === 'trl-prm') return [{ path: 'run-config.py', body: PRM, contentType: 'text/x-python' }];
  const run = RUNS[facts.format]?.(facts);
  if (run === undefined) return [];
  const comments = [
    `trl ${run.command} --config run-config.yaml, with the name of a model for ${MODEL}`,
    ...run.comments,
  ];
  return [
    yamlFile('run-config.yaml', comments, {
      model_name_or_path: MODEL,
      datasets: [{ path: 'json', data_files: facts.train, split: 'train' }],
      output_dir: 'out',
      ...run.settings,
    }),
  ];
};
