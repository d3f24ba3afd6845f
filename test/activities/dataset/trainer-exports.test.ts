/** From labels to the files that trainers read, on demand and as configured. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exportToFolder } from '../../../activities/dataset/export-folder.ts';
import { readSelection } from '../../../activities/dataset/selection-file.ts';
import { verifyDataset } from '../../../activities/dataset/verify.ts';
import { taggedBin } from '../../../activities/exporters/conditional.ts';
import type { Annotation } from '../../../schemas/annotation.ts';
import type { Item } from '../../../schemas/item.ts';
import {
  annotationOf,
  exporting,
  ingestRows,
  itemOf,
  plantedPairs,
  runCuration,
  stageOn,
  textResponse,
} from '../../support/curation.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';
import { scratch } from '../../support/scratch.ts';

const QUICK = { train: { minPairs: 1000 }, curate: { validation: 0 } };

const curated = async (
  name: string,
  rows: { items: readonly Item[]; annotations: readonly Annotation[] },
  config: object = QUICK,
) => {
  const objects = createMemoryObjects();
  const stage = stageOn(objects, scratch());
  const result = await runCuration(stage, name, await ingestRows(stage, name, rows), config);
  const folder = async (format: string) => {
    const files = new Map<string, Buffer>();
    await exportToFolder({ ...stage, ...exporting() }, { name, format }, async (path, bytes) => {
      const parts: Buffer[] = [];
      for await (const part of bytes) parts.push(part as Buffer);
      files.set(path, Buffer.concat(parts));
      return path;
    });
    return files;
  };
  const rowsOf = async (format: string) =>
    ((await folder(format)).get('train.jsonl') ?? '')
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { ...result, objects, stage, folder, rowsOf };
};

const ask = (row: number) => [{ role: 'user' as const, content: `question ${row}` }];

describe('pairs', () => {
  const few = () => curated('few', plantedPairs('few', 12));

  it('are exported on demand in every form a trainer of texts takes, with a config beside', async () => {
    const { objects, folder, formats } = await few();
    expect(formats).toEqual(['parquet', 'trl-preference', 'trl-sft', 'trl-kto']);
    const wanted: Readonly<Record<string, readonly string[]>> = {
      'trl-reward': ['run-config.yaml', 'train.jsonl'],
      'trl-prompt-only': ['run-config.yaml', 'train.jsonl'],
      'trl-grpo': ['run-config.yaml', 'train.jsonl'],
      'openrlhf-sft': ['run-config.sh', 'train.jsonl'],
      'openrlhf-rm': ['run-config.sh', 'train.jsonl'],
      'openrlhf-prompt': ['run-config.sh', 'train.jsonl'],
      verl: ['run-config.sh', 'train-000000.parquet'],
      'llamafactory-sft': ['axolotl.yaml', 'dataset_info.json', 'run-config.yaml', 'train.jsonl'],
      'llamafactory-dpo': ['dataset_info.json', 'run-config.yaml', 'train.jsonl'],
      'llamafactory-kto': ['dataset_info.json', 'run-config.yaml', 'train.jsonl'],
      hf: ['README.md', 'train-000000.parquet'],
    };
    for (const [format, files] of Object.entries(wanted))
      expect([...(await folder(format)).keys()].sort(), format).toEqual(files);
    expect(await verifyDataset({ objects, tables: (await few()).stage.tables }, 'few')).toMatchObject({ ok: true });
    await expect(folder('trl-prm')).rejects.toMatchObject({ code: 'ASY-6002' });
    await expect(folder('grpo-groups')).rejects.toMatchObject({ code: 'ASY-6002' });
    await expect(folder('webdataset')).rejects.toMatchObject({ code: 'ASY-6002' });
  });

  it('carry P(flip) into label smoothing', async () => {
    const { folder } = await few();
    const config = parse((await folder('trl-preference')).get('run-config.yaml')?.toString() ?? '');
    // Three votes an item, about a tenth of them wrong: some labels are unsure.
    expect(config.label_smoothing).toBeGreaterThan(0);
    expect(config.label_smoothing).toBeLessThan(0.3);
  });
});

it('carries stated strength into OpenRLHF’s margin', async () => {
  const items = [1, 2].map((row) =>
    itemOf('strong', row, { prompt: ask(row), responses: [textResponse('good'), textResponse('bad')] }),
  );
  const annotations = items.map((item, i) =>
    annotationOf(item, 'ann', { task: 'pairwise', value: { preferred: 'a', strength: i === 0 ? 4 : null } }),
  );
  const { rowsOf, folder } = await curated('strong', { items, annotations });
  expect((await rowsOf('openrlhf-rm')).map(({ margin }) => margin)).toEqual([3, null]);
  expect((await folder('openrlhf-rm')).get('run-config.sh')?.toString()).toContain('--model.margin_loss_enable');
});

it('makes stepwise supervision of judged steps, and offers it by itself', async () => {
  const item = itemOf('steps', 1, {
    prompt: ask(1),
    responses: [textResponse('First this.\n\nThen that.\n\nSo it is.'), textResponse('It is.')],
  });
  const judged = (who: string, response: number, labels: number[]) =>
    annotationOf(item, who, { task: 'steps', value: { response, labels } });
  const annotations = [
    judged('ann', 0, [1, 1]),
    judged('bob', 0, [1, -1]),
    judged('cat', 0, [1, -1]),
    judged('ann', 1, [0]),
  ];
  const { rowsOf, formats, funnel } = await curated('steps', { items: [item], annotations });
  expect(formats).toEqual(['parquet', 'trl-prm']);
  expect(funnel.at(-1)).toMatchObject({ out: 1 });
  expect(await rowsOf('trl-prm')).toEqual([
    { prompt: 'question 1', completions: ['First this.', 'Then that.'], labels: [true, false] },
    { prompt: 'question 1', completions: ['It is.'], labels: [true] },
  ]);
});

describe('KTO without one side', () => {
  const good = (name: string) => {
    const items = [1, 2, 3].map((row) => itemOf(name, row, { prompt: ask(row), responses: [textResponse('fine')] }));
    const annotations = items.map((item) =>
      annotationOf(item, 'ann', { task: 'binary', value: { response: 0, good: true } }),
    );
    return { items, annotations };
  };

  it('is left out by auto, and refused where it was asked for', async () => {
    const { formats, folder, objects, dataset } = await curated('good', good('good'));
    expect(formats).toEqual(['parquet', 'trl-sft']);
    expect((await readSelection(objects, 'good', dataset.version)).leftOut.map(({ format }) => format)).toContain(
      'trl-kto',
    );
    await expect(folder('trl-kto')).rejects.toMatchObject({ code: 'ASY-6110' });
    await expect(curated('asked', good('asked'), { ...QUICK, export: { formats: ['trl-kto'] } })).rejects.toMatchObject(
      { code: 'ASY-6002' },
    );
  });
});

describe('conditional SFT', () => {
  const rated = () => {
    const values = [1, 2, 4, 7, 11, 16, 22, 29];
    const items = values.map((_, i) =>
      itemOf('cond', i + 1, { prompt: ask(i), responses: [textResponse(`answer ${i}`)] }),
    );
    const annotations = items.map((item, i) =>
      annotationOf(item, 'ann', {
        task: 'rating',
        value: { response: 0, aspects: { help: values[i] ?? 0 }, min: 0, max: 30 },
      }),
    );
    return { items, annotations };
  };

  it('tags every rated response with its quarter; edges are numpy’s quantiles', async () => {
    const { rowsOf, objects, dataset } = await curated('cond', rated(), {
      ...QUICK,
      export: { conditional: { by: 'rating', bins: 4 } },
    });
    const { conditional } = await readSelection(objects, 'cond', dataset.version);
    // numpy.quantile([1, 2, 4, 7, 11, 16, 22, 29], [.25, .5, .75])
    expect(conditional).toEqual({ by: 'rating', edges: [3.5, 9, 17.5] });
    const rows = await rowsOf('trl-sft');
    expect(rows).toHaveLength(8);
    expect(rows[0].prompt[0].content).toBe('question 0\n\n<reward: 1/4>');
    expect(rows.map(({ prompt }) => taggedBin(prompt.at(-1).content))).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });

  it('needs figures', async () => {
    const config = { ...QUICK, export: { formats: ['trl-sft'], conditional: { by: 'score' } } };
    await expect(curated('none', plantedPairs('none', 4), config)).rejects.toMatchObject({ code: 'ASY-6002' });
  });
});
