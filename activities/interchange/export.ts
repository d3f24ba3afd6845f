/** Writes what has been said of a drop's items in the form of another tool: streamed, item by item, whatever the drop's size. */
import type { Task } from '../../schemas/annotation.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { Media } from '../../schemas/item.ts';
import { keys } from '../../schemas/keys.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { writeArgilla } from './argilla/export.ts';
import { mediumName } from './content.ts';
import { writeCsv } from './csv-export.ts';
import type { Exporting, LeftOut, OutFolder } from './folder.ts';
import { writeLabelStudio } from './label-studio/export.ts';
import { type Said, saidOf, tablesOf } from './said.ts';

const WRITERS = {
  'label-studio': { write: writeLabelStudio, media: true },
  argilla: { write: writeArgilla, media: true },
  csv: { write: writeCsv, media: false },
} satisfies Record<string, { write: (to: Exporting<Said>) => Promise<LeftOut>; media: boolean }>;

/** The forms that annotations are written in. */
export const INTERCHANGE_FORMATS = Object.keys(WRITERS);

export interface ExportedAnnotations {
  readonly drop: string;
  readonly format: string;
  readonly items: number;
  readonly annotations: number;
  /** Annotations that the form does not show, by reason; those `under assay only` come back with our own import. */
  readonly leftOut: LeftOut;
}

/**
 * Writes a drop's annotations, those people gave in its run among them, to a folder. With `mediaUrl`, media stay where the
 * operator serves them and fields say `<mediaUrl><sha256>.<ext>`; without, they are written to `media/` and fields say their names.
 * `withoutPeople` is Label Studio's only. Throws ASY-1001 for a drop that was never ingested, ASY-6005 for an unknown format.
 */
export const exportAnnotations = async (
  { objects, tables }: { readonly objects: ObjectStore; readonly tables: TableStore },
  wanted: {
    readonly drop: string;
    readonly format: string;
    readonly task?: Task;
    /** Milliseconds since 1970: what held then. */
    readonly asOf?: number;
    readonly mediaUrl?: string;
    readonly withoutPeople?: boolean;
  },
  out: OutFolder,
): Promise<ExportedAnnotations> => {
  const { drop, format, task, asOf, mediaUrl, withoutPeople } = wanted;
  if (!Object.hasOwn(WRITERS, format)) throw new AssayError('ASY-6005', { format });
  const { write, media } = WRITERS[format as keyof typeof WRITERS];
  const sources = await tablesOf(tables, drop);
  const said = () => saidOf(tables, sources, task === undefined ? null : [task], asOf);
  const address = (name: string) => `${mediaUrl ?? ''}${name}`;
  const leftOut = await write({ said, out, address, withoutPeople });
  const placed = new Set<string>();
  let [items, annotations] = [0, 0];
  for await (const each of said()) {
    items++;
    annotations += each.annotations.length;
    if (!media || mediaUrl !== undefined) continue;
    for (const medium of mediaOf(each)) {
      if (placed.has(medium.sha256)) continue;
      placed.add(medium.sha256);
      await out.put(`media/${mediumName(medium)}`, await objects.stream(keys.media(medium.sha256)));
    }
  }
  return { drop, format, items, annotations, leftOut };
};

const mediaOf = ({ item }: Said): Media[] => [
  ...(item.promptMedia ?? []),
  ...item.responses.flatMap(({ media }) => media ?? []),
];
