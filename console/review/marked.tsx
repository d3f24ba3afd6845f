/** An item's responses with what people marked in them: regions over images, spans in texts. */
import { useId, useMemo, useState } from 'react';
import { type Mark, REGION_KINDS } from '../../schemas/annotation.ts';
import type { ReviewItem, ShownVote } from '../../schemas/console.ts';
import type { HeatmapRow } from '../../schemas/heatmap.ts';
import type { Media, Response } from '../../schemas/item.ts';
import { HeatmapOverlay, KIND_COLOUR } from '../item/heatmap-overlay.tsx';
import { Picture } from '../item/image.tsx';
import { letterOf, nameOf } from '../item/letters.ts';
import { isVideo } from '../item/medium.tsx';
import { Responses } from '../item/responses.tsx';
import { TextResponse } from '../item/text-response.tsx';
import { Video } from '../item/video.tsx';
import { KIND_WORDS, MarksOverlay } from '../tasks/regions/shapes.tsx';
import { type Voter, VoterToggles } from './people.tsx';
import { gridOf, mergedMap } from './raster.ts';
import { SpanText } from './span-text.tsx';
import type { MarkedSpan } from './spans.ts';

/** Marks of one response: whose, and which. */
interface Marked {
  readonly regions: ReadonlyMap<string, readonly Mark[]>;
  readonly spans: readonly MarkedSpan[];
}

/** What was marked in a response, by those shown; people who marked nothing count too. */
const markedIn = (votes: readonly ShownVote[], response: number, shown: ReadonlySet<string>): Marked => {
  const regions = new Map<string, readonly Mark[]>();
  const spans: MarkedSpan[] = [];
  for (const { annotator: by, body } of votes) {
    if (body === null || !shown.has(by)) continue;
    if (body.task === 'regions' && body.value.response === response)
      regions.set(by, [...(regions.get(by) ?? []), ...body.value.marks]);
    if (body.task === 'spans' && body.value.response === response)
      spans.push(...body.value.spans.map((span) => ({ ...span, by })));
  }
  return { regions, spans };
};

const Overlays = ({ media, marked, merged }: { media: Media; marked: Marked; merged: boolean }) => {
  const id = useId();
  const grid = gridOf(media);
  const maps = useMemo(() => {
    const people = [...marked.regions.values()];
    return people.length === 0 || !merged
      ? []
      : REGION_KINDS.map((kind) => ({ kind, map: mergedMap(people, kind, gridOf(media)) }));
  }, [media, marked, merged]);
  return merged ? (
    maps.map(({ kind, map }) => <HeatmapOverlay key={kind} map={map} {...grid} colour={KIND_COLOUR[kind]} />)
  ) : (
    <MarksOverlay id={id} marks={[...marked.regions.values()].flat()} size={media} />
  );
};

const StoredMap = ({ row, media }: { row: HeatmapRow; media: Media }) => (
  <figure className="stored-map">
    {row.overlay === null ? (
      <Picture media={media} alt={`The image without its ${row.kind} map`} />
    ) : (
      <img src={`/${row.overlay}`} alt={`${KIND_WORDS[row.kind]}: ${Math.round(100 * row.mass)} % of the image`} />
    )}
    <figcaption className="quiet">
      {KIND_WORDS[row.kind]},{' '}
      {row.source === 'merged' ? `${row.annotators ?? 'several'} people` : `predicted by ${row.model}`}
    </figcaption>
  </figure>
);

/** Every response with its model, its scores and what was marked; toggles say whose marks are seen. */
export const MarkedResponses = ({ review, voters }: { review: ReviewItem; voters: readonly Voter[] }) => {
  const { item, votes, heatmaps, scores } = review;
  const [shown, setShown] = useState<ReadonlySet<string>>(() => new Set(voters.map(({ subject }) => subject)));
  const [merged, setMerged] = useState(false);
  const drawn = votes.some(({ task }) => task === 'regions' || task === 'spans');
  const toggle = (subject: string): void => {
    const next = new Set(shown);
    if (!next.delete(subject)) next.add(subject);
    setShown(next);
  };
  const marked = useMemo(
    () => item.responses.map((_, response) => markedIn(votes, response, shown)),
    [item.responses, votes, shown],
  );
  if (!drawn && heatmaps.length === 0 && item.responses.every(({ media }) => media !== null && isVideo(media)))
    return <Responses responses={item.responses} shown={item.responses.map((_, i) => i)} language={item.language} />;
  const content = ({ text, media }: Response, index: number) => {
    const of = marked[index] ?? { regions: new Map(), spans: [] };
    const name = nameOf(index, item.responses.length);
    return (
      <>
        {media !== null &&
          (isVideo(media) ? (
            <Video media={media} label={name} />
          ) : (
            <Picture media={media} alt={name}>
              <Overlays media={media} marked={of} merged={merged} />
            </Picture>
          ))}
        {text !== null &&
          (of.spans.length > 0 ? (
            <SpanText text={text} lang={item.language} spans={of.spans} voters={voters} />
          ) : (
            <TextResponse text={text} lang={item.language} />
          ))}
        {heatmaps.some(({ response }) => response === index) && media !== null && (
          <details>
            <summary>Stored heatmaps</summary>
            <div className="responses">
              {heatmaps
                .filter(({ response }) => response === index)
                .map((row) => (
                  <StoredMap key={row.sha256 + row.kind + row.source} row={row} media={media} />
                ))}
            </div>
          </details>
        )}
      </>
    );
  };
  return (
    <div className="stack">
      {drawn && <VoterToggles voters={voters} shown={shown} onToggle={toggle} merged={merged} onMerged={setMerged} />}
      <div className="responses">
        {item.responses.map((response, index) => (
          <article key={index} className="response card" aria-label={nameOf(index, item.responses.length)}>
            <header>
              {item.responses.length > 1 && <span className="letter">{letterOf(index)}</span>}
              <span className="quiet">
                {response.model}
                {scores
                  .filter((score) => score.response === index)
                  .map((score) => ` · ${score.aspect} ${score.value.toFixed(2)}`)}
              </span>
            </header>
            {content(response, index)}
          </article>
        ))}
      </div>
    </div>
  );
};
