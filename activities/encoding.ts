/** What an encoder is given for each response of an item: text as it is, an image's pixels, a frame per segment of a video. */
import type { Encoder, EncoderInput } from '../models/encoders/index.ts';
import { hashOf } from '../models/hash.ts';
import { segmentFrames } from '../models/segvr.ts';
import type { Item, Media } from '../schemas/item.ts';
import { keys } from '../schemas/keys.ts';
import type { PipelineConfig } from '../schemas/pipeline.ts';
import type { MediaProbe, ObjectStore } from './ports.ts';

/** One input with its place and the hash of what is encoded. */
export interface Encodable {
  readonly item: string;
  readonly response: number;
  readonly segment: number;
  readonly at: number | null;
  readonly language: string | null;
  readonly contentHash: string;
  /** What it costs to hold: characters of a text, pixels of an image. */
  readonly size: number;
  /** Read only when its hash has not been encoded already. */
  readonly load: () => Promise<EncoderInput>;
}

export interface EncodingDeps {
  readonly objects: ObjectStore;
  readonly media: MediaProbe;
}

/** The conversation as one text. */
export const promptText = ({ prompt }: Pick<Item, 'prompt'>): string =>
  prompt.map(({ content }) => content).join('\n\n');

const FALLBACK_FPS = 25;

/** Frames and their rate; where a container states neither, from its length. */
const timing = ({ frames, fps, seconds }: Media): { frames: number; fps: number } => {
  const rate = fps ?? (frames !== null && seconds !== null && seconds > 0 ? frames / seconds : FALLBACK_FPS);
  return { frames: Math.max(1, frames ?? Math.floor((seconds ?? 0) * rate)), fps: rate };
};

/** What is to be encoded of one item; responses without text or medium have nothing. */
export const encodables = (
  item: Item,
  encoder: Encoder,
  config: PipelineConfig['score'],
  { objects, media }: EncodingDeps,
): Encodable[] => {
  const prompt = promptText(item);
  const size = encoder.image;
  return item.responses.flatMap((response, index): Encodable[] => {
    const place = { item: item.id, response: index, language: item.language };
    if (size === null) {
      const { text } = response;
      if (text === null) return [];
      const load = async () => ({ kind: 'text', prompt, response: text }) as const;
      return [
        {
          ...place,
          segment: 0,
          at: null,
          contentHash: hashOf(['text', prompt, text]),
          size: prompt.length + text.length,
          load,
        },
      ];
    }
    const medium = response.media;
    if (medium === null) return [];
    const options = { width: size.width, height: size.height, grey: size.channels === 1 };
    const key = keys.media(medium.sha256);
    // What an encoder with a text side makes of an image depends on what was asked for.
    const asked = encoder.embedder === null ? [] : [prompt];
    const pixels = size.width * size.height;
    if (item.modality === 'image') {
      const load = async () =>
        ({
          kind: 'image',
          ...size,
          pixels: await media.pixels(await objects.local(key, medium.sha256), options),
          prompt,
        }) as const;
      const contentHash = hashOf(['image', medium.sha256, size, ...asked]);
      return [{ ...place, segment: 0, at: null, contentHash, size: pixels, load }];
    }
    const { segments, frame } = config;
    const sampled = segmentFrames({ ...timing(medium), segments, frame, seed: medium.sha256 });
    // One call for all frames of a clip: starting a decoder costs more than a frame.
    let decoding: Promise<Uint8Array[]> | null = null;
    const decode = async () =>
      media.frames(
        await objects.local(key, medium.sha256),
        medium,
        sampled.map(({ at }) => at),
        options,
      );
    return sampled.map(({ at }, segment) => ({
      ...place,
      segment,
      at,
      contentHash: hashOf(['video', medium.sha256, at, size, ...asked]),
      size: pixels,
      load: async () => {
        decoding ??= decode();
        return { kind: 'image', ...size, pixels: (await decoding)[segment] ?? new Uint8Array(0), prompt } as const;
      },
    }));
  });
};
