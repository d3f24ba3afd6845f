import type { Turn } from './exporter.ts';

/** Words that OpenRLHF, verl and LLaMA-Factory take for a medium. */
const PLACEHOLDER = /<(?:image|video|audio)>/;

/** Whether a text says what trainers would take for a medium. */
export const showsPlaceholder = (turns: readonly Turn[]): boolean =>
  turns.some(({ content }) => PLACEHOLDER.test(content));

/** Why a row that does is left out. */
export const PLACEHOLDERS_SAID = 'a text has the words <image>, <video> or <audio>';
