/** Ways in which a row breaks a trainer's contract: the 61xx of the catalogue. Each is refused by the trainer, or silently misused. */
import type { Entry } from './error-entry.ts';

/** All name the row alike; they differ in what is wrong and in the way out. */
const breach = (name: string, fix: string): Entry => ({
  name,
  retry: false,
  text: (d) => `${d['format']} row ${d['row']}: ${d['reason']}`,
  fix,
});

export const CONTRACT_ERRORS = {
  'ASY-6101': breach('ContractColumns', 'name the columns as docs/reference/trainers.md does'),
  'ASY-6102': breach('ContractType', 'give the column the type that docs/reference/trainers.md names'),
  'ASY-6103': breach(
    'ContractTurns',
    'end prompts with the user’s turn and answers with the assistant’s; a system turn comes first',
  ),
  'ASY-6104': breach('ContractEmpty', 'leave the row out: there is nothing to learn from an empty text'),
  'ASY-6105': breach('ContractSidesEqual', 'leave the row out: equal sides teach nothing'),
  'ASY-6106': breach(
    'ContractPromptRepeated',
    'with a column `prompt`, give the answers alone; the trainer puts the prompt before them',
  ),
  'ASY-6107': breach('ContractPromptNotShared', 'begin both sides with the same prompt'),
  'ASY-6108': breach(
    'ContractPictures',
    'give a list `images` in every row, with one placeholder of the prompt for each picture',
  ),
  'ASY-6109': breach(
    'ContractPaired',
    'write a row with completion and label for each side: KTO takes pictures unpaired',
  ),
  'ASY-6110': breach('ContractOneSided', 'add rows of the other label, or train with another method'),
  'ASY-6111': breach('ContractMargin', 'give a number of at least 0, or null where nothing is known'),
  'ASY-6112': breach('ContractSteps', 'give one label, true or false, for each step'),
  'ASY-6113': breach('ContractReserved', 'rename or drop the column: the trainer fills it itself, or does not read it'),
  'ASY-6114': breach(
    'ContractMixed',
    'write all rows alike: trainers look at the first row and treat the others like it',
  ),
  'ASY-6115': breach(
    'ContractPlaceholder',
    'take the words <image>, <video> and <audio> out of texts that show nothing',
  ),
} as const satisfies Readonly<Record<string, Entry>>;
