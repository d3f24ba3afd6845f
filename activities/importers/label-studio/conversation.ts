/** Conversations that people had with a model in Label Studio's Chat: what they came to is what is judged. */
import { AssayError } from '../../../schemas/errors.ts';
import { Message } from '../../../schemas/item.ts';
import { type DraftResponse, textResponse } from '../draft.ts';
import { asRow, field, fromZod, invalid, type Row } from '../fields.ts';
import { CHAT, typeOf } from './results.ts';

/**
 * The messages before the model's last one, and that one as the response. Throws ASY-2018 where people had several conversations
 * under one task, and ASY-2002 where the model says nothing or somebody speaks after it.
 */
export const conversationOf = (
  forms: readonly { readonly results: readonly Row[]; readonly path: string }[],
): { readonly before: readonly Message[]; readonly response: DraftResponse } => {
  const talks = forms.filter(({ results }) => results.some((result) => typeOf(result) === CHAT));
  const [talk, another] = talks;
  if (talk === undefined || another !== undefined)
    throw new AssayError('ASY-2018', { path: another?.path ?? 'annotations', type: CHAT });
  const messages = talk.results
    .filter((result) => typeOf(result) === CHAT)
    .map((result, i) => {
      const { role, content } = asRow(field(asRow(field(result, 'value') ?? {}), CHAT) ?? {});
      const parsed = Message.safeParse({ role, content });
      if (!parsed.success) throw fromZod(parsed.error, `${talk.path}.result.${i}.value.${CHAT}`);
      return parsed.data;
    });
  const last = messages.at(-1);
  if (last?.role !== 'assistant') throw invalid(talk.path, 'must end with what the assistant says');
  return { before: messages.slice(0, -1), response: textResponse(last.content) };
};
