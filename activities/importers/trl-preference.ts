import { AssayError } from '../../schemas/errors.ts';
import type { Message } from '../../schemas/item.ts';
import type { Importer } from './draft.ts';
import { asPrompt, asRow, field, invalid, need } from './fields.ts';
import { PAIR_COLUMNS, preferredPair } from './pair.ts';

/**
 * TRL's preference type: `prompt?`, `chosen`, `rejected`, as text or as messages. Without a prompt it is what chosen and rejected
 * share at their start, cut as TRL's `extract_prompt` does. Response 0 is the chosen one.
 */
export const importTrlPreference: Importer = (value) => {
  const row = asRow(value);
  if (field(row, 'images') !== undefined || field(row, 'image') !== undefined)
    throw invalid('images', 'pairs with images are read from the formats `assay` and `images` only');
  const [chosen, rejected] = [need(row, 'chosen'), need(row, 'rejected')];
  const prompt = field(row, 'prompt');
  if (typeof chosen === 'string' && typeof rejected === 'string') {
    if (prompt !== undefined) return preferredPair(row, asPrompt(prompt, 'prompt'), [chosen, rejected], PAIR_COLUMNS);
    if (chosen === rejected) throw new AssayError('ASY-2007');
    const at = sharedStart(chosen, rejected);
    const shared = asPrompt(chosen.slice(0, at), 'prompt');
    return preferredPair(row, at === 0 ? [] : shared, [chosen.slice(at), rejected.slice(at)], PAIR_COLUMNS);
  }
  const [full, other] = [
    asPrompt(listed(chosen, 'chosen'), 'chosen'),
    asPrompt(listed(rejected, 'rejected'), 'rejected'),
  ];
  const start = prompt === undefined ? full.slice(0, sharedMessages(full, other)) : asPrompt(prompt, 'prompt');
  const pair = [answer(full, start, 'chosen'), answer(other, start, 'rejected')] as const;
  return preferredPair(row, start, pair, PAIR_COLUMNS);
};

const listed = (value: unknown, path: string): unknown => {
  if (!Array.isArray(value)) throw invalid(path, 'must be text or messages, as its counterpart is');
  return value;
};

/** TRL data_utils.extract_prompt: up to the first difference, and not across a space right before it. */
const sharedStart = (a: string, b: string): number => {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at > 0 && a[at - 1] === ' ' ? at - 1 : at;
};

/** Messages both have at their start; the last of either is always an answer. */
const sharedMessages = (a: readonly Message[], b: readonly Message[]): number => {
  let at = 0;
  while (at < a.length - 1 && at < b.length - 1 && same(a[at], b[at])) at++;
  return at;
};

const same = (a: Message | undefined, b: Message | undefined): boolean =>
  a?.role === b?.role && a?.content === b?.content;

/** The one assistant message after the prompt (which some producers repeat at the start). */
const answer = (messages: readonly Message[], prompt: readonly Message[], path: string): string => {
  const repeats =
    prompt.length > 0 && messages.length > prompt.length && prompt.every((message, i) => same(message, messages[i]));
  const rest = repeats ? messages.slice(prompt.length) : messages;
  const [last] = rest;
  if (rest.length !== 1 || last?.role !== 'assistant')
    throw invalid(path, 'must be one assistant message after the prompt');
  return last.content;
};
