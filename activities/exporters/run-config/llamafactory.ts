/** LLaMA-Factory 0.9: `dataset_info.json`, which says how to read the rows, and the config of a run. */
import type { ExportFormat } from '../../../schemas/pipeline.ts';
import { ktoWeights } from '../trl-kto.ts';
import { type ExportFacts, MODEL, type SideFile, smoothing, smoothingComment, yamlFile } from './side-file.ts';

interface Stage {
  readonly stage: 'sft' | 'dpo' | 'kto';
  readonly info: object;
  readonly comments: readonly string[];
  readonly settings: object;
}

/** OpenAI's names of roles, not ShareGPT's. */
const TAGS = {
  role_tag: 'role',
  content_tag: 'content',
  user_tag: 'user',
  assistant_tag: 'assistant',
  system_tag: 'system',
};

const dpo = (facts: ExportFacts): Stage => {
  const epsilon = smoothing(facts);
  return {
    stage: 'dpo',
    info: { ranking: true, columns: { messages: 'messages', chosen: 'chosen', rejected: 'rejected' } },
    comments: smoothingComment(facts),
    settings: { pref_loss: 'sigmoid', ...(epsilon === null ? {} : { dpo_label_smoothing: epsilon }) },
  };
};

const kto = ({ labels }: ExportFacts): Stage => {
  const weights = ktoWeights(labels['true'] ?? 0, labels['false'] ?? 0);
  return {
    stage: 'kto',
    info: { columns: { messages: 'messages', kto_tag: 'label' } },
    comments: ['The weights keep w_D n_D / (w_U n_U) inside [1, 4/3].'],
    settings: {
      per_device_train_batch_size: 4,
      ...(weights === null ? {} : { kto_chosen_weight: weights.desirable, kto_rejected_weight: weights.undesirable }),
    },
  };
};

const STAGES: Readonly<Partial<Record<ExportFormat, (facts: ExportFacts) => Stage>>> = {
  'llamafactory-sft': () => ({ stage: 'sft', info: { columns: { messages: 'messages' } }, comments: [], settings: {} }),
  'llamafactory-dpo': dpo,
  'llamafactory-kto': kto,
};

/** The description of the rows and the config that trains on them. */
export const llamafactoryConfig = (facts: ExportFacts): SideFile[] => {
  const stage = STAGES[facts.format]?.(facts);
  if (stage === undefined) return [];
  const { name, train, validation } = facts;
  const splits = { [name]: train[0], [`${name}-validation`]: validation[0] };
  const info = Object.entries(splits).flatMap(([split, file]) =>
    file === undefined
      ? []
      : [[split, { file_name: file, formatting: 'sharegpt', ...stage.info, tags: TAGS }] as const],
  );
  return [
    {
      path: 'dataset_info.json',
      body: `${JSON.stringify(Object.fromEntries(info), null, 2)}\n`,
      contentType: 'application/json',
    },
    yamlFile(
      'run-config.yaml',
      [`llamafactory-cli train run-config.yaml, with the name of a model for ${MODEL}`, ...stage.comments],
      {
        model_name_or_path: MODEL,
        stage: stage.stage,
        do_train: true,
        finetuning_type: 'lora',
        dataset_dir: '.',
        dataset: name,
        ...(validation.length === 0 ? {} : { eval_dataset: `${name}-validation` }),
        cutoff_len: 4096,
        output_dir: 'out',
        ...stage.settings,
      },
    ),
  ];
};
