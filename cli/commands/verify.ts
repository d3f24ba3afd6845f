/** `assay verify`: near-duplicates in a file, and what it shares with a benchmark, without a stack. */
import { InvalidArgumentError } from 'commander';
import { readBenchmark } from '../../models/decontaminate/benchmark.ts';
import { contaminationDocument } from '../../models/decontaminate/document.ts';
import { indexBenchmark, OVERLAP_WORDS } from '../../models/decontaminate/overlap.ts';
import { type DedupDocument, dedupDocument } from '../../models/dedup/document.ts';
import { type SignedShard, signShard, TEXT_DEFAULTS, type TextSettings } from '../../models/dedup/text.ts';
import type { Register } from '../context.ts';
import { readJsonLines, readTextRows } from '../json-lines.ts';
import { table } from '../output.ts';

/** Texts held at once while a file is read. */
const SHARD_ROWS = 16_384;

/** The ids of a file's rows, and its texts signed shard by shard. */
const signFile = async (
  file: string,
  settings: TextSettings,
): Promise<{ readonly ids: string[]; readonly shards: SignedShard[] }> => {
  const ids: string[] = [];
  const shards: SignedShard[] = [];
  let texts: string[] = [];
  const flush = (): void => {
    shards.push(signShard(texts, ids.length - texts.length, settings));
    texts = [];
  };
  for await (const { id, text } of readTextRows(file)) {
    ids.push(id);
    if (texts.push(text) === SHARD_ROWS) flush();
  }
  flush();
  return { ids, shards };
};

interface DedupOptions {
  readonly threshold: number;
  readonly ngram: number;
  readonly bands: number;
  readonly rows: number;
  readonly estimate?: boolean;
}

export const register: Register = (program, { output }) => {
  const verify = program
    .command('verify')
    .description('near-duplicates in a file, and what it shares with a benchmark');
  verify
    .command('dedup')
    .description('clusters of texts that are nearly equal, the first of each being kept')
    .argument('<file>', 'JSON Lines with id and text')
    .option('--threshold <share>', 'least Jaccard similarity of two texts’ n-grams', share, 0.8)
    .option('--ngram <words>', 'words of an n-gram', whole(1, 50), TEXT_DEFAULTS.ngram)
    .option('--bands <count>', 'bands of a signature: more find more', whole(1, 256), TEXT_DEFAULTS.bands)
    .option('--rows <count>', 'values of a band: more compare fewer', whole(1, 64), TEXT_DEFAULTS.rows)
    .option('--estimate', 'compare signatures, not the n-grams themselves')
    .action(async (file: string, { threshold, ngram, bands, rows, estimate = false }: DedupOptions) => {
      const similarity = estimate ? 'estimate' : 'exact';
      const settings: TextSettings = { ...TEXT_DEFAULTS, ngram, bands, rows, similarity };
      const { ids, shards } = await signFile(file, settings);
      output.result(dedupDocument(ids, shards, settings, threshold), (d) =>
        [
          `${some(d.rows, 'row')}, ${d.kept} kept, ${some(d.clusters.length, 'cluster')}`,
          ...(d.removed.length === 0 ? [] : ['', table(removedRows(d))]),
          '',
          `word ${ngram}-grams, ${bands} bands × ${rows}: two texts that are ${threshold} alike are compared with probability ${d.catchProbability.toFixed(3)}`,
        ].join('\n'),
      );
    });
  verify
    .command('contamination')
    .description('texts that share a run of words with a benchmark, and the run')
    .argument('<file>', 'JSON Lines with id and text')
    .requiredOption('--against <file>', 'JSON Lines of the benchmark')
    .option('--field <name>', 'where the benchmark’s rows have their questions; found out unless told')
    .option('--ngram <words>', 'least words in a row', whole(1, 50), OVERLAP_WORDS)
    .action(async (file: string, { against, field, ngram }: { against: string; field?: string; ngram: number }) => {
      const benchmark = readBenchmark(await Array.fromAsync(readJsonLines(against)), against, field);
      const index = indexBenchmark(
        benchmark.rows.map(({ text }) => text),
        ngram,
      );
      output.result(await contaminationDocument(readTextRows(file), benchmark, index), (d) =>
        [
          `${d.contaminated.length} of ${some(d.rows, 'row')} share ${ngram} words in a row or more with ${against} (field ${d.benchmark.field})`,
          ...d.contaminated.map(
            ({ id, benchmark: row, words, start, end, span }) =>
              `${id}\t${row}\t${words} words at ${start}–${end}\t${JSON.stringify(span)}`,
          ),
          `${d.benchmark.found} of ${some(d.benchmark.rows, 'benchmark row')} found; too short for ${ngram} words in a row: ${d.benchmark.tooShort}`,
        ].join('\n'),
      );
    });
};

const removedRows = ({ removed }: DedupDocument): (string | number)[][] => [
  ['removed', 'canonical', 'similarity'],
  ...removed.map(({ id, canonical, similarity }) => [id, canonical, similarity.toFixed(3)]),
];

const some = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const share = (value: string): number => {
  const number = Number(value);
  if (!(number > 0 && number <= 1)) throw new InvalidArgumentError('a number above 0, at most 1');
  return number;
};

const whole =
  (least: number, most: number) =>
  (value: string): number => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < least || number > most)
      throw new InvalidArgumentError(`a whole number from ${least} to ${most}`);
    return number;
  };
