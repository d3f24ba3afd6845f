/** Turns that show pictures, as TRL's vision rows take them (protocols.md §1.3): content in parts, pictures in the column `images`. */
import { z } from 'zod';
import type { DatasetRow } from '../../schemas/dataset.ts';
import { type Media, Message } from '../../schemas/item.ts';
import type { ExportFile, Turn } from './exporter.ts';
import { frameFile, frameTimes, isVideo, mediumFile } from './media-files.ts';

const Part = z.union([z.object({ type: z.literal('image') }), z.object({ type: z.literal('text'), text: z.string() })]);
export type Part = z.infer<typeof Part>;

export const VisionTurn = z.object({ role: Message.shape.role, content: z.array(Part) });
export type VisionTurn = z.infer<typeof VisionTurn>;

/** Paths beside the rows' file, in the order of the placeholders; a row that shows nothing has an empty list. */
export const Images = z.array(z.string());

/** Parts of a turn, and the files behind its placeholders in their order. */
export interface Shown {
  readonly parts: readonly Part[];
  readonly files: readonly ExportFile[];
}

export const text = (words: string): Shown => ({ parts: [{ type: 'text', text: words }], files: [] });

export const joined = (...shown: readonly Shown[]): Shown => ({
  parts: shown.flatMap(({ parts }) => parts),
  files: shown.flatMap(({ files }) => files),
});

const seconds = (at: number): string => String(Number(at.toFixed(3)));

/** An image as it is, a video as its sampled frames, each with its time before it. */
export const shown = (row: DatasetRow, response: number | null, media: Media): Shown => {
  if (!isVideo(media)) return { parts: [{ type: 'image' }], files: [mediumFile(media)] };
  return joined(
    ...frameTimes(row, response, media).map((at) =>
      joined(text(`frame at ${seconds(at)} s:`), { parts: [{ type: 'image' }], files: [frameFile(media, at)] }),
    ),
  );
};

/** What the prompt shows beside its text. */
export const promptShown = (row: DatasetRow): Shown =>
  joined(...(row.promptMedia ?? []).map((media) => shown(row, null, media)));

/** Text turns as parts; what is shown stands first in the last turn. */
export const visionTurns = (turns: readonly Turn[], media: Shown = { parts: [], files: [] }): VisionTurn[] =>
  turns.map(({ role, content }, turn) => ({
    role,
    content: [...(turn === turns.length - 1 ? media.parts : []), { type: 'text', text: content }],
  }));

export const pathsOf = ({ files }: Shown): string[] => files.map(({ path }) => path);

/** Whether a row shows anything that is no text. */
export const showsMedia = ({ promptMedia, responses }: Pick<DatasetRow, 'promptMedia' | 'responses'>): boolean =>
  (promptMedia ?? []).length > 0 || responses.some(({ media }) => media !== null);

/** Whether the responses themselves are media: feedback for a generator of images or video. */
export const judgesMedia = ({ responses }: Pick<DatasetRow, 'responses'>): boolean =>
  responses.some(({ media }) => media !== null);
