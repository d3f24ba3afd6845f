/** Command lines of OpenRLHF 0.11, whose flags are dotted since 0.10. */
import type { ExportFormat } from '../../../schemas/pipeline.ts';
import { batchOf, type ExportFacts, type SideFile, shellFile } from './side-file.ts';

const NAMED = '"${MODEL:?name the model to start from}"';

const joined = (paths: readonly string[]): string => `"${paths.join(',')}"`;

const BATCH = 128;

/** A set that does not fill OpenRLHF's batch stops its trainers, or trains nothing. A smaller one is taken row by row, so that many devices share it. */
const batch = (facts: ExportFacts): string[] => {
  const size = batchOf(facts, BATCH);
  return size === BATCH ? [] : [`--train.batch_size ${size}`, '--train.micro_batch_size 1'];
};

/** The rows, joined through the model's chat template, which turns need. A file loaded by itself is all in split `train`. */
const data = (facts: ExportFacts, evaluated = facts.validation): string[] => [
  `--data.dataset ${joined(facts.train)}`,
  ...(evaluated.length === 0 ? [] : [`--eval.dataset ${joined(evaluated)}`, '--eval.split train']),
  '--data.apply_chat_template',
  '--data.max_len 4096',
  ...batch(facts),
  '--ckpt.output_dir out',
];

/** Without other rows `train_rm` takes a hundredth of its own for the mean and deviation of rewards, and stops where that is none. */
const evaluatedByReward = ({ rows, train, validation }: ExportFacts): readonly string[] =>
  validation.length === 0 && rows < 100 ? train : validation;

/** Pictures rule out a critic, which is the default: rewards are compared within a group of answers instead, as GRPO does. */
const PICTURES = [
  '--data.image_key images',
  '--data.max_images_per_prompt 16',
  '--algo.advantage.estimator group_norm',
  '--rollout.n_samples_per_prompt 8',
];

const COMMANDS: Readonly<Partial<Record<ExportFormat, (facts: ExportFacts) => SideFile>>> = {
  'openrlhf-sft': (facts) =>
    shellFile(
      'run-config.sh',
      ['OpenRLHF 0.11: supervised fine-tuning'],
      [
        'deepspeed --module openrlhf.cli.train_sft',
        `--model.model_name_or_path ${NAMED}`,
        '--data.input_key input',
        '--data.output_key output',
        ...data(facts),
      ],
    ),
  'openrlhf-rm': (facts) =>
    shellFile(
      'run-config.sh',
      [
        'OpenRLHF 0.11: a reward model. train_dpo takes the same file and flags, but for the margin.',
        'No --data.prompt_key: sides hold the whole conversation (OpenRLHF 909).',
      ],
      [
        'deepspeed --module openrlhf.cli.train_rm',
        `--model.model_name_or_path ${NAMED}`,
        '--data.chosen_key chosen',
        '--data.rejected_key rejected',
        ...(facts.margins > 0 ? ['--model.margin_loss_enable'] : []),
        ...data(facts, evaluatedByReward(facts)),
      ],
    ),
  'openrlhf-prompt': (facts) =>
    shellFile(
      'run-config.sh',
      ['OpenRLHF 0.11: reinforcement learning; REWARD_URL is that of `assay serve` (docs/guides/serve.md)'],
      [
        'python3 -m openrlhf.cli.train_ppo_ray',
        `--actor.model_name_or_path ${NAMED}`,
        '--reward.remote_url "${REWARD_URL:?where rewards are asked for}"',
        `--data.prompt_dataset ${joined(facts.train)}`,
        '--data.input_key input',
        '--data.label_key label',
        '--data.apply_chat_template',
        ...(facts.visual ? PICTURES : []),
        ...batch(facts),
        '--ckpt.output_dir out',
      ],
    ),
};

/** The command line that trains on an export of one of OpenRLHF's types. */
export const openrlhfConfig = (facts: ExportFacts): SideFile[] => {
  const command = COMMANDS[facts.format];
  return command === undefined ? [] : [command(facts)];
};
