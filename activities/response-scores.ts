import { segvr } from '../models/segvr.ts';
import type { FeatureRow, Score } from '../schemas/score.ts';

/** A response, or a segment of a video, and what a model says of it. */
export interface Segment {
  readonly row: Pick<FeatureRow, 'item' | 'response' | 'at'>;
  readonly reward: number;
  readonly std: number | null;
  readonly ood: number | null;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Numbers of all segments, or null where the head has none. */
const given = (values: readonly (number | null)[]): number[] | null =>
  values.some((value) => value === null) ? null : values.map(Number);

/** Scores from segments, those of one response together: the mean reward (SegVR). */
export async function* responseScores(
  segments: AsyncIterable<Segment>,
  model: { readonly name: string; readonly version: string },
): AsyncGenerator<Score> {
  let open: Segment[] = [];
  const close = (): Score | null => {
    const [first] = open;
    if (first === undefined) return null;
    const { item, response } = first.row;
    const value = segvr(open.map(({ reward }) => reward));
    const timed = open.flatMap(({ row, reward }) => (row.at === null ? [] : { at: row.at, value: reward }));
    const spread = given(open.map(({ std }) => std));
    const distances = given(open.map(({ ood }) => ood));
    return {
      item,
      response,
      model: model.name,
      version: model.version,
      aspect: 'preference',
      value,
      std: spread === null ? null : mean(spread),
      ood: distances === null ? null : Math.max(...distances),
      segments: timed.length === 0 ? null : timed,
    };
  };
  for await (const segment of segments) {
    const [first] = open;
    if (first !== undefined && (first.row.item !== segment.row.item || first.row.response !== segment.row.response)) {
      const score = close();
      if (score !== null) yield score;
      open = [];
    }
    open.push(segment);
  }
  const score = close();
  if (score !== null) yield score;
}
