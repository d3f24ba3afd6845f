/** Overrides of verl 0.9's PPO trainer. */
import { type ExportFacts, type SideFile, shellFile } from './side-file.ts';

/** verl drops the last batch: one that is larger than the set would leave nothing to train on. */
const batchOf = (rows: number): number => 2 ** Math.floor(Math.log2(Math.min(256, Math.max(1, rows))));

const list = (paths: readonly string[]): string => `"[${paths.join(',')}]"`;

export const verlConfig = ({ format, train, validation, rows }: ExportFacts): SideFile[] => {
  if (format !== 'verl') return [];
  const batch = batchOf(Math.floor(rows / 2));
  return [
    shellFile(
      'run-config.sh',
      [
        'verl 0.9: GRPO. REWARD is a Python file with compute_score(data_source, solution_str, ground_truth, extra_info):',
        'verl has no reward function for the data source of these rows.',
      ],
      [
        'python3 -m verl.trainer.main_ppo',
        'algorithm.adv_estimator=grpo',
        `data.train_files=${list(train)}`,
        `data.val_files=${list(validation.length === 0 ? train : validation)}`,
        `data.train_batch_size=${batch}`,
        'data.filter_overlong_prompts=True',
        'actor_rollout_ref.model.path="${MODEL:?name the model to start from}"',
        `actor_rollout_ref.actor.ppo_mini_batch_size=${batch}`,
        'actor_rollout_ref.actor.use_dynamic_bsz=True',
        'actor_rollout_ref.rollout.name=vllm',
        'actor_rollout_ref.rollout.n=8',
        'reward.custom_reward_function.path="${REWARD:?name the file with compute_score}"',
      ],
    ),
  ];
};
