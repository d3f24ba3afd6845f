/** Held-out pairs with the features of both sides, kept beside a head: whoever comes after it is measured on the same pairs. */
import { z } from 'zod';
import { unitHash } from '../../models/hash.ts';
import type { Head } from '../../models/heads/head.ts';
import type { TrainingSet } from '../../models/training/examples.ts';
import type { HeadManifest } from '../../schemas/model.ts';
import { Bytes } from '../../schemas/primitives.ts';
import type { Shard } from '../../schemas/table.ts';
import type { TableStore } from '../ports.ts';
import { readVector, vectorBytes } from '../vectors.ts';
import { SEED } from './rows.ts';

/** One row of `models/<name>/<version>/validation.parquet`; vectors as in the features table. */
export const EvidenceRow = z.object({
  winner: Bytes,
  loser: Bytes,
  group: z.string(),
  loserGroup: z.string(),
  language: z.string().nullable(),
});
type EvidenceRow = z.infer<typeof EvidenceRow>;

/** Pairs kept, those with the smallest hash: at 384 features about 6 MB, and an accuracy known within two percent. */
const MOST = 2_000;

/** The set's validation pairs with their features, at most 2,000. */
export const evidenceOf = ({ pairs, features, encoder }: TrainingSet): EvidenceRow[] => {
  const vector = (row: number) => vectorBytes(features.subarray(row * encoder.dims, (row + 1) * encoder.dims));
  return pairs
    .filter(({ split }) => split === 'validation')
    .map((pair, i) => ({ pair, i, key: unitHash(SEED, `${pair.group}/${i}`) }))
    .sort((a, b) => a.key - b.key || a.i - b.i)
    .slice(0, MOST)
    .sort((a, b) => a.i - b.i)
    .map(({ pair: { winner, loser, group, loserGroup, language } }) => ({
      winner: vector(winner),
      loser: vector(loser),
      group,
      loserGroup,
      language,
    }));
};

export interface Evidence {
  /** Winner and loser of each pair in turn, 2n × dims. */
  readonly features: Float32Array;
  readonly groups: readonly string[];
  readonly languages: readonly (string | null)[];
}

/** The groups of everything a head was fitted on. */
const fittedGroups = (examples: Shard | null): string => `SELECT "group" FROM {pairs} WHERE split = 'train'
  UNION SELECT "loserGroup" FROM {pairs} WHERE split = 'train'
  ${examples === null ? '' : `UNION SELECT "group" FROM {examples} WHERE split = 'train'`}`;

/** The pairs of a head's evidence in whose groups another head (`other`: what lies beside it) was not fitted. */
export const readEvidence = async (
  tables: TableStore,
  validation: Shard,
  dims: number,
  other: HeadManifest['evidence'],
): Promise<Evidence> => {
  const fitted = other === undefined ? null : fittedGroups(other.examples);
  const sql = `SELECT winner, loser, "group", "loserGroup", language FROM {validation}
    ${fitted === null ? '' : `WHERE "group" NOT IN (${fitted}) AND "loserGroup" NOT IN (${fitted})`}`;
  const from = {
    validation: [validation],
    ...(other === undefined ? {} : { pairs: [other.pairs] }),
    ...(other?.examples == null ? {} : { examples: [other.examples] }),
  };
  const rows: EvidenceRow[] = [];
  for await (const row of tables.query<EvidenceRow>(sql, from)) rows.push(row);
  const features = new Float32Array(2 * rows.length * dims);
  for (const [i, { winner, loser }] of rows.entries()) {
    readVector(winner, features, 2 * i * dims, dims);
    readVector(loser, features, (2 * i + 1) * dims, dims);
  }
  return {
    features,
    groups: rows.map(({ group }) => group),
    languages: rows.map(({ language }) => language ?? null),
  };
};

/** Reward of the winner less that of the loser, per pair. */
export const marginsOf = async (head: Head, { features, languages }: Evidence): Promise<Float64Array> => {
  const { reward } = await head.score(features, 2 * languages.length, {
    languages: languages.flatMap((language) => [language, language]),
  });
  return Float64Array.from(languages, (_, i) => (reward[2 * i] ?? Number.NaN) - (reward[2 * i + 1] ?? Number.NaN));
};
