import { Tokenizer } from '@huggingface/tokenizers';
import type { UnigramVocabulary } from '../../models/encoders/unigram.ts';

/**
 * A Hugging Face tokeniser over our vocabulary, as ids of our pieces: what models/encoders/unigram.ts is held equal to. Its unknown token,
 * which stands first there, is dropped.
 */
export const unigramLibrary = ({ pieces, scores }: UnigramVocabulary): ((text: string) => number[]) => {
  const json = {
    added_tokens: [],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Precompiled', precompiled_charsmap: null },
        { type: 'Lowercase' },
        { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' },
      ],
    },
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
    post_processor: null,
    decoder: null,
    model: {
      type: 'Unigram',
      unk_id: 0,
      vocab: [['<unk>', 0], ...pieces.map((piece, id) => [piece, scores[id] ?? 0])],
    },
  };
  const tokenizer = new Tokenizer(json, {});
  return (text) => {
    const ids: readonly number[] = tokenizer.encode(text, { add_special_tokens: false }).ids;
    return ids.filter((id) => id !== 0).map((id) => id - 1);
  };
};
