import type { Annotation } from '../schemas/annotation.ts';
import type { DropManifest } from '../schemas/drop.ts';
import { AssayError, isAssayError } from '../schemas/errors.ts';
import type { Media } from '../schemas/item.ts';
import { keys } from '../schemas/keys.ts';
import { holdsMore } from '../schemas/value-count.ts';
import { fileFault, type Unit } from './drop-plan.ts';
import { checkConsent } from './drop-terms.ts';
import type { Graves } from './erasure/tombstones.ts';
import type { Draft } from './importers/draft.ts';
import { FORMAT_RULES } from './importers/index.ts';
import { jsonRow } from './importers/json-rows.ts';
import { readLines } from './importers/lines.ts';
import { bare } from './importers/media-folder.ts';
import type { RawRow } from './importers/raw-row.ts';
import { buildAnnotation, buildItem, isAnonymous, itemId, originOf, voteKey } from './item-builder.ts';
import { createMapIntake } from './map-intake.ts';
import { checkMasks } from './mask-size.ts';
import { createIntake } from './media-intake.ts';
import type { MediaProbe } from './ports.ts';
import { badFile, badRow } from './quarantine.ts';
import { type RowSource, rowsOf } from './unit-rows.ts';
import { createSink, type UnitReceipt } from './unit-sink.ts';

export interface UnitInput {
  readonly manifest: DropManifest;
  readonly unit: Unit;
  readonly source: RowSource;
  readonly media: MediaProbe;
  readonly subjectKey: string;
  /** Who was erased: their rows do not come back. */
  readonly graves: Graves;
  /** Called after each row. */
  readonly beat: (rows: number) => void;
}

/** Rows, or whole files, of one unit → items, annotations and quarantine as shards. Deterministic: equal drops, equal shards. */
export const parse = async (input: UnitInput): Promise<UnitReceipt> => {
  const { manifest, unit, source, subjectKey: key } = input;
  const rules = FORMAT_RULES[manifest.format];
  const drop = manifest.name;
  const sink = createSink(source.tables, source.limits.rowsPerShard);
  const named = new Set<string>();
  const intake = createIntake(source.objects, input.media, manifest, named);
  const keepMaps = createMapIntake(source.objects, input.media);
  const seen = new Set<string>();
  const votes = new Set<string>();
  const unknowns = new Map<string, number>();
  const badMedia = new Map<string, { file: string; row: number }>();
  let rowsIn = 0;
  let rowsOut = 0;

  const done = async () => {
    rowsIn++;
    input.beat(rowsIn);
    if (sink.full) await sink.flush();
  };

  /** The media a draft needs; a bad one is thrown, the first time as its file's own entry. */
  const mediaOf = async (draft: Draft, file: string, row: number): Promise<ReadonlyMap<string, Media>> => {
    const found = new Map<string, Media>();
    const optional = new Set(draft.responses.flatMap((response) => (response.optional ? (response.file ?? []) : [])));
    for (const path of [...(draft.promptFiles ?? []), ...draft.responses.map((response) => response.file)]) {
      if (path === null) continue;
      const taken = await intake(path);
      if ('media' in taken) found.set(path, taken.media);
      else if (taken.error.code === 'ASY-2101' && optional.has(path)) continue;
      else if (taken.of === 'row' || badMedia.has(path)) throw taken.error;
      else {
        badMedia.set(path, { file, row });
        throw new BadMedium(path, taken.error);
      }
    }
    return found;
  };

  /** One row; throws its fault before anything of it is kept. */
  const accept = async (raw: RawRow, file: string, path: string | null): Promise<void> => {
    if (raw.fault !== undefined) throw raw.fault;
    const most = manifest.format === 'label-studio' ? MASK_VALUES : ROW_VALUES;
    if (holdsMore(raw.value, most))
      throw new AssayError('ASY-2002', { path: 'row', reason: `holds more than ${most} values` });
    checkConsent(manifest, raw.value);
    const origin = originOf(manifest, file, raw.row, raw.value, key);
    const imported = rules.import(raw.value, manifest);
    const draft =
      path === null
        ? imported
        : { ...imported, externalId: path, responses: imported.responses.map((r) => ({ ...r, file: path })) };
    const id = itemId(drop, draft, origin);
    const first = !seen.has(id);
    if (!first && !rules.merges) throw new AssayError('ASY-2004', { id: draft.externalId });
    const nth = unknowns.get(id) ?? 0;
    const annotations = draft.annotations.map((said, index) => buildAnnotation(id, said, origin, { index, nth, key }));
    input.graves.check(origin.subject, annotations);
    const repeated = repeatedVote(annotations, votes);
    if (repeated !== null) throw new AssayError('ASY-2008', { id: draft.externalId ?? id });
    const hasMedia = (draft.promptFiles ?? []).length > 0 || draft.responses.some((response) => response.file !== null);
    const media = hasMedia ? await mediaOf(draft, file, raw.row) : NO_MEDIA;
    checkMasks(draft, media);
    const item = first ? buildItem(manifest, draft, media, origin) : null;
    if (item !== null) input.graves.checkContent(item);
    await keepMaps(draft.blobs ?? []);
    const size = raw.rawBytes ?? 1000;
    if (item !== null) sink.items.add(item, size);
    for (const annotation of annotations) {
      if (isAnonymous(annotation)) unknowns.set(id, nth + 1);
      else votes.add(voteKey(annotation));
      sink.annotations.add(annotation, size / annotations.length + 200);
    }
    seen.add(id);
    rowsOut++;
  };

  const row = async (raw: RawRow, file: string, path: string | null = null): Promise<void> => {
    try {
      await accept(raw, file, path);
    } catch (error) {
      if (error instanceof BadMedium) sink.quarantine.add(badFile(drop, fileFault(error.path, error.error)), 500);
      else if (isRowFault(error)) sink.quarantine.add(badRow(drop, file, raw, error), raw.raw?.length ?? 500);
      // Of a row that must not come back nothing is kept.
      else if (isErased(error))
        sink.quarantine.add(badRow(drop, file, { ...raw, raw: null, value: undefined }, error), 500);
      else throw error;
    }
    await done();
  };

  const wholeFile = async (file: string, error: AssayError): Promise<void> => {
    sink.quarantine.add(badFile(drop, fileFault(file, error)), 500);
    await done();
  };

  if (unit.kind === 'faults') {
    for (const fault of unit.faults) {
      sink.quarantine.add(badFile(drop, fault), 500);
      await done();
    }
  } else if (unit.kind === 'rows') {
    try {
      for await (const raw of rowsOf(source, drop, unit)) await row(raw, unit.file);
    } catch (error) {
      if (!isAssayError(error) || !error.code.startsWith('ASY-10')) throw error;
      await wholeFile(unit.file, error);
    }
  } else {
    for (const group of unit.groups) {
      for (const place of group.rows) await row(await rowAt(source, drop, place), place.source, group.file);
      if (group.rows.length > 0 || group.file === null) continue;
      const taken = await intake(group.file);
      if ('error' in taken) {
        await wholeFile(group.file, taken.error);
        continue;
      }
      // Nobody says that whoever is in it consented.
      if (manifest.consentColumn !== undefined) {
        await wholeFile(
          group.file,
          new AssayError('ASY-6555', { column: manifest.consentColumn, purposes: manifest.purpose.join(', ') }),
        );
        continue;
      }
      const origin = originOf(manifest, group.file, 0, null, key);
      sink.items.add(buildItem(manifest, bare(group.file), new Map([[group.file, taken.media]]), origin), 500);
      rowsOut++;
      await done();
    }
  }

  const quarantined = sink.quarantine.total;
  if (rowsIn !== rowsOut + quarantined) throw new AssayError('ASY-3006', { in: rowsIn, out: rowsOut, quarantined });
  return {
    rowsIn,
    rowsOut,
    quarantined,
    ...(await sink.end()),
    named: rules.media ? [] : [...named],
    badMedia: Object.fromEntries(badMedia),
  };
};

/** Values one row may hold: schemas complain of each that is wrong, and of millions the complaints fill the memory. */
const ROW_VALUES = 100_000;

/** The same where masks are lists of bytes: those are looked at one by one. */
const MASK_VALUES = 5_000_000;

const NO_MEDIA: ReadonlyMap<string, Media> = new Map();

/** Carries the first row's finding that a medium is bad, which becomes the file's entry. */
class BadMedium extends Error {
  readonly path: string;
  readonly error: AssayError;
  constructor(path: string, error: AssayError) {
    super(error.message, { cause: error });
    this.path = path;
    this.error = error;
  }
}

/** A fault that costs its row alone; anything else stops the unit. */
const isRowFault = (error: unknown): error is AssayError =>
  isAssayError(error) && (error.code.startsWith('ASY-2') || error.code === 'ASY-1004' || error.code === 'ASY-6555');

/** The row of somebody who was erased. */
const isErased = (error: unknown): error is AssayError => isAssayError(error) && error.code === 'ASY-6403';

/** A vote that stands already, or twice in the row itself. */
const repeatedVote = (annotations: readonly Annotation[], votes: ReadonlySet<string>): string | null => {
  const own = new Set<string>();
  for (const annotation of annotations) {
    if (isAnonymous(annotation)) continue;
    const vote = voteKey(annotation);
    if (votes.has(vote) || own.has(vote)) return vote;
    own.add(vote);
  }
  return null;
};

/** One line of a ratings file. */
const rowAt = async (
  { objects, limits }: RowSource,
  drop: string,
  place: { source: string; row: number; start: number; end: number },
): Promise<RawRow> => {
  const stream = await objects.stream(keys.dropFile(drop, place.source), { start: place.start, end: place.end });
  for await (const line of readLines(stream, { rowBytes: limits.rowBytes, firstRow: place.row }))
    return jsonRow(line, limits.rowBytes);
  throw new AssayError('ASY-1010', { drop });
};
