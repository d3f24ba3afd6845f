/** `assay model align` as a program sees it, on a model folder of the shape Optimum exports. */
import { execFile } from 'node:child_process';
import { createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { importTrlPreference } from '../../../activities/importers/trl-preference.ts';
import { readFileRows } from '../../../activities/training/file-rows.ts';
import { registerAlign } from '../../../cli/model/align.ts';
import { createOutput } from '../../../cli/output.ts';
import { root } from '../../../cli/paths.ts';
import { DropManifest } from '../../../schemas/drop.ts';
import { tinySeq2Seq } from '../../models/mapo/tiny-seq2seq.ts';
import { scratch } from '../../support/scratch.ts';

const folder = scratch();
const drop = DropManifest.parse({
  name: 'aligned',
  modality: 'text',
  format: 'trl-preference',
  license: 'MIT',
  purpose: ['reward'],
});
const assay = (...args: string[]) =>
  new Promise<{ code: number; json: unknown }>((done) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(root, 'cli/assay.ts'), 'model', 'align', ...args, '--json'],
      { env: { PATH: process.env['PATH'], ASSAY_HOME: folder, TEMPORAL_CONFIG_FILE: join(folder, 'none.toml') } },
      (error, stdout) =>
        done({ code: error === null ? 0 : Number(error.code), json: stdout === '' ? null : JSON.parse(stdout) }),
    );
  });

const modelFolder = (): string => {
  const path = join(folder, 'tiny');
  mkdirSync(path);
  const { encoder, decoder, tokenizer, tokenizerConfig, config } = tinySeq2Seq();
  writeFileSync(join(path, 'encoder_model.onnx'), encoder);
  writeFileSync(join(path, 'decoder_model.onnx'), decoder);
  for (const [name, content] of Object.entries({ tokenizer, tokenizer_config: tokenizerConfig, config }))
    writeFileSync(join(path, `${name}.json`), JSON.stringify(content));
  return path;
};
const answers = (): string => {
  const file = join(folder, 'answers.jsonl');
  const row = { question_id: 'q1', answer: 5 };
  const rows = [
    { ...row, language: 'en', prompt: 'What do two and three make?', response: 'two and three make five #### 5' },
    { ...row, language: 'bn', prompt: 'দুই আর তিন?', response: 'দুই আর তিন #### ৫' },
    { ...row, language: 'bn', prompt: 'দুই আর তিন?', response: 'পাঁচ #### ৫' },
  ];
  writeFileSync(file, rows.map((each) => JSON.stringify(each)).join('\n'));
  return file;
};

test('answers become pairs that `drop push` and `model train` read, in the order of their likelihood', async () => {
  const [out, scores] = [join(folder, 'pairs.jsonl'), join(folder, 'scores.jsonl')];
  const model = modelFolder();
  const file = answers();
  const { code, json } = await assay(file, '--scorer', `seq2seq:${model}`, '--out', out, '--scores', scores);
  expect(code).toBe(0);
  expect(json).toMatchObject({
    scorer: 'seq2seq:tiny',
    pairs: 1,
    languages: { bn: { answers: 2, right: 2, wrong: 0, pairs: 1 } },
    out,
  });
  const pair: unknown = JSON.parse(readFileSync(out, 'utf8'));
  // The fixture's scores of the English sentence (test/peers/mapo.py): .23794 against .23241.
  expect(pair).toMatchObject({
    chosen: 'পাঁচ #### ৫',
    rejected: 'দুই আর তিন #### ৫',
    language: 'bn',
    score_diff: expect.closeTo(0.237936 - 0.23241, 5),
  });
  expect(importTrlPreference(pair, drop)).toMatchObject({ language: 'bn', group: 'q1' });
  expect(readFileSync(scores, 'utf8').trim().split('\n')).toHaveLength(2);
  const { value: row } = await readFileRows(createReadStream(out) as AsyncIterable<Buffer>, out).next();
  expect(row).toMatchObject({ language: 'bn', group: 'q1', labels: [{ task: 'pairwise', category: 'a' }] });
});

/** The same in this process: the document it prints. */
const align = async (file: string, scorer: string, out = join(folder, 'other.jsonl')): Promise<unknown> => {
  let printed = '';
  const stream = { write: (text: string) => (printed += text) };
  const program = new Command('model').exitOverride().configureOutput({ writeErr: () => undefined });
  registerAlign(program, {
    env: {},
    output: createOutput({ json: true }, { stdout: stream, stderr: { write: () => undefined } }),
    config: () => Promise.reject(new Error('it needs no stack')),
    exit: () => undefined,
  });
  await program.parseAsync(['align', file, '--scorer', scorer, '--out', out], { from: 'user' });
  return JSON.parse(printed);
};

test('an embedder’s scores are named as what they are; what cannot score is refused', async () => {
  const file = answers();
  expect(await align(file, 'embedding:static-e5')).toMatchObject({
    scorer: 'embedding-alignment:static-e5',
    languages: { bn: { answers: 2, right: 2 } },
  });
  await expect(align(file, 'embedding:hashed-ngrams')).rejects.toMatchObject({ code: 'ASY-5037' });
  await expect(align(file, 'remote/nowhere')).rejects.toMatchObject({ code: 'ASY-5034' });
  await expect(align(file, `seq2seq:${folder}`)).rejects.toMatchObject({ code: 'ASY-5003' });
  await expect(align(join(folder, 'none.jsonl'), 'embedding')).rejects.toMatchObject({ code: 'ASY-7002' });
  await expect(align(file, 'guess')).rejects.toThrow('remote/NAME');
});

test('a place that cannot be written to is named, before anything is scored where its folder is not there', async () => {
  const file = join(folder, 'none.jsonl');
  await expect(align(file, 'embedding', join(folder, 'nowhere', 'o.jsonl'))).rejects.toMatchObject({
    code: 'ASY-9005',
  });
  await expect(align(answers(), 'embedding', folder)).rejects.toMatchObject({ code: 'ASY-9005' });
});
