/** Texts of items that mean nearly the same as a question of a benchmark. */
import { nearestRows } from '../../models/dedup/cosine.ts';
import type { TextEmbedder } from '../../models/encoders/encoder.ts';
import { chunked } from '../pace.ts';
import type { BenchmarkIndex } from './benchmark-file.ts';
import { quoted, type Read, textsOf } from './item.ts';
import type { ResemblanceRow } from './rows.ts';

/** Items, and questions, whose embeddings are held at once: a benchmark may have more questions than memory has room for. */
const ITEMS = 512;
const QUESTIONS = 1024;
/** Blocks of questions that stay embedded while items go by, 64 MiB in 256 dimensions; those beyond are embedded for each run of items. */
const KEPT = 64;

type Question = BenchmarkIndex['rows'][number];

/** Embeds blocks of questions, the first ones once. */
const questionEmbedder = (embedder: TextEmbedder) => {
  const kept = new Map<Question | undefined, Float32Array>();
  return async (block: readonly Question[]): Promise<Float32Array> => {
    const known = kept.get(block[0]);
    if (known !== undefined) return known;
    const vectors = await embedder.embed(block.map(({ text }) => text));
    if (kept.size < KEPT) kept.set(block[0], vectors);
    return vectors;
  };
};

/** Of each item and benchmark the nearest text and question, where their cosine is the benchmark's `similarity` or more. */
export async function* resemblancesOf(
  rows: AsyncIterable<{ readonly read: Read; readonly id: string }>,
  benchmarks: readonly BenchmarkIndex[],
  embedder: TextEmbedder,
  beat: () => void,
): AsyncGenerator<ResemblanceRow> {
  const embedded = questionEmbedder(embedder);
  for await (const some of chunked(rows, ITEMS)) {
    const texts = some.flatMap(({ read, id }) => textsOf(read).map((text) => ({ item: id, ...text })));
    const vectors = await embedder.embed(texts.map(({ text }) => text));
    for (const { name, rows: questions, similarity } of benchmarks) {
      if (similarity === null) continue;
      const nearest = new Map<string, ResemblanceRow>();
      for (let from = 0; from < questions.length; from += QUESTIONS) {
        const block = questions.slice(from, from + QUESTIONS);
        const asked = await embedded(block);
        for (const [i, found] of nearestRows(vectors, asked, embedder.dims, similarity).entries()) {
          const [text, question] = [texts[i], block[found?.row ?? 0]];
          if (found === null || text === undefined || question === undefined) continue;
          const { item, response } = text;
          const cosine = Math.min(1, found.cosine);
          if (cosine <= (nearest.get(item)?.similarity ?? 0)) continue;
          const { id: row, line } = question;
          nearest.set(item, {
            item,
            benchmark: name,
            row,
            line,
            response,
            similarity: cosine,
            question: quoted(question.text),
          });
        }
        beat();
      }
      yield* nearest.values();
    }
  }
}
