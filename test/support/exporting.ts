/** What exporters are given, without a bucket. */
import type { SplitRows, Surroundings } from '../../activities/exporters/export-rows.ts';
import type { ExportContext, ExportFile } from '../../activities/exporters/exporter.ts';
import type { DatasetRow } from '../../schemas/dataset.ts';
import type { Media } from '../../schemas/item.ts';
import { ExportConfig } from '../../schemas/pipeline.ts';

export const contextOf = (given: Partial<ExportContext> = {}): ExportContext => {
  const { pairs, masks } = ExportConfig.parse({});
  return { scale: { min: 1, max: 5 }, pairs, masks, conditional: null, ...given };
};

export async function* streamed<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows;
}

/** Rows as one split of a dataset, grouped as they come. */
export const splitRows = (rows: readonly DatasetRow[]): SplitRows => ({
  rows: streamed(rows),
  groups: () => streamed([...Map.groupBy(rows, ({ group }) => group).values()].filter((group) => group.length > 1)),
});

/** Keeps the files that rows name; tools that look into heatmaps are refused unless given. */
export const around = (
  context: Partial<ExportContext> = {},
  tools?: Surroundings['tools'],
): Surroundings & { readonly files: ExportFile[] } => {
  const files: ExportFile[] = [];
  const refuse = () => Promise.reject(new Error('no heatmap here'));
  return {
    files,
    context: contextOf(context),
    tools: tools ?? { heatmap: refuse, png: refuse },
    store: async (named) => void files.push(...named),
  };
};

/** An image of 640 × 480, or a clip of two seconds, known by one letter of its hash. */
export const mediaOf = (letter: string, type: Media['type'] = 'image/jpeg'): Media => {
  const video = type.startsWith('video/');
  return {
    sha256: letter.repeat(64),
    type,
    bytes: 1000,
    width: 640,
    height: 480,
    seconds: video ? 2 : null,
    fps: video ? 8 : null,
    frames: video ? 16 : null,
  };
};

/** A dataset row with nothing said of it. */
export const datasetRow = (row: number, given: Partial<DatasetRow> & Pick<DatasetRow, 'responses'>): DatasetRow => ({
  item: `it_${String(row).padStart(32, '0')}`,
  split: 'train',
  modality: 'image',
  language: 'en',
  translatedFrom: null,
  group: 'g',
  task: null,
  prompt: [{ role: 'user', content: 'a red cat on a mat' }],
  promptMedia: null,
  chosen: null,
  rejected: null,
  rating: null,
  ratings: null,
  good: null,
  agreement: null,
  pFlip: null,
  n: 1,
  scores: null,
  heatmaps: null,
  segments: null,
  strength: null,
  steps: null,
  origin: { drop: 'd', file: 'ratings.jsonl', row, license: 'MIT', subject: null },
  ...given,
});

export const imageResponse = (media: Media, model: string | null = null) => ({ model, text: null, media });
