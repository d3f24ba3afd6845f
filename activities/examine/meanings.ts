/** The texts of one unit embedded: of each item, for near-duplicates in meaning. */
import type { Meaning } from '../../models/dedup/meaning.ts';
import { particularsHash } from '../../models/dedup/particulars.ts';
import type { TextEmbedder } from '../../models/encoders/encoder.ts';
import type { SemanticConfig } from '../../schemas/curation.ts';
import { promptText } from '../encoding.ts';
import { chunked } from '../pace.ts';
import { type Read, shownOf } from './item.ts';
import { toMeaningRow } from './meaning-row.ts';
import type { MeaningRow } from './rows.ts';

/** Items whose texts are embedded at once. */
const CHUNK = 64;

/** Texts of an item whose meaning can be told: each response has words, and no medium. */
const tellable = ({ responses }: Read): string[] | null => {
  const texts = responses.flatMap(({ text, media }) =>
    text === null || media !== null || text.trim() === '' ? [] : [text],
  );
  return texts.length === responses.length ? texts : null;
};

/**
 * Embeddings of prompt and responses, item by item. Absent are items with a medium or an empty text among their responses, and those
 * with a text of which the encoder knows no token: nobody can say what they mean.
 */
export async function* meaningsOf(
  rows: AsyncIterable<{ readonly read: Read; readonly id: string }>,
  embedder: TextEmbedder,
  { guarded }: Pick<SemanticConfig, 'guarded'>,
): AsyncGenerator<MeaningRow> {
  const { dims } = embedder;
  for await (const some of chunked(rows, CHUNK)) {
    const told = some.flatMap(({ read, id }) => {
      const responses = tellable(read);
      return responses === null ? [] : [{ id, read, texts: [promptText(read), ...responses] }];
    });
    const vectors = await embedder.embed(told.flatMap(({ texts }) => texts));
    let at = 0;
    for (const { id, read, texts } of told) {
      const own = texts.map((_, i) => vectors.subarray((at + i) * dims, (at + i + 1) * dims));
      at += texts.length;
      const [prompt, ...responses] = own as [Float32Array, ...Float32Array[]];
      const unknown = own.some((vector, i) => texts[i]?.trim() !== '' && vector.every((value) => value === 0));
      const particulars = guarded ? texts.map(particularsHash) : [];
      const meaning: Meaning = { prompt, responses, particulars, shown: shownOf(read) };
      if (!unknown) yield toMeaningRow(id, meaning);
    }
  }
}
