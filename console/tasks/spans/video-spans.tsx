/** Marks stretches of a video on a timeline: frames from the first one marked to before the last. */
import { type PointerEvent, useEffect, useRef, useState } from 'react';
import type { Media } from '../../../schemas/item.ts';
import { fpsOf, framesOf, Video } from '../../item/video.tsx';
import { Button } from '../../parts/button.tsx';
import { digitOf, useTaskKeys } from '../keys.ts';
import { lookOf, SpanList, type Tag, TagChoice } from './tags.tsx';
import { add, type Span } from './text.ts';

export const VideoSpans = ({
  media,
  spans,
  tags,
  onChange,
}: {
  media: Media;
  spans: readonly Span[];
  tags: readonly Tag[];
  onChange: (spans: Span[]) => void;
}) => {
  const video = useRef<HTMLVideoElement>(null);
  const [at, setAt] = useState(0);
  const [from, setFrom] = useState<number | null>(null);
  const [tag, setTag] = useState(tags[0]?.name ?? '');
  const [fps, frames] = [fpsOf(media), framesOf(media)];
  const share = (frame: number) => `${(100 * frame) / frames}%`;
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    const follow = () => {
      // On its way to another frame it still tells of the one it left.
      if (element.seeking || element.readyState < element.HAVE_CURRENT_DATA) return;
      setAt(Math.min(frames - 1, Math.floor(element.currentTime * fps + 1e-6)));
    };
    element.addEventListener('timeupdate', follow);
    return () => element.removeEventListener('timeupdate', follow);
  }, [fps, frames]);
  const seek = (frame: number): void => {
    const to = Math.min(frames - 1, Math.max(0, frame));
    // The middle of the frame: its edge may still show the one before.
    if (video.current !== null) video.current.currentTime = (to + 0.5) / fps;
    setAt(to);
  };
  const mark = (a: number, b: number, by: string): void => {
    onChange(add(spans, { start: Math.min(a, b), end: Math.min(frames, Math.max(a, b) + 1), tag: by }));
    setFrom(null);
  };
  const toggle = (): void => {
    const element = video.current;
    if (element === null) return;
    if (element.paused) void element.play().catch(() => undefined);
    else element.pause();
  };
  useTaskKeys((event) => {
    const { key, shiftKey } = event;
    const by = ({ ArrowLeft: -1, ArrowRight: 1 } as const)[key];
    const named = tags[(digitOf(event) ?? 0) - 1]?.name;
    if (by !== undefined) seek(at + by * (shiftKey ? Math.round(fps) : 1));
    else if (key === ' ') toggle();
    else if (key === 'i') setFrom(at);
    else if (key === 'o') mark(from ?? 0, at, tag);
    else if (named !== undefined) {
      setTag(named);
      if (from !== null) mark(from, at, named);
    } else if (key === 'Backspace' || key === 'Delete') onChange(spans.slice(0, -1));
    else return false;
    return true;
  });
  const frameAt = ({ currentTarget, clientX }: PointerEvent): number => {
    const { left, width } = currentTarget.getBoundingClientRect();
    return Math.min(frames - 1, Math.max(0, Math.floor(((clientX - left) / width) * frames)));
  };
  return (
    <>
      <Video ref={video} media={media} label="The video" />
      <div
        className="timeline"
        dir="ltr"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          const frame = frameAt(event);
          seek(frame);
          setFrom(frame);
        }}
        onPointerMove={(event) => event.buttons === 1 && seek(frameAt(event))}
        onPointerUp={(event) => {
          const frame = frameAt(event);
          if (from !== null && frame !== from) mark(from, frame, tag);
          else setFrom(null);
        }}
      >
        {spans.map(({ start, end, tag: by }) => (
          <span
            key={`${start}-${end}-${by}`}
            className={`stretch look-${lookOf(tags, by)}`}
            style={{ left: share(start), width: share(end - start) }}
          />
        ))}
        {from !== null && (
          <span
            className="stretch in-hand"
            style={{ left: share(Math.min(from, at)), width: share(Math.abs(at - from) + 1) }}
          />
        )}
        <span className="playhead" style={{ left: share(at) }} />
      </div>
      <div className="row">
        <TagChoice tags={tags} tag={tag} onChange={setTag} />
        <Button onClick={() => setFrom(at)}>Begins here</Button>
        <Button onClick={() => mark(from ?? 0, at, tag)} disabled={from === null}>
          Ends here
        </Button>
        <output className="quiet">
          frame {at} of {frames}
          {from !== null && `, from ${from}`}
        </output>
      </div>
      <SpanList
        spans={spans}
        tags={tags}
        wordsOf={({ start, end }) => `frames ${start} to ${end - 1}`}
        onRemove={(index) => onChange(spans.filter((_, i) => i !== index))}
      />
    </>
  );
};
