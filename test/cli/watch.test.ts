import { describe, expect, it } from 'vitest';
import type { Output } from '../../cli/output.ts';
import { runDocument, runText, watchRun } from '../../cli/watch.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { RunReport } from '../../schemas/run-report.ts';
import type { Runs } from '../../server/ports.ts';

const report: RunReport = {
  run: 'd',
  drop: 'd',
  modality: 'text',
  status: 'completed',
  counts: { files: 1, rowsIn: 30, rowsOut: 27, quarantined: 3, items: 27, annotations: 20, media: 0, languages: {} },
  collected: { batches: 1, votes: 7 },
  regions: [],
  labels: [
    {
      task: 'pairwise',
      aspect: null,
      level: 'nominal',
      n: 27,
      annotations: 54,
      annotators: 2,
      alpha: null,
      ci: null,
      percent: null,
    },
  ],
  models: [],
  trainingSkipped: null,
  scoredBy: null,
  datasets: [{ name: 'd', version: 'v', rows: 20 }],
  funnel: [],
  seconds: 1.5,
};

/** Runs whose stages are told one by one; the end comes with the last. */
const scripted = (stages: readonly (string | Error)[], end: RunReport | Error) => {
  let at = 0;
  let finish = (): void => undefined;
  const ended = new Promise<void>((resolve) => (finish = resolve));
  const runs: Pick<Runs, 'result' | 'state'> = {
    result: async () => {
      await ended;
      if (end instanceof Error) throw end;
      return end;
    },
    state: async () => {
      const stage = stages[Math.min(at++, stages.length - 1)] as string | Error;
      if (at >= stages.length) finish();
      if (stage instanceof Error) throw stage;
      return { stage: stage as never, round: 1, details: '', report: {}, status: 'running' };
    },
  };
  const lines: string[] = [];
  const output: Output = {
    json: false,
    interactive: false,
    result: () => undefined,
    progress: (line) => lines.push(line),
    warn: () => undefined,
  };
  return { watch: () => watchRun(runs as Runs, 'd', output), lines };
};

describe('watchRun', () => {
  it('says each stage once, outlives a query that fails, and returns the document', async () => {
    const { watch, lines } = scripted(['ingest', new Error('no worker'), 'ingest', 'aggregate'], report);
    expect(await watch()).toEqual({
      run: 'run/d',
      drop: 'd',
      status: 'completed',
      stage: 'completed',
      items: 27,
      annotations: 27,
      escalated: 0,
      quarantined: 3,
      rowsIn: 30,
      rowsOut: 27,
      labels: [{ task: 'pairwise', aspect: null, n: 27, alpha: null }],
      regions: [],
      models: [],
      datasets: [{ name: 'd', version: 'v', rows: 20 }],
      seconds: 1.5,
    });
    expect(lines).toEqual(['  d: reading and checking rows', '  d: aggregating votes into labels']);
  });

  it('throws the fault that the run ended with', async () => {
    const fault = new AssayError('ASY-1001', { drop: 'd' });
    await expect(scripted(['ingest'], fault).watch()).rejects.toBe(fault);
  });
});

describe('runDocument', () => {
  it('says in words where annotators agree, and how a head’s heatmaps do', () => {
    const estimate = (value: number) => ({ value, ci: [0, 1] as [number, number] });
    const kind = 'implausibility' as const;
    const region = { kind, images: 32, marked: 30, pairs: 90, iou: estimate(0.41), sim: estimate(0.55) };
    const maps = { n: 8, mse: 0.1, mseEmpty: null, cc: 0.6, kld: 1, sim: 0.4, nss: null, aucJudd: 0.9 };
    const metrics = {
      accuracy: 0.7,
      lengthOnlyAccuracy: 0.5,
      n: 12,
      heatmaps: { implausibility: maps },
      keywords: { n: 4, precision: 0.5, recall: 0.25, f1: 1 / 3 },
    } as unknown as RunReport['models'][number]['metrics'];
    const models = [{ name: 'h', version: '0a', metrics, promoted: true }];
    const unmarked = { kind: 'misalignment' as const, images: 32, marked: 0, pairs: 0, iou: null, sim: null };
    const document = runDocument('d', 'completed', 'completed', { ...report, regions: [region, unmarked], models });
    expect(document.regions).toEqual([region, unmarked]);
    const text = runText(document).split('\n');
    expect(text).toEqual(
      expect.arrayContaining([
        '  implausibility: marked on 30 of 32 images; IoU 0.410, SIM 0.550 (90 pairs)',
        '  misalignment: marked on 0 of 32 images',
        '  head h 0a: accuracy 0.700 on 12 held-out pairs (baseline 0.500)',
        '    implausibility on 8 images: CC 0.600, NSS –, AUC 0.900',
        '    missed words of 4 prompts: F1 0.333',
      ]),
    );
    expect(Math.max(...text.map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it('says how many sensitive items nobody was asked about, over all rounds', () => {
    const escalated = [1, 2].map((round) => ({ round, items: 2, first: ['a', 'b'] }));
    const document = runDocument('d', 'completed', 'completed', { ...report, escalated });
    expect(document.escalated).toBe(4);
    expect(runText(document)).toContain('\n  escalated 4 (sensitive: nobody was asked)\n');
    expect(runText(runDocument('d', 'completed', 'completed', report))).not.toContain('escalated');
  });

  it('of a run that has only begun has every field, empty', () => {
    const document = runDocument('d', 'running', 'ingest', {});
    expect(document).toMatchObject({
      run: 'run/d',
      items: 0,
      rowsIn: 0,
      labels: [],
      models: [],
      datasets: [],
      seconds: 0,
    });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(runText(document)).toContain('d: running (ingest)');
  });
});
