/** Preference pairs in many languages from openly licensed sets; every builder says what a pair shows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256, unitHash } from '../../models/hash.ts';

export interface BenchPair {
  readonly language: string;
  /** Twins (the same question in other languages) and pairs with a text in common share a group. */
  readonly group: string;
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
  /** The rejected side's prompt where it is not the same. */
  readonly rejectedPrompt?: string;
  readonly translated: boolean;
}

export interface BenchTask {
  readonly name: string;
  readonly shows: string;
  /** What is trained on in the learning curves. */
  readonly source: string;
  readonly pairs: readonly BenchPair[];
}

type Row = Readonly<Record<string, string>>;

const read = (folder: string, file: string): Row[] =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);

const CODES: Readonly<Record<string, string>> = {
  English: 'en',
  Chinese: 'zh',
  French: 'fr',
  German: 'de',
  Spanish: 'es',
  Russian: 'ru',
  Japanese: 'ja',
  Swahili: 'sw',
  Thai: 'th',
  Bengali: 'bn',
};

const APPLY: Readonly<Record<string, { readonly verb: string; readonly of: (a: number, b: number) => number }>> = {
  '+': { verb: 'Add', of: (a, b) => a + b },
  '-': { verb: 'Subtract', of: (a, b) => a - b },
  '*': { verb: 'Multiply', of: (a, b) => a * b },
  '/': { verb: 'Divide', of: (a, b) => a / b },
};

/** In words, because encoders of words do not read signs; in English for every language, so that only the question is in it. */
const inWords = (operator: string, [a, , b]: readonly [number, string, number]): string =>
  `${APPLY[operator]?.verb} ${a} and ${b}.`;

/** `- number1 number0` over the question's numbers as [16, '-', 14]; null where it is longer or does not give the answer. */
const operationOf = (row: Row): readonly [number, string, number] | null => {
  const [operator = '', ...operands] = (row['equation'] ?? '').trim().split(/\s+/);
  const numbers = (row['m_query'] ?? '').match(/\d+(?:\.\d+)?/g)?.map(Number) ?? [];
  if (operands.length !== 2) return null;
  const [a, b] = operands.map((name) =>
    name.startsWith('number') ? (numbers[Number(name.slice(6))] ?? Number.NaN) : Number(name),
  );
  if (a === undefined || b === undefined || a === b) return null;
  const value = APPLY[operator]?.of(a, b) ?? Number.NaN;
  return Math.abs(value - Number(row['answer'])) < 1e-3 ? [a, operator, b] : null;
};

/** Questions by operation, each operation's in an order drawn by hash. */
const byOperation = (
  rows: readonly Row[],
): Map<string, { idx: string; numbers: readonly [number, string, number] }[]> => {
  const found = rows.flatMap((row) => {
    const numbers = row['lang'] === 'English' ? operationOf(row) : null;
    return numbers === null ? [] : [{ idx: String(row['idx']), numbers }];
  });
  found.sort((a, b) => unitHash('operation', a.idx) - unitHash('operation', b.idx));
  return Map.groupBy(found, ({ numbers: [, operator] }) => operator);
};

/**
 * MSVAMP: the operation that solves the question against the same numbers with another. The k-th questions of all operations are a
 * block, and each one's operation is the others' wrong one: an operation is right as often as wrong.
 */
export const operationPairs = (data: string): BenchTask => {
  const rows = read(data, 'microsoft__MathOctopus/msvamp_10lang.base.jsonl');
  const operations = [...byOperation(rows).values()];
  const longest = Math.max(...operations.map(({ length }) => length));
  const questions = new Map(rows.map((row) => [`${row['lang']} ${row['idx']}`, row['m_query'] ?? '']));
  const blocks = Array.from({ length: longest }, (_, k) => operations.flatMap((own) => own[k] ?? []));
  const pairs = Object.entries(CODES).flatMap(([name, language]) =>
    blocks.flatMap((block, k) =>
      block.flatMap(({ idx, numbers }) =>
        block
          .filter((each) => each.idx !== idx)
          .map(
            (each): BenchPair => ({
              language,
              group: `block ${k}`,
              prompt: questions.get(`${name} ${idx}`) ?? '',
              chosen: inWords(numbers[1], numbers),
              rejected: inWords(each.numbers[1], numbers),
              translated: language !== 'en',
            }),
          ),
      ),
    ),
  );
  return { name: 'msvamp-operation', shows: 'which operation solves the question', source: 'en', pairs };
};

/** Questions of a block: each one's right text is the others' wrong one, so that no text is right more often than wrong. */
const BLOCK = 4;

interface Blocked {
  readonly block: string;
  readonly idx: string;
  readonly others: readonly string[];
}

/** Question ids in blocks drawn by hash; the last block may be smaller. */
const blocksOf = (ids: readonly string[]): Blocked[] => {
  const order = ids.toSorted((a, b) => unitHash('block', a) - unitHash('block', b));
  return order.map((idx, i) => {
    const from = i - (i % BLOCK);
    const others = order.slice(from, from + BLOCK).filter((each) => each !== idx);
    return { block: `block ${from / BLOCK}`, idx, others };
  });
};

/** MGSM rows by language and question. */
const mgsm = (data: string): Map<string, Map<string, Row>> => {
  const rows = read(data, 'google-research__url-nlp/mgsm_all.base.jsonl');
  const byLanguage = Map.groupBy(rows, ({ lang }) => lang ?? '');
  return new Map(
    [...byLanguage].map(([language, own]) => [language, new Map(own.map((row) => [String(row['idx']), row]))]),
  );
};

/** MGSM: the right number against another question's. Nothing in a frozen embedding tells them apart: a control. */
export const numberPairs = (data: string): BenchTask => {
  const languages = mgsm(data);
  const blocks = blocksOf([...(languages.get('en')?.keys() ?? [])]);
  const pairs = [...languages].flatMap(([language, rows]) =>
    blocks.flatMap(({ block, idx, others }) =>
      others.flatMap((wrong): BenchPair[] => {
        const [chosen, rejected] = [rows.get(idx)?.['answer'] ?? '', rows.get(wrong)?.['answer'] ?? ''];
        if (chosen === rejected) return [];
        const prompt = rows.get(idx)?.['question'] ?? '';
        return [{ language, group: block, prompt, chosen, rejected, translated: language !== 'en' }];
      }),
    ),
  );
  return { name: 'mgsm-number', shows: 'control: the right number against another question’s', source: 'en', pairs };
};

/** MGSM: an English question restated in the language, against other questions in that language. */
export const restatementPairs = (data: string): BenchTask => {
  const languages = mgsm(data);
  const english = languages.get('en') ?? new Map<string, Row>();
  const blocks = blocksOf([...english.keys()]);
  const pairs = [...languages].flatMap(([language, rows]) =>
    blocks.flatMap(({ block, idx, others }) =>
      language === 'en'
        ? []
        : others.map(
            (wrong): BenchPair => ({
              language,
              group: block,
              prompt: english.get(idx)?.['question'] ?? '',
              chosen: rows.get(idx)?.['question'] ?? '',
              rejected: rows.get(wrong)?.['question'] ?? '',
              translated: true,
            }),
          ),
    ),
  );
  return { name: 'mgsm-restated', shows: 'which text restates the English question', source: 'fr', pairs };
};

/** Interpretable counts 1, and attributable to the table 1 more. */
const tataValue = (row: Row): number =>
  row['interpretable'] === '' ? Number.NaN : Number(row['interpretable']) + Number(row['attributable'] || 0);

/** TaTA: of two descriptions of one table in one language, the one people found interpretable and attributable. */
export const tataPairs = (data: string): BenchTask => {
  const rows = read(data, 'google-research__url-nlp/tata_human_annotations.base.jsonl');
  const byTable = Map.groupBy(rows, (row) => row['id'] ?? '');
  const pairs = [...byTable.values()].flatMap((own) =>
    own.flatMap((a, i) =>
      own.slice(i + 1).flatMap((b): BenchPair[] => {
        const [x, y] = [tataValue(a), tataValue(b)];
        if (!(x !== y) || Number.isNaN(x + y)) return [];
        const [chosen, rejected] = x > y ? [a, b] : [b, a];
        const language = a['lang'] ?? '';
        return [
          {
            language,
            group: (a['id'] ?? '').replace(`-${language}-`, '-*-'),
            prompt: '',
            chosen: chosen['output'] ?? '',
            rejected: rejected['output'] ?? '',
            translated: false,
          },
        ];
      }),
    ),
  );
  return { name: 'tata', shows: 'which description people found interpretable and attributable', source: 'en', pairs };
};

/** Sentences of a language pair are compared with this many next ones of their group. */
const NEIGHBOURS = 2;
/** Points of direct assessment (0 … 100) that two translations must differ by. */
const MARGIN = 10;
const GROUPS = 20;

/** MLQE-PE: of two translations (of two sentences of one language pair), the one with the higher mean direct assessment. */
export const adequacyPairs = (data: string): BenchTask => {
  const rows = read(data, 'sheffieldnlp__mlqe-pe/da_dev_7lp.base.jsonl');
  const keyed = rows.map((row) => ({ row, key: sha256(`${row['lp']} ${row['original']}`) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  const buckets = Map.groupBy(keyed, ({ row, key }) => `${row['lp']} ${Number.parseInt(key.slice(0, 8), 16) % GROUPS}`);
  const pairs = [...buckets].flatMap(([group, own]) =>
    own.flatMap(({ row: a }, i) =>
      own.slice(i + 1, i + 1 + NEIGHBOURS).flatMap(({ row: b }): BenchPair[] => {
        const gap = Number(a['mean']) - Number(b['mean']);
        if (Math.abs(gap) < MARGIN) return [];
        const [chosen, rejected] = gap > 0 ? [a, b] : [b, a];
        return [{ language: a['lp'] ?? '', group, ...sides(chosen, rejected), translated: false }];
      }),
    ),
  );
  return { name: 'mlqe-adequacy', shows: 'which of two translations is better', source: 'ru-en', pairs };
};

const sides = (chosen: Row, rejected: Row) => ({
  prompt: chosen['original'] ?? '',
  chosen: chosen['translation'] ?? '',
  rejected: rejected['translation'] ?? '',
  rejectedPrompt: rejected['original'] ?? '',
});
