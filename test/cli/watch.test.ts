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
      quarantined: 3,
      rowsIn: 30,
      rowsOut: 27,
      labels: [{ task: 'pairwise', aspect: null, n: 27, alpha: null }],
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
