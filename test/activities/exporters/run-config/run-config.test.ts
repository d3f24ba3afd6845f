import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { sideFiles } from '../../../../activities/exporters/run-config/index.ts';
import type { ExportFacts } from '../../../../activities/exporters/run-config/side-file.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../../../schemas/pipeline.ts';

const facts = (format: ExportFormat, given: Partial<ExportFacts> = {}): ExportFacts => ({
  name: 'pairs',
  version: '0123456789abcdef',
  format,
  visual: false,
  modality: 'text',
  rows: 100,
  train: ['train.jsonl'],
  validation: ['validation.jsonl'],
  labels: {},
  flips: null,
  margins: 0,
  licenses: ['CC-BY-4.0'],
  languages: ['en', 'sw'],
  splits: { train: 90, validation: 10 },
  ...given,
});

const file = (format: ExportFormat, path: string, given: Partial<ExportFacts> = {}): string =>
  sideFiles(facts(format, given)).find((each) => each.path === path)?.body ?? '';

const yaml = (...args: Parameters<typeof file>): Record<string, unknown> => parse(file(...args));

it('lies beside every format that a trainer reads, and never without rows to train on', () => {
  const beside = EXPORT_FORMATS.filter((format) => sideFiles(facts(format)).length > 0);
  expect(beside).toEqual(EXPORT_FORMATS.filter((format) => /^(trl|openrlhf|verl|llamafactory|hf)/.test(format)));
  expect(sideFiles(facts('trl-sft', { train: [] }))).toEqual([]);
  for (const format of EXPORT_FORMATS) expect(sideFiles(facts(format))).toEqual(sideFiles(facts(format)));
});

it('gives DPO the mean P(flip) as label smoothing, and says where it is unknown', () => {
  const flips = { rows: 12, mean: 0.12345 };
  expect(yaml('trl-preference', 'run-config.yaml', { flips })).toMatchObject({
    loss_type: ['sigmoid'],
    label_smoothing: 0.123,
    datasets: [{ path: 'json', data_files: ['train.jsonl'], split: 'train' }],
  });
  expect(file('trl-preference', 'run-config.yaml', { flips })).toContain('mean P(flip) of 12 items');
  expect(yaml('trl-preference', 'run-config.yaml', { flips: { rows: 1, mean: 0.5 } })).toMatchObject({
    label_smoothing: 0.49,
  });
  expect(yaml('trl-preference', 'run-config.yaml')).not.toHaveProperty('label_smoothing');
  expect(yaml('llamafactory-dpo', 'run-config.yaml', { flips })).toMatchObject({
    dpo_label_smoothing: 0.123,
    stage: 'dpo',
  });
  expect(yaml('trl-preference', 'axolotl.yaml', { flips })).toMatchObject({ rl: 'dpo', dpo_label_smoothing: 0.123 });
});

it('gives KTO weights inside [1, 4/3] and more than one row a device', () => {
  const labels = { true: 300, false: 100 };
  const config = yaml('trl-kto', 'run-config.yaml', { labels });
  expect(config).toMatchObject({ loss_type: 'kto', per_device_train_batch_size: 4, desirable_weight: 1 });
  const balance = (1 * 300) / (Number(config['undesirable_weight']) * 100);
  expect(balance).toBeGreaterThanOrEqual(1);
  expect(balance).toBeLessThanOrEqual(4 / 3);
  expect(yaml('llamafactory-kto', 'run-config.yaml', { labels })).toMatchObject({
    kto_chosen_weight: 1,
    kto_rejected_weight: config['undesirable_weight'],
  });
});

it('does not cut the tokens of pictures', () => {
  for (const format of ['trl-sft', 'trl-preference', 'trl-kto'] as const) {
    expect(yaml(format, 'run-config.yaml', { visual: true })).toMatchObject({ max_length: null });
    expect(yaml(format, 'run-config.yaml')).not.toHaveProperty('max_length');
  }
  expect(file('trl-preference', 'axolotl.yaml', { visual: true })).toBe('');
});

it('writes OpenRLHF’s dotted flags, with the margin where rows have one', () => {
  expect(file('openrlhf-rm', 'run-config.sh', { margins: 3 })).toBe(`#!/bin/sh
# OpenRLHF 0.11: a reward model. train_dpo takes the same file and flags, but for the margin.
# No --data.prompt_key: sides hold the whole conversation (OpenRLHF 909).
set -eu
cd "$(dirname "$0")"
deepspeed --module openrlhf.cli.train_rm \\
  --model.model_name_or_path "\${MODEL:?name the model to start from}" \\
  --data.chosen_key chosen \\
  --data.rejected_key rejected \\
  --model.margin_loss_enable \\
  --data.dataset "train.jsonl" \\
  --eval.dataset "validation.jsonl" \\
  --eval.split train \\
  --data.apply_chat_template \\
  --data.max_len 4096 \\
  --train.batch_size 32 \\
  --train.micro_batch_size 1 \\
  --ckpt.output_dir out
`);
  expect(file('openrlhf-rm', 'run-config.sh')).not.toContain('margin_loss');
});

it('has no critic where prompts show pictures, which OpenRLHF refuses', () => {
  const pictures = [
    '--data.image_key images',
    '--algo.advantage.estimator group_norm',
    '--rollout.n_samples_per_prompt 8',
  ];
  for (const flag of pictures) {
    expect(file('openrlhf-prompt', 'run-config.sh', { visual: true })).toContain(flag);
    expect(file('openrlhf-prompt', 'run-config.sh')).not.toContain(flag);
  }
});

it.each(['openrlhf-sft', 'openrlhf-rm', 'openrlhf-prompt'] as const)(
  'gives %s a batch that the set fills',
  (format) => {
    expect(file(format, 'run-config.sh', { rows: 255 })).toContain(
      '--train.batch_size 64 \\\n  --train.micro_batch_size 1 ',
    );
    expect(file(format, 'run-config.sh', { rows: 1 })).toContain('--train.batch_size 1 ');
    expect(file(format, 'run-config.sh', { rows: 256 })).not.toContain('--train.');
  },
);

it('has rewards evaluated on the rows themselves where a hundredth of them is none', () => {
  const evaluated = (format: ExportFormat, given: Partial<ExportFacts>): string | undefined =>
    /--eval\.dataset "(.*)"/.exec(file(format, 'run-config.sh', given))?.[1];
  expect(evaluated('openrlhf-rm', { rows: 99, validation: [] })).toBe('train.jsonl');
  expect(evaluated('openrlhf-rm', { rows: 100, validation: [] })).toBeUndefined();
  expect(evaluated('openrlhf-rm', { rows: 99 })).toBe('validation.jsonl');
  expect(evaluated('openrlhf-sft', { rows: 99, validation: [] })).toBeUndefined();
});

it('names a learning rate to Axolotl, which has none of its own', () => {
  const rates = { 'llamafactory-sft': 2e-5, 'trl-preference': 1e-6, 'trl-prm': 1e-5 } as const;
  for (const [format, rate] of Object.entries(rates))
    expect(yaml(format as ExportFormat, 'axolotl.yaml')).toMatchObject({ learning_rate: rate });
});

it('gives verl a batch that the set fills', () => {
  const given = { train: ['train-000000.parquet', 'train-000001.parquet'], validation: [] };
  const body = file('verl', 'run-config.sh', { ...given, rows: 50 });
  expect(body).toContain('data.train_files="[train-000000.parquet,train-000001.parquet]"');
  expect(body).toContain('data.val_files="[train-000000.parquet,train-000001.parquet]"');
  expect(body).toContain('data.train_batch_size=16');
  expect(file('verl', 'run-config.sh', { ...given, rows: 1 })).toContain('data.train_batch_size=1 ');
  expect(file('verl', 'run-config.sh', { ...given, rows: 1e6 })).toContain('data.train_batch_size=256');
});

it('tells LLaMA-Factory how to read the rows', () => {
  expect(JSON.parse(file('llamafactory-dpo', 'dataset_info.json'))).toEqual({
    pairs: {
      file_name: 'train.jsonl',
      formatting: 'sharegpt',
      ranking: true,
      columns: { messages: 'messages', chosen: 'chosen', rejected: 'rejected' },
      tags: expect.objectContaining({ role_tag: 'role', content_tag: 'content' }),
    },
    'pairs-validation': expect.objectContaining({ file_name: 'validation.jsonl' }),
  });
});

it('writes a README whose front matter the hub reads', () => {
  const shards = { train: ['train-000000.parquet', 'train-000001.parquet'], validation: ['validation-000000.parquet'] };
  const front = (given: Partial<ExportFacts> = {}) =>
    parse(file('hf', 'README.md', { ...shards, ...given }).split('---\n')[1] ?? '');
  expect(front()).toEqual({
    pretty_name: 'pairs',
    license: 'cc-by-4.0',
    language: ['en', 'sw'],
    size_categories: ['n<1K'],
    tags: ['human-feedback', 'text'],
    configs: [
      {
        config_name: 'default',
        data_files: [
          { split: 'train', path: 'train-*.parquet' },
          { split: 'validation', path: 'validation-000000.parquet' },
        ],
      },
    ],
  });
  expect(front({ licenses: ['MIT', 'CC0-1.0'] })).toMatchObject({ license: ['mit', 'cc0-1.0'] });
  expect(front({ licenses: ['Our terms'] })).toMatchObject({ license: 'other', license_name: 'our terms' });
});
