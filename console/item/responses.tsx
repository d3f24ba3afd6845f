import type { ReactNode } from 'react';
import type { Media } from '../../schemas/item.ts';
import { letterOf, nameOf } from './letters.ts';
import { isVideo, Medium } from './medium.tsx';
import { SyncedVideos } from './synced-videos.tsx';
import { TextResponse } from './text-response.tsx';

export interface ShownResponse {
  readonly text: string | null;
  readonly media: Media | null;
}

const Content = ({ text, media, name, lang }: ShownResponse & { name: string; lang: string | null }) => (
  <>
    {media !== null && <Medium media={media} label={name} />}
    {text !== null && <TextResponse text={text} lang={lang} />}
  </>
);

/**
 * Responses side by side in the order of `shown`, the response of each place. Two videos play together. `beside` adds to a
 * response's head, `chosen` is the index of the one that leads.
 */
export const Responses = ({
  responses,
  shown,
  language,
  chosen = null,
  beside,
}: {
  responses: readonly ShownResponse[];
  shown: readonly number[];
  language: string | null;
  chosen?: number | null;
  beside?: (response: number) => ReactNode;
}) => {
  const order = shown.length === responses.length ? shown : responses.map((_, i) => i);
  const [first, second] = order.map((index) => responses[index]);
  if (order.length === 2 && first?.media && second?.media && isVideo(first.media) && isVideo(second.media))
    return (
      <SyncedVideos
        videos={[first.media, second.media]}
        names={[nameOf(0, 2), nameOf(1, 2)]}
        texts={[first.text, second.text]}
        chosen={chosen === null ? null : order.indexOf(chosen)}
      />
    );
  return (
    <div className="responses">
      {order.map((index, place) => {
        const response = responses[index];
        const name = nameOf(place, order.length);
        return (
          response !== undefined && (
            <article key={index} className={`response card${chosen === index ? ' chosen' : ''}`} aria-label={name}>
              {order.length > 1 && (
                <header>
                  <span className="letter">{letterOf(place)}</span>
                  {beside?.(index)}
                </header>
              )}
              <Content {...response} name={name} lang={language} />
            </article>
          )
        );
      })}
    </div>
  );
};
