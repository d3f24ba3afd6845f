import { readFileSync } from 'node:fs';

/** Values of other people's code: test/peers/drift.py. */
export const driftFixture = JSON.parse(
  readFileSync(new URL('../../fixtures/models/drift.json', import.meta.url), 'utf8'),
) as {
  ks: { cases: { a: number[]; b: number[]; statistic: number; p: number }[]; tail: { x: number; p: number }[] };
  mmd: { a: number[][]; b: number[][]; bandwidth: number; statistic: number };
  psi: { a: number[]; b: number[]; psi: number };
  pettitt: { values: number[]; at: number; statistic: number; p: number };
  correlation: { x: number[]; y: number[]; rho: number; ci: [number, number] };
  fairness: { rows: { group: string; truth: boolean; positive: boolean }[]; parity: number; odds: number; f1: number };
  chiSquare: {
    counts: Record<string, number>;
    target: Record<string, number>;
    statistic: number;
    p: number;
    tails: { x: number; freedom: number; p: number }[];
  };
  reliability: { rows: number[][]; alpha: number; iccs: number[]; r: number };
  diversity: {
    texts: string[][];
    bleu: number;
    vectors: number[][];
    vendi: number;
    few: number[][];
    vendiFew: number;
    matrix: number[];
    eigenvalues: number[];
  };
};
