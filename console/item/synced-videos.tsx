import { useEffect, useRef, useState } from 'react';
import type { Media } from '../../schemas/item.ts';
import { Button } from '../parts/button.tsx';
import { letterOf } from './letters.ts';
import { TextResponse } from './text-response.tsx';
import { fpsOf, Video } from './video.tsx';

/** How far two videos may run apart, in seconds, before the second is set back to the first. */
const APART = 0.08;
const SPEEDS = [0.25, 0.5, 1, 2] as const;

type Pair<T> = readonly [T, T];

const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, '0')}`;

/** Two videos side by side under one set of controls: they start, stop, step and seek together. The longer one sets the length. */
export const SyncedVideos = ({
  videos,
  names,
  texts,
  chosen,
}: {
  videos: Pair<Media>;
  names: Pair<string>;
  texts: Pair<string | null>;
  chosen: number | null;
}) => {
  const left = useRef<HTMLVideoElement>(null);
  const right = useRef<HTMLVideoElement>(null);
  const [at, setAt] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  const length = Math.max(videos[0].seconds ?? 0, videos[1].seconds ?? 0);
  const both = (act: (video: HTMLVideoElement) => void): void => {
    for (const { current } of [left, right]) if (current !== null) act(current);
  };
  const seek = (to: number): void => {
    const time = Math.min(length, Math.max(0, to));
    both((video) => {
      video.currentTime = time;
    });
    setAt(time);
  };
  const toggle = (): void => {
    if (at >= length && length > 0) seek(0);
    if (playing) both((video) => video.pause());
    // A refusal (no gesture yet, a broken file) shows in the element itself.
    else both((video) => void video.play().catch(() => setPlaying(false)));
    setPlaying(!playing);
  };
  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    const follow = () => {
      const [a, b] = [left.current, right.current];
      if (a === null || b === null) return;
      const time = Math.max(a.currentTime, b.currentTime);
      if (!a.ended && !b.ended && Math.abs(a.currentTime - b.currentTime) > APART) b.currentTime = a.currentTime;
      setAt(time);
      if (a.ended && b.ended) setPlaying(false);
      else frame = requestAnimationFrame(follow);
    };
    frame = requestAnimationFrame(follow);
    return () => cancelAnimationFrame(frame);
  }, [playing]);
  const step = 1 / fpsOf(videos[0]);
  return (
    <section className="synced" aria-label="Both videos">
      <div className="responses">
        {([left, right] as const).map((ref, i) => {
          const media = videos[i as 0 | 1];
          const text = texts[i as 0 | 1];
          return (
            <article key={i} className={`response card${chosen === i ? ' chosen' : ''}`} aria-label={names[i as 0 | 1]}>
              <header>
                <span className="letter">{letterOf(i)}</span>
              </header>
              <Video ref={ref} media={media} label={names[i as 0 | 1]} controls={false} />
              {text !== null && <TextResponse text={text} />}
            </article>
          );
        })}
      </div>
      <div className="row">
        <Button onClick={toggle}>{playing ? 'Pause both' : 'Play both'}</Button>
        <Button kind="quiet" onClick={() => seek(at - step)} aria-label="One frame back">
          ⏴
        </Button>
        <Button kind="quiet" onClick={() => seek(at + step)} aria-label="One frame on">
          ⏵
        </Button>
        <input
          type="range"
          aria-label="Time of both videos"
          aria-valuetext={clock(at)}
          min={0}
          max={length || 1}
          step={step}
          value={at}
          onChange={(event) => seek(Number(event.target.value))}
        />
        <output className="number">
          {clock(at)} / {clock(length)}
        </output>
        <label className="row">
          <span className="quiet">Speed</span>
          <select
            value={speed}
            onChange={(event) => {
              const rate = Number(event.target.value);
              setSpeed(rate);
              both((video) => {
                video.playbackRate = rate;
              });
            }}
          >
            {SPEEDS.map((rate) => (
              <option key={rate} value={rate}>
                {rate}×
              </option>
            ))}
          </select>
        </label>
      </div>
    </section>
  );
};
