/** Benchmarks that the drop brings, ready to be looked for in texts. */
import { type BenchmarkRow, readBenchmark } from '../../models/decontaminate/benchmark.ts';
import { indexBenchmark, type OverlapIndex } from '../../models/decontaminate/overlap.ts';
import { sha256 } from '../../models/hash.ts';
import type { Decontaminate } from '../../schemas/curation.ts';
import { AssayError, isAssayError } from '../../schemas/errors.ts';
import { parseLines, readDropFile } from '../drop-lines.ts';
import type { ObjectStore } from '../ports.ts';

export interface BenchmarkIndex {
  readonly name: string;
  readonly rows: readonly BenchmarkRow[];
  readonly index: OverlapIndex;
  /** Least cosine of a text with a question; null: meaning is not looked at. */
  readonly similarity: number | null;
}

/** Benchmarks are questions, thousands of them: more would be a corpus, and is held in memory. */
const MOST_BYTES = 64 * 1024 * 1024;

const unusable = (file: string, line: number | string, reason: string, cause?: unknown) =>
  new AssayError('ASY-6204', { file, line, reason }, { cause });

const readBytes = (objects: ObjectStore, drop: string, file: string): Promise<Buffer> =>
  readDropFile(objects, { drop, file, most: MOST_BYTES }, (line, reason) => unusable(file, line, reason));

/** SHA-256 of each benchmark's bytes, in order. Throws ASY-6204 for one that is not in the drop. */
export const benchmarkHashes = async (
  objects: ObjectStore,
  drop: string,
  benchmarks: readonly Decontaminate[],
): Promise<string[]> => {
  const hashes: string[] = [];
  for (const { file } of benchmarks) hashes.push(sha256(await readBytes(objects, drop, file)));
  return hashes;
};

/** The benchmarks, indexed. Throws ASY-6204 with file and line for one of the wrong shape, or too short to find anything by. */
export const openBenchmarks = async (
  objects: ObjectStore,
  drop: string,
  benchmarks: readonly Decontaminate[],
): Promise<BenchmarkIndex[]> => {
  const opened: BenchmarkIndex[] = [];
  for (const { name, file, field, ngram, similarity = null } of benchmarks) {
    const lines = parseLines(
      (await readBytes(objects, drop, file)).toString('utf8'),
      (row): unknown => JSON.parse(row),
      (line, error) => unusable(file, line, 'not JSON', error),
    );
    try {
      const { rows } = readBenchmark(lines, file, field);
      const index = indexBenchmark(
        rows.map(({ text }) => text),
        ngram,
      );
      if (index.tooShort === rows.length && similarity === null)
        throw unusable(file, 0, `no row has ${ngram} words; lower \`ngram\``);
      opened.push({ name, rows, index, similarity });
    } catch (error) {
      if (!isAssayError(error) || error.code === 'ASY-6204') throw error;
      throw unusable(file, Number(error.details['line'] ?? 0), String(error.details['reason']), error);
    }
  }
  return opened;
};
