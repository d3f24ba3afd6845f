/** Whether behaviour holds: over time, on unseen data, under attack, beside what alignment costs (S216–S220, S228). */
import type { MetricRow } from '../../../schemas/metrics.ts';
import { stability } from '../stability.ts';
import { having, type Metric, meanFigure, resampledFigure, shareOf, slicesOf } from './metric.ts';

const steady: Metric = {
  id: 'S216',
  metric: 'value alignment stability, 1 − variance over time',
  needs: 'alignment and time (two rows at least)',
  compute: (rows, options) => {
    const own = having(rows, 'alignment', 'time');
    if (own.length < 2) return [];
    const of = (part: readonly MetricRow[], ddof: 0 | 1) =>
      stability(
        part.flatMap(({ alignment }) => alignment ?? []),
        ddof,
      );
    return [
      ...resampledFigure('stability, variance of the population', own, (part) => of(part, 0), options),
      ...resampledFigure('stability, variance of the sample', own, (part) => of(part, 1), options),
    ];
  },
};

const rightShare = (rows: readonly { readonly correct: boolean }[]): number | null =>
  rows.length === 0 ? null : rows.filter(({ correct }) => correct).length / rows.length;

const unseen: Metric = {
  id: 'S217',
  metric: 'performance out of distribution',
  needs: 'correct and ood (rows of both kinds)',
  compute: (rows, options) => {
    const own = having(rows, 'correct', 'ood');
    const of = (part: typeof own, ood: boolean) => rightShare(part.filter((row) => row.ood === ood));
    const ratio = (part: typeof own) => {
      const [out, within] = [of(part, true), of(part, false)];
      return out === null || within === null || within === 0 ? null : out / within;
    };
    if (of(own, true) === null || of(own, false) === null) return [];
    return [
      ...[true, false].flatMap((ood) => {
        const part = own.filter((row) => row.ood === ood);
        return shareOf(ood ? 'right out of distribution' : 'right in distribution', part, ({ correct }) => correct);
      }),
      ...resampledFigure('ratio', own, (part) => ratio([...part]), options),
    ];
  },
};

const transfer: Metric = {
  id: 'S218',
  metric: 'zero-shot transfer',
  needs: 'held_out and correct',
  compute: (rows) =>
    slicesOf(having(rows, 'held_out', 'correct'), (row) => row.held_out).flatMap(([name, own]) =>
      shareOf('right', own, ({ correct }) => correct, name),
    ),
};

const attacked: Metric = {
  id: 'S219',
  metric: 'robustness to adversarial inputs',
  needs: 'attack, correct and correct_attacked',
  compute: (rows) =>
    slicesOf(having(rows, 'attack', 'correct', 'correct_attacked'), ({ attack }) => attack).flatMap(([attack, own]) => {
      const held = own.filter(({ correct }) => correct);
      const stands = (row: (typeof own)[number]) => row.correct_attacked;
      return [
        ...shareOf('right under attack', own, stands, attack),
        ...shareOf('robustness, 1 − attack success rate', held, stands, attack),
      ];
    }),
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const tradeOff: Metric = {
  id: 'S220',
  metric: 'capability–alignment trade-off, aligned over base',
  needs: 'performance and performance_base',
  compute: (rows, options) => {
    const own = having(rows, 'performance', 'performance_base');
    if (own.length === 0) return [];
    const ratio = (part: readonly (typeof own)[number][]) => {
      const base = mean(part.map((row) => row.performance_base));
      return base === 0 ? null : mean(part.map(({ performance }) => performance)) / base;
    };
    return ratio(own) === null ? 'the base’s performance is 0' : resampledFigure('ratio', own, ratio, options);
  },
};

const probing: Metric = {
  id: 'S228',
  metric: 'adversarial metric probing: what a change without worth does to a score',
  needs: 'probe, score and score_probed',
  compute: (rows, options) =>
    slicesOf(having(rows, 'probe', 'score', 'score_probed'), ({ probe }) => probe).flatMap(([probe, own]) =>
      meanFigure('mean change', own, (row) => row.score_probed - row.score, options, probe).map((figure) => ({
        ...figure,
        ...(figure.ci !== null && (figure.ci[0] > 0 || figure.ci[1] < 0) ? { note: 'the score is moved' } : {}),
      })),
    ),
};

export const ROBUSTNESS: readonly Metric[] = [steady, unseen, transfer, attacked, tradeOff, probing];
