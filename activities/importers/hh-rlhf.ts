import { AssayError } from '../../schemas/errors.ts';
import type { Message } from '../../schemas/item.ts';
import type { Importer } from './draft.ts';
import { asRow, invalid, needText } from './fields.ts';
import { PAIR_COLUMNS, preferredPair } from './pair.ts';

/**
 * Anthropic's HH-RLHF: `chosen` and `rejected` are whole transcripts (“\n\nHuman: …\n\nAssistant: …”). The turns both share at
 * their start are the prompt, and always end before an assistant turn; what follows is the response. Where one side goes on for
 * several turns, its response keeps the later turns with their markers.
 */
export const importHhRlhf: Importer = (value) => {
  const row = asRow(value);
  const [chosen, rejected] = [
    turnsOf(needText(row, 'chosen'), 'chosen'),
    turnsOf(needText(row, 'rejected'), 'rejected'),
  ];
  let at = 0;
  while (at < chosen.length - 1 && at < rejected.length - 1 && same(chosen[at], rejected[at])) at++;
  while (at > 0 && !(chosen[at]?.role === 'assistant' && rejected[at]?.role === 'assistant')) at--;
  if (chosen[at]?.role !== 'assistant' || rejected[at]?.role !== 'assistant')
    throw invalid('chosen', 'shares no start with rejected that an assistant turn follows');
  if (transcript(chosen) === transcript(rejected)) throw new AssayError('ASY-2007');
  return preferredPair(
    row,
    chosen.slice(0, at),
    [transcript(chosen.slice(at)), transcript(rejected.slice(at))],
    PAIR_COLUMNS,
  );
};

const MARKER = /(?:^|\n\n)(Human|Assistant):/;

const turnsOf = (text: string, path: string): Message[] => {
  const [before, ...parts] = text.split(MARKER);
  if (before?.trim() !== '' || parts.length < 2)
    throw invalid(path, 'must start with "\\n\\nHuman:" or "\\n\\nAssistant:"');
  return Array.from({ length: parts.length / 2 }, (_, i) => ({
    role: parts[2 * i] === 'Human' ? ('user' as const) : ('assistant' as const),
    content: (parts[2 * i + 1] ?? '').trim(),
  }));
};

const same = (a: Message | undefined, b: Message | undefined): boolean =>
  a?.role === b?.role && a?.content === b?.content;

/** The first turn's words, and later turns as the transcript has them. */
const transcript = ([first, ...later]: readonly Message[]): string =>
  [
    first?.content ?? '',
    ...later.map(({ role, content }) => `${role === 'user' ? 'Human' : 'Assistant'}: ${content}`),
  ].join('\n\n');
