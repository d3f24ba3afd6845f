/** LLaMA-Factory's `sharegpt` rows with the tags of OpenAI's (v0.9, data/converter.py); Axolotl reads the first of them too. */
import { z } from 'zod';
import { Message } from '../../schemas/item.ts';
import { type Exported, type Exporter, leftOut, reshaped, type Turn } from './exporter.ts';
import { PLACEHOLDERS_SAID, showsPlaceholder } from './placeholders.ts';
import { trlKto } from './trl-kto.ts';
import { trlPreference } from './trl-preference.ts';
import { trlSft } from './trl-sft.ts';

/** User and assistant in turn after a system turn. */
const alternate = (turns: readonly Turn[]): boolean =>
  turns
    .filter(({ role }, at) => at > 0 || role !== 'system')
    .every(({ role }, at) => role === (at % 2 === 0 ? 'user' : 'assistant'));

/** LLaMA-Factory skips rows whose turns do not alternate, and takes `<image>` in a text for a picture. */
const fitting = <T extends { readonly messages: readonly Turn[] }>(exported: Exported<T>): Exported<T> => {
  if ('leftOut' in exported) return exported;
  if (exported.rows.some(({ messages }) => showsPlaceholder(messages))) return leftOut(PLACEHOLDERS_SAID);
  return exported.rows.every(({ messages }) => alternate(messages)) ? exported : leftOut('turns that do not alternate');
};

const Sft = z.object({ messages: z.array(Message) });
type Sft = z.infer<typeof Sft>;

export const llamafactorySft: Exporter<Sft> = {
  format: 'llamafactory-sft',
  encoding: 'jsonl',
  schema: Sft,
  needs: trlSft.needs,
  always: false,
  onDemand: true,
  rowsOf: (row, context) =>
    fitting(reshaped(trlSft, ({ prompt, completion }) => ({ messages: [...prompt, ...completion] }))(row, context)),
};

const Dpo = z.object({ messages: z.array(Message), chosen: Message, rejected: Message });
type Dpo = z.infer<typeof Dpo>;

const only = (turns: readonly Turn[]): Turn => turns[0] ?? { role: 'assistant', content: '' };

export const llamafactoryDpo: Exporter<Dpo> = {
  format: 'llamafactory-dpo',
  encoding: 'jsonl',
  schema: Dpo,
  needs: trlPreference.needs,
  always: false,
  onDemand: true,
  rowsOf: (row, context) => {
    const pairs = reshaped(trlPreference, ({ prompt, chosen, rejected }) => ({
      messages: prompt,
      chosen: only(chosen),
      rejected: only(rejected),
    }))(row, context);
    if ('leftOut' in pairs) return pairs;
    return pairs.rows.some(({ chosen, rejected }) => showsPlaceholder([chosen, rejected]))
      ? leftOut(PLACEHOLDERS_SAID)
      : fitting(pairs);
  },
};

const Kto = z.object({ messages: z.array(Message), label: z.boolean() });
type Kto = z.infer<typeof Kto>;

export const llamafactoryKto: Exporter<Kto> = {
  format: 'llamafactory-kto',
  encoding: 'jsonl',
  schema: Kto,
  needs: trlKto.needs,
  always: false,
  onDemand: true,
  rowsOf: (row, context) =>
    fitting(
      reshaped(trlKto, ({ prompt, completion, label }) => ({ messages: [...prompt, ...completion], label }))(
        row,
        context,
      ),
    ),
  apartBy: ({ messages }) => JSON.stringify(messages.slice(0, -1)),
};
