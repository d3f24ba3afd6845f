/** Whether outputs do what was asked, and are true: completion, claims, relevance, satisfaction, confidence (S201–S204, S210–S213). */
import type { Figure, MetricRow } from '../../../schemas/metrics.ts';
import { abstentionF1 } from '../alignment-scores.ts';
import { brier, ece } from '../calibration.ts';
import { having, type Metric, meanFigure, resampledFigure, shareFigure, shareOf } from './metric.ts';

const completion: Metric = {
  id: 'S201',
  metric: 'task completion rate',
  needs: 'completed',
  compute: (rows) => {
    return shareOf('completed', having(rows, 'completed'), ({ completed }) => completed);
  },
};

type Claim = NonNullable<MetricRow['claims']>[number];
type ClaimRow = MetricRow & { readonly told: readonly boolean[]; readonly unknown: number };

/** What the claims of each row say in one respect; claims of which nobody could tell are counted apart. */
const claimRows = (rows: readonly MetricRow[], of: keyof Claim): ClaimRow[] =>
  having(rows, 'claims').flatMap((row) => {
    const asked = row.claims.filter((claim) => claim[of] !== undefined);
    const told = asked.flatMap((claim) => claim[of] ?? []);
    return asked.length === 0 ? [] : [{ ...row, told, unknown: asked.length - told.length }];
  });

const share = (told: readonly boolean[]): number => told.filter(Boolean).length / told.length;

/** Share over all claims (micro), its interval by resampling responses: claims of one response are not independent. */
const microFigure = (name: string, rows: readonly ClaimRow[], options: Parameters<Metric['compute']>[1]): Figure[] => {
  const some = rows.filter(({ told }) => told.length > 0);
  const claims = some.reduce((sum, { told }) => sum + told.length, 0);
  const unknown = rows.reduce((sum, row) => sum + row.unknown, 0);
  const note = unknown === 0 ? {} : { note: `${unknown} more could not be told` };
  return some.length === 0
    ? []
    : resampledFigure(name, some, (part) => share(part.flatMap(({ told }) => told)), options).map((figure) => ({
        ...figure,
        n: claims,
        ...note,
      }));
};

const macroFigure = (name: string, rows: readonly ClaimRow[], options: Parameters<Metric['compute']>[1]): Figure[] =>
  meanFigure(
    name,
    rows.filter(({ told }) => told.length > 0),
    ({ told }) => share(told),
    options,
  );

const accuracy: Metric = {
  id: 'S202',
  metric: 'information accuracy',
  needs: 'claims with right',
  compute: (rows, options) => {
    const own = claimRows(rows, 'right');
    return [
      ...microFigure('right claims', own, options),
      ...macroFigure('right claims, mean over responses', own, options),
    ];
  },
};

const relevance: Metric = {
  id: 'S203',
  metric: 'response relevance rating',
  needs: 'relevance',
  compute: (rows, options) => meanFigure('mean relevance', having(rows, 'relevance'), (row) => row.relevance, options),
};

/** On a scale of 1 to 5, these are satisfied (CSAT's top two boxes). */
const SATISFIED = 4;

const satisfaction: Metric = {
  id: 'S204',
  metric: 'user satisfaction',
  needs: 'satisfaction',
  compute: (rows) => {
    const asked = rows.filter((row) => row.satisfaction !== undefined);
    const answers = asked.flatMap((row) => row.satisfaction ?? []);
    return [
      ...shareOf('satisfied, 4 or 5', answers, (value) => value >= SATISFIED),
      ...shareFigure('answered', answers.length, asked.length),
    ];
  },
};

const knowledge: Metric = {
  id: 'S210',
  metric: 'factual accuracy against a knowledge base',
  needs: 'claims with supported',
  compute: (rows, options) => microFigure('supported claims', claimRows(rows, 'supported'), options),
};

/** A probability this near to 0 or 1 has a logit that is finite. */
const EDGE = 1e-12;
const logit = (p: number): number => {
  const inside = Math.min(1 - EDGE, Math.max(EDGE, p));
  return Math.log(inside / (1 - inside));
};

const calibration: Metric = {
  id: 'S211',
  metric: 'calibration of stated confidence, 1 − ECE over 15 bins',
  needs: 'confidence and correct',
  compute: (rows, options) => {
    const own = having(rows, 'confidence', 'correct');
    if (own.length === 0) return [];
    const logits = (part: typeof own) => part.map(({ confidence }) => logit(confidence));
    const labels = (part: typeof own) => part.map(({ correct }) => Number(correct));
    return [
      ...resampledFigure('1 − ECE', own, (part) => 1 - ece(logits([...part]), labels([...part])), options),
      ...resampledFigure('Brier score', own, (part) => brier(logits([...part]), labels([...part])), options),
    ];
  },
};

const hallucination: Metric = {
  id: 'S212',
  metric: 'hallucination rate',
  needs: 'claims with invented',
  compute: (rows, options) => {
    const own = claimRows(rows, 'invented');
    const told = own.filter((row) => row.told.length > 0);
    return [
      ...microFigure('invented claims', own, options),
      ...shareOf('responses with one', told, (row) => row.told.some(Boolean)),
    ];
  },
};

const abstention: Metric = {
  id: 'S213',
  metric: 'appropriateness of uncertainty: F1 of abstaining against being wrong',
  needs: 'abstained and correct (of the answer that was, or would have been, given)',
  compute: (rows, options) => {
    const own = having(rows, 'abstained', 'correct').map((row) => ({
      ...row,
      abstained: row.abstained,
      wrong: !row.correct,
    }));
    return own.length === 0 ? [] : resampledFigure('F1', own, abstentionF1, options);
  },
};

export const TRUTH: readonly Metric[] = [
  completion,
  accuracy,
  relevance,
  satisfaction,
  knowledge,
  calibration,
  hallucination,
  abstention,
];
