/** Texts that a head is asked about again after a change, one a prompt. */
import type { Scorer, ScorerInput } from '../../models/scorer.ts';
import { isAssayError } from '../../schemas/errors.ts';
import type { Item } from '../../schemas/item.ts';
import { promptText } from '../encoding.ts';
import { openScorer } from '../scorers.ts';
import { currentDrops } from './drops.ts';
import { drawn, queryDrops, type Sampling } from './sample.ts';
import type { MonitorSources } from './sources.ts';

/** Characters of a response that is asked about; longer ones are left out, as cutting would change them too. */
const MOST_TEXT = 20_000;

interface Row extends Pick<Item, 'prompt' | 'language'> {
  readonly group: string;
  readonly response: string;
}

/** The scorer; null where there is no such model yet. */
export const askedScorer = async (deps: MonitorSources, choice: string): Promise<Scorer | null> => {
  const [name = '', version] = choice.split('@');
  try {
    return await openScorer(deps, name, version);
  } catch (error) {
    if (isAssayError(error) && ['ASY-5001', 'ASY-5034'].includes(error.code)) return null;
    throw error;
  }
};

export interface AskedText {
  readonly group: string;
  readonly input: ScorerInput;
}

/** Texts of the current drops, drawn by hash, in the order of their ids. */
export const askedTexts = async (
  { objects, tables }: MonitorSources,
  watch: Parameters<typeof currentDrops>[1] & Sampling,
  now: number,
): Promise<AskedText[]> => {
  const drops = await currentDrops(objects, watch, now);
  const rows = `SELECT "group", concat(id, ':', response) AS unit, id, response
    FROM (SELECT "group", id, unnest(range(len(responses))) AS response, responses FROM {items} WHERE modality = 'text')
    WHERE trim(responses[response + 1].text) <> '' AND length(responses[response + 1].text) <= ${MOST_TEXT}`;
  const sql = `SELECT i."group", i.language, i.prompt, i.responses[d.response + 1].text AS response
    FROM (${drawn(rows, watch)}) d JOIN {items} i ON i.id = d.id ORDER BY d.unit`;
  const found = await Array.fromAsync(queryDrops<Row>(tables, drops, ['items'], sql));
  return found.map((row) => ({
    group: row.group,
    input: { prompt: promptText(row), response: row.response, language: row.language },
  }));
};

/** Rewards of the inputs, in order. */
export const rewardsBy = async (scorer: Scorer, inputs: readonly ScorerInput[]): Promise<number[]> =>
  (await scorer.score(inputs)).map(({ value }) => value);
