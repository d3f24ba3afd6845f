/** From what models say of their own tokens, and a reward model of responses: perplexity, reward, divergence (S198–S200). */
import { byText } from '../../order.ts';
import { klEstimate } from '../kl.ts';
import { perplexity } from '../perplexity.ts';
import { rewardSummary } from '../reward-summary.ts';
import { having, type Metric, resampledFigure } from './metric.ts';

const tokens: Metric = {
  id: 'S198',
  metric: 'perplexity',
  needs: 'logprobs',
  compute: (rows, options) =>
    resampledFigure(
      'perplexity',
      having(rows, 'logprobs'),
      (part) => perplexity(part.flatMap(({ logprobs }) => logprobs)),
      options,
    ),
};

const reward: Metric = {
  id: 'S199',
  metric: 'mean reward, by language',
  needs: 'reward',
  compute: (rows, { seed }) => {
    const own = having(rows, 'reward');
    const several = new Set(own.map(({ language }) => language ?? null)).size > 1;
    const summary = rewardSummary(
      own.map((row) => row.reward),
      own.map(({ language }) => language ?? null),
      own.map(({ cluster, id }, i) => cluster ?? id ?? String(i)),
      seed,
    );
    return summary
      .slice(0, several ? undefined : 1)
      .sort((a, b) => Number(b.slice === 'all') - Number(a.slice === 'all') || byText(a.slice, b.slice))
      .map(({ slice, n, mean, sd, ci }) => ({
        name: 'mean reward',
        of: slice === 'all' ? null : slice,
        value: mean,
        ci: n < 2 ? null : ci,
        n,
        note: `sd ${sd.toPrecision(3)}`,
      }));
  },
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const divergence: Metric = {
  id: 'S200',
  metric: 'KL divergence from the base model, nats a response',
  needs: 'logprobs and logprobs_base, as many',
  compute: (rows, options) => {
    const both = having(rows, 'logprobs', 'logprobs_base').filter(
      ({ logprobs, logprobs_base: base }) => logprobs.length === base.length,
    );
    const estimate = (part: typeof both) =>
      klEstimate(
        part.map(({ logprobs }) => sum(logprobs)),
        part.map(({ logprobs_base: base }) => sum(base)),
      );
    return (['k1', 'k3'] as const).flatMap((name) =>
      resampledFigure(name, both, (part) => estimate([...part])?.[name] ?? null, options),
    );
  },
};

export const LANGUAGE_MODEL: readonly Metric[] = [tokens, reward, divergence];
