/** Who marked where on one item's responses, and which of the prompt's words each response misses. */
import type { Annotation, Mark, RegionKind } from '../../schemas/annotation.ts';
import { LIMITS } from '../../schemas/drop.ts';
import type { HeatmapRow } from '../../schemas/heatmap.ts';
import { byText } from '../order.ts';
import { type RoundOf, sourceOf, speaking, voteGroups } from './votes.ts';

/** What one source marked on one response. */
export interface Marker {
  readonly source: string;
  readonly marks: readonly Mark[];
  /** Maps that arrived merged, by the hash of their image. */
  readonly maps: readonly { readonly kind: RegionKind; readonly sha256: string }[];
}

/** A mask is left out whose counts are not of its size, or that is larger than any image may be. */
const usable = ({ shape }: Mark): boolean =>
  shape.type !== 'mask' ||
  (shape.width * shape.height <= LIMITS.imagePixels &&
    shape.counts.reduce((sum, count) => sum + count, 0) === shape.width * shape.height);

interface Heard extends Marker {
  readonly round: number;
}

/**
 * By response, every source that answered the regions task, those without marks included, sorted. Sources are never mixed (people
 * before judges, verifiers and models), a source's newest round replaces its earlier ones, and its annotations of one round are
 * taken together. Where a reviewer has ruled, only what they marked counts. `left` counts the marks left out: those on frames of a video, and masks that are none.
 */
export const regionMarkers = (
  annotations: readonly Annotation[],
  roundOf: RoundOf,
): { readonly markers: ReadonlyMap<number, readonly Marker[]>; readonly left: number } => {
  let left = 0;
  const responses = new Map<number, Map<string, Heard>>();
  const said = speaking(annotations).filter((annotation) => annotation.task === 'regions');
  const ruled = new Set(said.flatMap(({ ruling, value }) => (ruling ? value.response : [])));
  for (const annotation of said) {
    const { response, marks, maps = [] } = annotation.value;
    if (ruled.has(response) && !annotation.ruling) continue;
    const [source, round] = [sourceOf(annotation), roundOf(annotation)];
    const sources = responses.get(response) ?? new Map<string, Heard>();
    responses.set(response, sources);
    const earlier = sources.get(source);
    if (earlier !== undefined && earlier.round > round) continue;
    const still = marks.filter((mark) => mark.frame === undefined && usable(mark));
    left += marks.length - still.length;
    const same = earlier?.round === round ? earlier : { marks: [], maps: [] };
    sources.set(source, { source, round, marks: [...same.marks, ...still], maps: [...same.maps, ...(maps ?? [])] });
  }
  const sorted = [...responses]
    .sort(([a], [b]) => a - b)
    .map(([response, sources]) => {
      const markers = [...sources.values()].sort((a, b) => byText(a.source, b.source));
      return [response, markers.map(({ source, marks, maps }): Marker => ({ source, marks, maps }))] as const;
    });
  return { markers: new Map(sorted), left };
};

type Words = NonNullable<HeatmapRow['words']>;

/** By response, the prompt's words in order, each with the share of its judges who found it missing or misrepresented. */
export const misalignedWords = (
  annotations: readonly Annotation[],
  roundOf: RoundOf,
): ReadonlyMap<number, { readonly words: Words; readonly judges: number }> => {
  const found = new Map<number, { words: Words; judges: number }>();
  for (const { task, response, aspect, votes, ruling } of voteGroups(annotations, roundOf)) {
    if (task !== 'keywords' || response === null || aspect === null) continue;
    const { words, judges } = found.get(response) ?? { words: [], judges: 0 };
    const heard = ruling === null ? votes : [ruling];
    const misaligned = heard.filter(({ value }) => value === 'true').length / heard.length;
    // The aspect of a word is its place and itself.
    const word = { word: aspect.slice(aspect.indexOf(':') + 1), misaligned };
    found.set(response, { words: [...words, word], judges: Math.max(judges, votes.length) });
  }
  return found;
};
