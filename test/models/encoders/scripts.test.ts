import { expect, test } from 'vitest';
import type { EncoderInput } from '../../../models/encoders/index.ts';
import { resolveEncoder } from '../../../models/encoders/index.ts';

const text = (said: string): EncoderInput => ({ kind: 'text', prompt: `? ${said}`, response: said });

// Sanskrit, Vietnamese, Yoruba, Bengali: as composed letters, and as letters with marks after them.
const TEXTS = ['धर्मक्षेत्रे कुरुक्षेत्रे समवेता युयुत्सवः', 'Tiếng Việt có nhiều dấu', 'Àìsàn ibà ńyàtọ̀ lọ́nà', 'বাংলা ভাষা ড়'];

test.each(['hashed-ngrams', 'static-e5'])(
  'S335: %s reads composed and decomposed text as the same text',
  async (id) => {
    const encoder = await resolveEncoder(id, 'text');
    for (const each of TEXTS) {
      const [composed, decomposed] = [each.normalize('NFC'), each.normalize('NFD')];
      expect(composed.normalize('NFC')).toBe(composed);
      const features = await encoder.encode([text(composed), text(decomposed)]);
      const row = (i: number) => features.subarray(i * encoder.manifest.dims, (i + 1) * encoder.manifest.dims);
      expect(row(1)).toEqual(row(0));
      const said = encoder.blocks.find(({ name }) => name === 'response');
      expect(
        row(0)
          .subarray(said?.from, said?.to)
          .some((value) => value !== 0),
      ).toBe(true);
    }
  },
);
