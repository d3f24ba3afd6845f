/** Everything that is read of one item's texts and media before selection: nothing here depends on labels or scores. */
import { findOverlap } from '../../models/decontaminate/overlap.ts';
import type { Signature, Signed } from '../../models/dedup/signature.ts';
import { hashOf } from '../../models/hash.ts';
import { redact } from '../../models/quality/redact.ts';
import { personalSpans, screenText } from '../../models/quality/screen.ts';
import type { TextFilter } from '../../schemas/curation.ts';
import type { Numbered } from '../../schemas/examination.ts';
import type { Item } from '../../schemas/item.ts';
import { promptText } from '../encoding.ts';
import type { MediaProbe, ObjectStore } from '../ports.ts';
import type { BenchmarkIndex } from './benchmark-file.ts';
import { frameHashes } from './frame-hashes.ts';
import type { FindingRow, OverlapRow } from './rows.ts';
import type { CountTokens } from './tokenizers.ts';

/** What is read: of an item, or of a row of an earlier dataset. */
export type Read = Pick<Item, 'language' | 'prompt' | 'promptMedia' | 'responses'>;

export interface Text {
  /** −1: the prompt. */
  readonly response: number;
  readonly text: string;
}

/** The prompt, and every response that has a text. */
export const textsOf = (item: Read): Text[] => [
  { response: -1, text: promptText(item) },
  ...item.responses.flatMap(({ text }, response) => (text === null ? [] : [{ response, text }])),
];

const isRead = ({ on }: TextFilter, { response }: Text): boolean =>
  on === 'all' || (on === 'prompt' ? response === -1 : response !== -1);

/** Responses that only what is redacted tells apart: a pair of them would teach nothing. */
const sameWhenRedacted = (
  texts: readonly Text[],
  { number, filter }: Numbered<TextFilter>,
  item: string,
): FindingRow[] => {
  if (filter.kind !== 'pii' || filter.action !== 'redact') return [];
  const answers = texts
    .filter((text) => text.response !== -1)
    .map(({ response, text }) => ({ response, text, left: redact(text, personalSpans(text, filter.kinds)).text }));
  return answers.flatMap(({ response, text, left }) =>
    answers.some((other) => other.left === left && other.text !== text)
      ? [{ item, filter: number, response, value: 0, detail: null, reason: 'identical-when-redacted' }]
      : [],
  );
};

/** What each filter finds in each text that it may read; lengths in tokens are counted by `count`. */
export const findingsOf = async (
  item: string,
  read: Read,
  filters: readonly Numbered<TextFilter>[],
  count: CountTokens,
): Promise<FindingRow[]> => {
  const texts = textsOf(read);
  const findings: FindingRow[] = [];
  for (const numbered of filters) {
    const { number, filter } = numbered;
    const tokenizer = filter.kind === 'length' ? filter.tokenizer : undefined;
    for (const { response, text } of texts.filter((each) => isRead(filter, each))) {
      const tokens = tokenizer === undefined ? undefined : await count(tokenizer, text);
      findings.push({ item, filter: number, response, ...screenText(filter, text, read.language, tokens) });
    }
    findings.push(...sameWhenRedacted(texts, numbered, item));
  }
  return findings;
};

/** Of a span no more than this is quoted. */
const QUOTED = 300;

export const quoted = (text: string): string => Array.from(text).slice(0, QUOTED).join('');

/** The longest run that the item shares with each benchmark, of its prompt and responses. */
export const overlapsOf = (item: string, read: Read, benchmarks: readonly BenchmarkIndex[]): OverlapRow[] =>
  benchmarks.flatMap(({ name, rows, index }) => {
    let longest: OverlapRow | null = null;
    for (const { response, text } of textsOf(read)) {
      const found = findOverlap(index, text);
      if (found === null || found.words <= (longest?.words ?? 0)) continue;
      const { words, start, end, text: span } = found;
      const row = rows[found.row]?.id ?? '';
      longest = {
        item,
        benchmark: name,
        row,
        response,
        words,
        start,
        end,
        span: quoted(span),
      };
    }
    return longest ?? [];
  });

/** Equal where the prompts show equal media; empty where they show none. */
export const shownOf = ({ promptMedia }: Pick<Read, 'promptMedia'>): string =>
  promptMedia === null ? '' : hashOf(promptMedia.map(({ sha256 }) => sha256)).slice(0, 24);

/** The item's signature; its media are read for it. */
export const signatureOf = async (
  { prompt, promptMedia, responses }: Read,
  sign: (item: Signed) => Signature,
  deps: { readonly objects: Pick<ObjectStore, 'local'>; readonly media: MediaProbe },
  frames: number,
): Promise<Signature> => {
  const hashes = [];
  for (const response of responses) hashes.push(await frameHashes(deps, response, frames));
  return sign({
    prompt: promptText({ prompt }),
    responses: responses.map(({ text }) => text),
    frames: hashes,
    shown: shownOf({ promptMedia }),
  });
};
