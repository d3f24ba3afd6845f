import type { TextEmbedder } from '../encoders/encoder.ts';
import { assertFinite } from '../runtime.ts';
import type { AlignmentScorer } from './scorer.ts';

/**
 * Cosine of the two texts' embeddings: a cheap stand-in for MAPO's likelihood, and not one. It hears what a text is about, hardly
 * whether its steps or numbers are the same. A text without a known token scores 0.
 */
export const embeddingAlignment = (embedder: TextEmbedder): AlignmentScorer => ({
  name: `embedding-alignment:${embedder.id}`,
  async score(pairs, { signal, onProgress } = {}) {
    const rows = new Map<string, number>();
    for (const { source, target } of pairs)
      for (const text of [source, target]) if (!rows.has(text)) rows.set(text, rows.size);
    const { dims } = embedder;
    const vectors = await embedder.embed([...rows.keys()], { signal });
    assertFinite(vectors, `embeddings of ${embedder.id}`);
    const scores = Float64Array.from(pairs, ({ source, target }) => {
      const [a, b] = [(rows.get(source) ?? 0) * dims, (rows.get(target) ?? 0) * dims];
      let cosine = 0;
      for (let j = 0; j < dims; j++) cosine += (vectors[a + j] ?? 0) * (vectors[b + j] ?? 0);
      return cosine;
    });
    onProgress?.(pairs.length);
    return scores;
  },
});
