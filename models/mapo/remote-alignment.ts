import type { Scorer } from '../scorer.ts';
import type { AlignmentScorer } from './scorer.ts';

/** Pairs sent between two looks at the signal. */
const AT_ONCE = 256;

/**
 * A model behind a remote protocol as an alignment scorer: it gets the answer as `prompt`, with its language, and the pivot
 * language's reference as `response`. What its scores are is the model's affair; a likelihood should be sent as 1 / CE.
 */
export const remoteAlignment = (scorer: Scorer): AlignmentScorer => ({
  name: `${scorer.model}@${scorer.version}`,
  async score(pairs, { signal, onProgress } = {}) {
    const scores = new Float64Array(pairs.length);
    for (let from = 0; from < pairs.length; from += AT_ONCE) {
      signal?.throwIfAborted();
      const inputs = pairs.slice(from, from + AT_ONCE).map(({ source, target, sourceLanguage }) => ({
        prompt: source,
        response: target,
        language: sourceLanguage,
      }));
      const found = await scorer.score(inputs, signal === undefined ? {} : { signal });
      scores.set(
        found.map(({ value }) => value),
        from,
      );
      onProgress?.(from + inputs.length);
    }
    return scores;
  },
});
