/** Traps of trainers' contracts, a rule each. What a column may say is in `said.ts`. */
import { type Breach, breach, type Row, type Rule } from './breach.ts';
import { partsOf, type Said, showsPicture, turnsIn, wordsOf } from './said.ts';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** These columns are there. */
export const columns =
  (...names: readonly string[]): Rule =>
  (row) => {
    const missing = names.find((name) => row[name] === undefined);
    return missing === undefined ? null : breach('ASY-6101', `there is no column ${missing}`);
  };

/** These columns are not there: the trainer would fill them itself, or not read them. */
export const without =
  (names: readonly string[], why: string): Rule =>
  (row) => {
    const found = names.find((name) => row[name] !== undefined);
    return found === undefined ? null : breach('ASY-6113', `column ${found}: ${why}`);
  };

export const sidesDiffer: Rule = ({ chosen, rejected }) =>
  same(chosen, rejected) ? breach('ASY-6105', 'chosen and rejected are equal') : null;

const begins = (side: unknown, prompt: unknown): boolean => {
  if (typeof side === 'string')
    return typeof prompt === 'string' && side.length > prompt.length && side.startsWith(prompt);
  const [said, asked] = [turnsIn(side), turnsIn(prompt)];
  return asked.length > 0 && said.length > asked.length && same(said.slice(0, asked.length), asked);
};

/** A prompt of its own is not said again at the start of the sides: TRL and OpenRLHF put it before them. */
export const promptOnce: Rule = ({ prompt, chosen, rejected }) =>
  begins(chosen, prompt) && begins(rejected, prompt)
    ? breach('ASY-6106', 'chosen and rejected begin with the prompt, which has a column of its own')
    : null;

/** Two conversations differ in their last turn alone: what they share is the prompt. */
export const promptShared: Rule = ({ chosen, rejected }) => {
  const [won, lost] = [turnsIn(chosen), turnsIn(rejected)];
  if (won.length === 0 || lost.length === 0) return null;
  return same(won.slice(0, -1), lost.slice(0, -1))
    ? null
    : breach('ASY-6107', 'chosen and rejected do not begin with the same turns');
};

/** KTO takes preferences in pairs where they are texts, but not where they show pictures (TRL 1.9, kto_trainer.py). */
export const unpaired: Rule = (row) =>
  row['chosen'] !== undefined && (row['images'] !== undefined || row['image'] !== undefined)
    ? breach('ASY-6109', 'pictures with chosen and rejected: KTO stops at them')
    : null;

export const boolean =
  (column: string): Rule =>
  (row) =>
    typeof row[column] === 'boolean' ? null : breach('ASY-6102', `${column} is not a boolean`);

export const text =
  (column: string): Rule =>
  (row) =>
    typeof row[column] === 'string' ? null : breach('ASY-6102', `${column} is not a text`);

/** `margin` is null or absent, or a number that does not turn the preference round (OpenRLHF, TRL: −log σ(r_c − r_r − margin)). */
export const margin: Rule = ({ margin: value }) => {
  if (value === undefined || value === null) return null;
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? null
    : breach('ASY-6111', `margin is ${JSON.stringify(value)}`);
};

const truthy = (label: unknown): boolean => typeof label === 'boolean' || label === 0 || label === 1;

/** As many labels as steps, each true or false: TRL's PRM trainer takes `int(label)`, which makes 0 of every share below 1. */
export const steps: Rule = ({ completions, labels }) => {
  if (!Array.isArray(completions) || !completions.every((step) => typeof step === 'string'))
    return breach('ASY-6102', 'completions is not a list of texts');
  if (!Array.isArray(labels)) return breach('ASY-6102', 'labels is not a list');
  if (completions.length === 0) return breach('ASY-6112', 'there is no step');
  if (completions.some((step) => step.trim() === '')) return breach('ASY-6104', 'a step is empty');
  if (completions.length !== labels.length)
    return breach('ASY-6112', `${labels.length} labels for ${completions.length} steps`);
  const odd = labels.find((label) => !truthy(label));
  return odd === undefined ? null : breach('ASY-6112', `label ${JSON.stringify(odd)} is neither true nor false`);
};

const listOfPictures = (images: unknown): Breach | null => {
  if (!Array.isArray(images)) return breach('ASY-6108', 'images is not a list');
  return images.some((image) => image === '' || image === null) ? breach('ASY-6108', 'a picture has no path') : null;
};

/**
 * Pictures as TRL's vision rows take them: a list `images`, with as many placeholders in the prompt, and none in answers. Turns whose
 * content is a plain text have no placeholders: TRL puts all pictures before the first of the user's.
 */
export const pictures =
  (asked: readonly string[], answered: readonly string[] = []): Rule =>
  (row) => {
    if (row['image'] !== undefined)
      return breach('ASY-6108', 'the single column image, which SFT did not read before TRL’s change 5132 of 2026-02');
    const video = ['video', 'videos'].find((name) => row[name] !== undefined);
    if (video !== undefined) return breach('ASY-6108', `column ${video}: TRL reads no videos`);
    const { images } = row;
    const fault = images === undefined ? null : listOfPictures(images);
    if (fault !== null) return fault;
    const parts = (names: readonly string[]) => names.flatMap((name) => partsOf(turnsIn(row[name])));
    if (parts(answered).some(showsPicture)) return breach('ASY-6108', 'an answer shows a picture');
    const all = parts(asked);
    if (all.length === 0) return null;
    const [shown, given] = [all.filter(showsPicture).length, Array.isArray(images) ? images.length : 0];
    return shown === given ? null : breach('ASY-6108', `${shown} placeholders for ${given} pictures`);
  };

const PLACEHOLDERS = /<(?:image|video|audio)>/g;

const sayingOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : turnsIn(value as Said)
        .map(wordsOf)
        .join('\n');

/** OpenRLHF, verl and LLaMA-Factory cut texts at `<image>`: as many of them as pictures. */
export const placeholders =
  (...names: readonly string[]): Rule =>
  (row: Row) => {
    const { images } = row;
    const given = Array.isArray(images) ? images.length : 0;
    const found =
      names
        .map((name) => sayingOf(row[name]))
        .join('\n')
        .match(PLACEHOLDERS) ?? [];
    return found.length === given
      ? null
      : breach(
          given === 0 ? 'ASY-6115' : 'ASY-6108',
          `${found.length} placeholders such as ${found[0] ?? '<image>'} for ${given} pictures`,
        );
  };

/** Turns of user and assistant in turn after a system turn: LLaMA-Factory skips others with a warning. */
export const alternating =
  (column: string): Rule =>
  (row) => {
    const turns = turnsIn(row[column]).filter(({ role }, at) => at > 0 || role !== 'system');
    const odd = turns.findIndex(({ role }, at) => role !== (at % 2 === 0 ? 'user' : 'assistant'));
    return odd < 0 ? null : breach('ASY-6103', `turn ${odd + 1} of ${column} is of ${turns[odd]?.role}, out of turn`);
  };

const record = (value: unknown): Row => (typeof value === 'object' && value !== null ? (value as Row) : {});

/** verl's five fields (prepare_data.rst). `data_source` names the reward function, so it must not be empty. */
export const verlFields: Rule = (row) => {
  const { data_source: source, ability, reward_model: reward, extra_info: extra } = row;
  if (typeof source !== 'string' || source === '') return breach('ASY-6102', 'data_source is not a name');
  if (typeof ability !== 'string') return breach('ASY-6102', 'ability is not a text');
  const { style, ground_truth: truth } = record(reward);
  if (typeof style !== 'string') return breach('ASY-6102', 'reward_model.style is not a text');
  if (truth === undefined || truth === null || truth === '')
    return breach('ASY-6104', 'reward_model.ground_truth is empty');
  const { split, index } = record(extra);
  if (typeof split !== 'string') return breach('ASY-6102', 'extra_info.split is not a text');
  return Number.isInteger(index) ? null : breach('ASY-6102', 'extra_info.index is no whole number');
};
