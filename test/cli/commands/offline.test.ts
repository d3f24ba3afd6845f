/** Commands that need no servers, through `assay.ts` as a program sees them: exit code, one JSON document, nothing else. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../../cli/paths.ts';
import { DropManifest } from '../../../schemas/drop.ts';
import { PipelineConfig } from '../../../schemas/pipeline.ts';
import { scratch } from '../../support/scratch.ts';

const home = scratch();
const run = (...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(root, 'cli/assay.ts'), ...args],
      // No servers are named and no stack runs in this home.
      {
        env: {
          PATH: process.env['PATH'],
          ASSAY_HOME: home,
          NO_COLOR: '1',
          TEMPORAL_CONFIG_FILE: join(home, 'none.toml'),
        },
      },
      (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
const assay = async (...args: string[]) => {
  const { stdout, ...rest } = await run(...args, '--json');
  return { ...rest, json: stdout === '' ? null : (JSON.parse(stdout) as unknown) };
};
const file = (name: string, text: string): string => {
  const path = join(scratch(), name);
  writeFileSync(path, text);
  return path;
};
const fault = (code: string) => ({ error: { code, fix: expect.any(String) as string } });

/** A coder × unit matrix as `item,annotator,value`; null is no rating. */
const ratings = (matrix: readonly (readonly (number | null)[])[]): string =>
  [
    'item,annotator,value',
    ...matrix.flatMap((row, coder) =>
      row.flatMap((value, unit) => (value === null ? [] : [`u${unit},c${coder},${value}`])),
    ),
  ].join('\n');
const _ = null;
const WIKIPEDIA = ratings([
  [_, _, _, _, _, 3, 4, 1, 2, 1, 1, 3, 3, _, 3],
  [1, _, 2, 1, 3, 3, 4, 3, _, _, _, _, _, _, _],
  [_, _, 2, 1, 3, 4, 4, _, 2, 1, 1, 3, 3, _, 4],
]);
const FOUR_OBSERVERS = ratings([
  [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
  [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
  [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
  [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]);

const GAMES = [
  ['best', 'middle', 'model_a'],
  ['middle', 'best', 'model_b'],
  ['best', 'middle', 'model_b'],
  ['best', 'middle', 'model_a'],
  ['best', 'middle', 'model_a'],
  ['worst', 'middle', 'model_b'],
  ['middle', 'worst', 'model_a'],
  ['worst', 'middle', 'tie'],
]
  .map(([model_a, model_b, winner]) => JSON.stringify({ model_a, model_b, winner }))
  .join('\n');

describe('stats', () => {
  it.each([
    [WIKIPEDIA, 'nominal', 0.691358, 6],
    [WIKIPEDIA, 'interval', 0.810845, 6],
    [FOUR_OBSERVERS, 'nominal', 0.743, 3],
    [FOUR_OBSERVERS, 'ordinal', 0.815, 3],
    [FOUR_OBSERVERS, 'ratio', 0.797, 3],
  ] as const)('agreement has the published alpha, vector %#', async (csv, level, alpha, digits) => {
    const { code, json, stderr } = await assay('stats', 'agreement', file('r.csv', csv), '--level', level);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const document = json as { alpha: number; ci: [number, number] };
    expect(Object.keys(document)).toEqual(['alpha', 'ci', 'percent', 'items', 'annotators', 'ratings', 'coefficients']);
    expect(document.alpha).toBeCloseTo(alpha, digits);
    expect(document.ci[0]).toBeLessThanOrEqual(document.alpha);
    expect(document.ci[1]).toBeGreaterThanOrEqual(document.alpha);
  });

  it('aggregate takes the majority', async () => {
    const { code, json } = await assay(
      'stats',
      'aggregate',
      file('r.csv', 'item,annotator,value\nx,p,a\nx,q,a\nx,r,b\n'),
    );
    expect(code).toBe(0);
    expect(json).toMatchObject({ labels: [{ item: 'x', value: 'a', posterior: 2 / 3 }] });
  });

  it('agreement by a column, and labels by who can be trusted, with their accuracy', async () => {
    const rows =
      'x,p,a,en,a y,p,b,en,b z,p,a,de,a x,q,a,en,a y,q,b,en,b z,q,a,de,a x,r,b,en,a y,r,a,en,b z,r,b,de,a'.split(' ');
    const path = file('t.csv', ['item,annotator,value,language,gold', ...rows].join('\n'));
    const agreement = await assay('stats', 'agreement', path, '--by', 'language');
    expect(agreement.json).toMatchObject({
      by: [
        { value: 'de', items: 1 },
        { value: 'en', items: 2 },
      ],
    });
    const { code, json } = await assay('stats', 'aggregate', path, '--method', 'dawid-skene', '--truth', 'gold');
    expect(code).toBe(0);
    expect(json).toMatchObject({
      annotators: [{ annotator: 'p' }, { annotator: 'q' }, { annotator: 'r', quality: expect.closeTo(0, 3) as number }],
      method: 'dawid-skene',
      converged: true,
      truth: { n: 3, accuracy: 1 },
    });
    expect((await run('stats', 'agreement', path)).stdout).toContain('not computed (for numbers): cohen-kappa-linear');
  });

  it('calibration prints figures and no NaN', async () => {
    const rows = ['logit,label', '2,1', '1,1', '-1,0', '-2,0', '1.5,0', '-0.5,1'].join('\n');
    const { code, json } = await assay('stats', 'calibration', file('c.csv', rows));
    expect(code).toBe(0);
    expect(json).toMatchObject({ ece: expect.any(Number) as number, platt: { a: expect.any(Number) as number } });
  });

  it.each([
    ['bt', {}],
    ['pl', {}],
    ['elo', { k: 4 }],
  ] as const)('ratings by %s: best first, mean 1000', async (method, stated) => {
    const { code, json, stderr } = await assay('stats', 'ratings', file('g.jsonl', GAMES), '--method', method);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const document = json as { ratings: { model: string; rating: number; ci: [number, number] }[] };
    expect(document).toMatchObject({ method, comparisons: 8, ...stated });
    expect(document.ratings.map(({ model }) => model)).toEqual(['best', 'middle', 'worst']);
    expect(document.ratings.reduce((sum, { rating }) => sum + rating / 3, 0)).toBeCloseTo(1000, 9);
    for (const { rating, ci } of document.ratings) {
      expect(ci[0]).toBeLessThanOrEqual(rating);
      expect(ci[1]).toBeGreaterThanOrEqual(rating);
    }
  });

  it('ratings of a circle: the figures in JSON, and in plain words', async () => {
    const circle = ['xy', 'yz', 'zx'].map(([a, b]) => JSON.stringify({ model_a: a, model_b: b, winner: 'model_a' }));
    const path = file('o.jsonl', circle.join('\n'));
    const { json } = await assay('stats', 'ratings', path);
    expect(json).toMatchObject({ triads: { circular: 1, maximum: 1, zeta: 0, example: ['x', 'y', 'z'] } });
    expect((await run('stats', 'ratings', path)).stdout).toContain(
      '1 circular triad of at most 1, Kendall’s ζ 0.000: x beats y, which beats z, which beats x; no ranking explains that',
    );
    expect((await run('stats', 'ratings', file('g.jsonl', GAMES))).stdout).not.toContain('circular');
  });

  it('ratings with style: strengths, and what each mark of style does', async () => {
    const rows = ['**yes**', 'no', 'well', '# so'].map((response_a, i) =>
      JSON.stringify({
        model_a: 'x',
        model_b: 'y',
        winner: i % 3 === 0 ? 'model_a' : 'model_b',
        response_a,
        response_b: 'as it is',
      }),
    );
    const { code, json } = await assay('stats', 'ratings', file('s.jsonl', rows.join('\n')), '--style');
    const document = json as { ratings: unknown[]; style: { feature: string; coefficient: number; ci: number[] }[] };
    expect({ code, ratings: document.ratings.length }).toEqual({ code: 0, ratings: 2 });
    expect(document.style.map(({ feature, ci }) => [feature, ci.length])).toEqual(
      ['tokens', 'headers', 'lists', 'bold'].map((feature) => [feature, 2]),
    );
  });

  it.each([
    [['agreement', file('e.csv', '')], 'ASY-7002', 1],
    [['agreement', join(home, 'none.csv')], 'ASY-7002', 1],
    [['agreement', file('h.csv', 'item,value\nx,1\ny,2\n')], 'ASY-7001', 1],
    [['agreement', file('q.csv', 'item,annotator,value\nx,p,"1\n')], 'ASY-7001', 1],
    [['calibration', file('l.csv', 'logit,label\nNaN,1\n1,0\n')], 'ASY-7001', 1],
    [['agreement', file('g.csv', WIKIPEDIA), '--level', 'cosmic'], 'ASY-9005', 2],
    [['aggregate', file('m.csv', WIKIPEDIA), '--method', 'loudest'], 'ASY-9005', 2],
    [['agreement'], 'ASY-9005', 2],
    [['ratings', file('e.jsonl', '')], 'ASY-7002', 1],
    [['ratings', file('b.jsonl', `${GAMES}\n{"model_a":"x"}`)], 'ASY-7001', 1],
    [['ratings', file('t.jsonl', GAMES), '--method', 'glicko'], 'ASY-9005', 2],
    [['ratings', file('k.jsonl', GAMES), '--k', '0'], 'ASY-9005', 2],
    [['ratings', file('s.jsonl', GAMES), '--style'], 'ASY-7001', 1],
    [['ratings', file('p.jsonl', GAMES), '--style', '--method', 'pl'], 'ASY-9005', 2],
  ] as const)('%j fails with %s, exit %d', async (args, error, exit) => {
    const { code, json, stderr } = await assay('stats', ...args);
    expect(json).toMatchObject(fault(error));
    expect(code).toBe(exit);
    expect(stderr).toContain(error);
  });
});

describe('init', () => {
  it('writes a pipeline.yaml that is the defaults, and a drop.json that is valid', async () => {
    const dir = join(scratch(), 'new');
    const { code, json } = await assay('init', dir);
    expect({ code, json }).toEqual({ code: 0, json: { files: [join(dir, 'pipeline.yaml'), join(dir, 'drop.json')] } });
    PipelineConfig.parse(parse(readFileSync(join(dir, 'pipeline.yaml'), 'utf8')));
    DropManifest.parse(JSON.parse(readFileSync(join(dir, 'drop.json'), 'utf8')));
  });

  it('overwrites nothing and leaves nothing half done', async () => {
    const dir = scratch();
    writeFileSync(join(dir, 'drop.json'), 'mine');
    const { code, json } = await assay('init', dir);
    expect(code).toBe(2);
    expect(json).toMatchObject(fault('ASY-9005'));
    expect(readFileSync(join(dir, 'drop.json'), 'utf8')).toBe('mine');
    expect(existsSync(join(dir, 'pipeline.yaml'))).toBe(false);
  });

  it('says when its folder is a file', async () => {
    expect(await assay('init', file('taken', ''))).toMatchObject({ code: 2, json: fault('ASY-9005') });
  });
});

describe('without servers', () => {
  it.each([
    [['drop', 'push', join(home, 'none'), '--name', 'a'], 'ASY-9005', 2],
    [['drop', 'push', file('a.jsonl', '{"a":1}')], 'ASY-9005', 2],
    [['drop', 'push', file('a.jsonl', '{"a":1}'), '--name', 'Not A Name'], 'ASY-1002', 1],
    [['drop', 'push', file('a.jsonl', '{"a":1}'), '--name', 'a', '--format', 'xlsx'], 'ASY-1005', 1],
    [['drop', 'push', file('a.jsonl', '{"a":1}'), '--name', 'a', '--column', 'prompt'], 'ASY-9005', 2],
    [['drop', 'push', file('a.jsonl', '{"a":1}'), '--name', 'a', '--pipeline', join(home, 'none')], 'ASY-9005', 2],
    [['drop', 'push', file('a.jsonl', '{"a":1}'), '--name', 'a'], 'ASY-9004', 1],
    [['batch', 'replay', 'a', '--from', join(home, 'none')], 'ASY-7002', 1],
    [['worker', '--queues', 'io,oi'], 'ASY-9005', 2],
    [['serve'], 'ASY-9006', 1],
  ] as const)('%j fails with %s, exit %d, and starts nothing', async (args, error, exit) => {
    const { code, json } = await assay(...args);
    expect(json).toMatchObject(fault(error));
    expect(code).toBe(exit);
    expect(existsSync(join(home, 'stack.json'))).toBe(false);
  });
});
