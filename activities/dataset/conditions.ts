/** Edges of the bins by which conditional SFT tells responses apart (S159). */

import type { z } from 'zod';
import type { ExportConfig } from '../../schemas/pipeline.ts';
import type { Shard } from '../../schemas/table.ts';
import type { Conditions } from '../exporters/exporter.ts';
import type { TableStore } from '../ports.ts';

type Asked = NonNullable<z.infer<typeof ExportConfig>['conditional']>;

/** The inner quantiles of the rows' figures, linearly interpolated (numpy's default); none where there is no figure. */
export const conditionsOf = async (
  tables: TableStore,
  train: readonly Shard[],
  { by, bins }: Asked,
): Promise<Conditions> => {
  if (train.length === 0) return { by, edges: [] };
  const shares = Array.from({ length: bins - 1 }, (_, i) => (i + 1) / bins);
  const figures =
    by === 'score' ? 'SELECT unnest(scores) AS figure FROM {train}' : 'SELECT rating AS figure FROM {train}';
  const sql = `SELECT quantile_cont(figure, [${shares.join(', ')}]) AS edges FROM (${figures}) WHERE figure IS NOT NULL`;
  for await (const { edges } of tables.query<{ edges: number[] | null }>(sql, { train }))
    return { by, edges: edges ?? [] };
  return { by, edges: [] };
};
