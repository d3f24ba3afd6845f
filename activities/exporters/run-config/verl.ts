/** Overrides of verl 0.9's PPO trainer. */
import { batchOf, type ExportFacts, type SideFile, shellFile } from './side-file.ts';

const list = (paths: readonly string[]): string => `"[${paths.join(',')}]"`;

export const verlConfig = (facts: ExportFacts): SideFile[] => {
  const { format, train, validation } = facts;
  if (format !== 'verl') return [];
  const batch = batchOf(facts, 256);
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
        'data.max_prompt_length=4096',
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
