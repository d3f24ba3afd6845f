/** Text as encoders read it, however its producer composed its letters (S335). */
import type { EncoderInput } from './encoder.ts';

type TextInput = Extract<EncoderInput, { kind: 'text' }>;

/** In shorter texts, marks by themselves cost at most a millisecond or two. */
const LONG = 1024;
/** Normalising sorts marks that follow one another in quadratic time: a joiner after thirty ends the run (UAX #15, Stream-Safe). */
const RUN = /\p{M}{30}(?=\p{M})/gu;
const JOINER = '\u034f';

const nfc = (text: string): string => {
  const safe = text.length > LONG ? text.replace(RUN, `$&${JOINER}`) : text;
  return safe.normalize('NFC');
};

/** The inputs in NFC, each distinct text of them normalised once. */
export const composed = (inputs: readonly TextInput[]): TextInput[] => {
  const known = new Map<string, string>();
  const read = (text: string): string => {
    const found = known.get(text) ?? nfc(text);
    known.set(text, found);
    return found;
  };
  return inputs.map(({ kind, prompt, response }) => ({ kind, prompt: read(prompt), response: read(response) }));
};
