import ffmpeg from 'fluent-ffmpeg';
import { AssayError } from '../../schemas/errors.ts';
import type { Size } from './image.ts';
import type { MediaType } from './sniff.ts';

export interface VideoLimits {
  readonly videoPixels: number;
  readonly videoSeconds: number;
  readonly probeMs: number;
}
export interface VideoFacts extends Size {
  readonly seconds: number;
  readonly fps: number | null;
  readonly frames: number | null;
}

/** The demuxer is named, never guessed: a playlist or script under a media name then is only broken media. */
const DEMUXER: Partial<Record<MediaType, string>> = {
  'video/mp4': 'mov',
  'video/webm': 'matroska',
  'video/x-matroska': 'matroska',
};

const inputOptions = (type: MediaType, limits: VideoLimits): string[] => [
  '-protocol_whitelist',
  'file,pipe',
  '-max_pixels',
  String(limits.videoPixels),
  '-f',
  DEMUXER[type] ?? 'mov',
];

/** Inputs of one ffmpeg process: each is a seek of its own, and opens the file again. */
const SEEKS = 16;

/**
 * Size (as shown, rotation applied), length and rate of a video; its first and one late frame are decoded. Throws ASY-2104 for a
 * file without a readable video stream or of no length, ASY-2105 beyond the limits.
 */
export const probeVideo = async (
  file: string,
  type: MediaType,
  name: string,
  limits: VideoLimits,
): Promise<VideoFacts> => {
  const bad = (reason: string, cause?: unknown) => new AssayError('ASY-2104', { file: name, reason }, { cause });
  const data = await ffprobe(file, inputOptions(type, limits), limits.probeMs).catch((error: unknown) => {
    throw bad(lastLine(error), error);
  });
  // Cover pictures are video streams too, of one frame.
  const stream = data.streams.find(
    ({ codec_type, disposition }) => codec_type === 'video' && !disposition?.['attached_pic'],
  );
  if (stream === undefined) throw bad('no video stream');
  const turned = Math.abs(Number(stream.rotation ?? 0)) % 180 === 90;
  const [width, height] = turned ? [stream.height, stream.width] : [stream.width, stream.height];
  if (!(Number(width) > 0 && Number(height) > 0)) throw bad('a video stream without size');
  const size = { width: Number(width), height: Number(height) };
  if (size.width * size.height > limits.videoPixels)
    throw new AssayError('ASY-2105', {
      file: name,
      reason: `${size.width}×${size.height} is over ${limits.videoPixels} pixels`,
    });
  const own = Number(stream.duration);
  const seconds = own > 0 ? own : Number(data.format.duration);
  if (!(seconds > 0)) throw bad('no duration');
  if (seconds > limits.videoSeconds)
    throw new AssayError('ASY-2105', { file: name, reason: `${seconds} s is over ${limits.videoSeconds} s` });
  // A container's duration may be that of longer sound, so only the stream's own is trusted to find a late frame.
  const at = own > 0 ? [0, own * 0.9] : [0];
  try {
    await videoFrames(file, type, at, { width: 16, height: 16, grey: true }, limits, ['-xerror']);
  } catch (error) {
    throw bad(`frames cannot be decoded: ${lastLine(error)}`, error);
  }
  const fps = ratio(stream.avg_frame_rate) ?? ratio(stream.r_frame_rate);
  const counted = Number(stream.nb_frames);
  return { ...size, seconds, fps, frames: Number.isInteger(counted) && counted > 0 ? counted : null };
};

/** One frame per time (seconds), stretched to width × height. Throws an Error naming the time that has no frame. */
export const videoFrames = async (
  file: string,
  type: MediaType,
  at: readonly number[],
  size: Size & { readonly grey: boolean },
  limits: VideoLimits,
  options: readonly string[] = [],
): Promise<Uint8Array[]> => {
  const bytes = size.width * size.height * (size.grey ? 1 : 3);
  const frames: Uint8Array[] = [];
  for (let from = 0; from < at.length; from += SEEKS) {
    const times = at.slice(from, from + SEEKS);
    const raw = await seekFrames(file, type, times, size, limits, options);
    const got = Math.floor(raw.length / bytes);
    if (got !== times.length)
      throw new Error(`${times.length - got} of the frames at ${times.join(', ')} s cannot be decoded`);
    for (let i = 0; i < got; i++) frames.push(new Uint8Array(raw.subarray(i * bytes, (i + 1) * bytes)));
  }
  return frames;
};

/** Raw frames one after the other: every time is an input with a seek before it, cut to one frame, joined in order. */
const seekFrames = (
  file: string,
  type: MediaType,
  times: readonly number[],
  { width, height, grey }: Size & { readonly grey: boolean },
  limits: VideoLimits,
  options: readonly string[],
): Promise<Buffer> => {
  const command = ffmpeg({ timeout: Math.ceil(limits.probeMs / 1000) });
  for (const time of times)
    command
      .input(file)
      .inputOptions(['-nostdin', '-threads', '1', ...inputOptions(type, limits), '-ss', time.toFixed(6)]);
  const format = `scale=${width}:${height}:flags=bicubic+accurate_rnd+bitexact,format=${grey ? 'gray' : 'rgb24'},setsar=1`;
  const cut = times.map((_, i) => `[${i}:V:0]trim=end_frame=1,setpts=PTS-STARTPTS,${format}[f${i}]`);
  const join = `${times.map((_, i) => `[f${i}]`).join('')}concat=n=${times.length},settb=1/25,setpts=N,fps=25[out]`;
  command
    .complexFilter([...cut, join])
    .outputOptions(['-map', '[out]', '-f', 'rawvideo', '-fflags', '+bitexact', ...options]);
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let stderr = '';
    command.on('stderr', (line: string) => {
      stderr = `${stderr}\n${line}`.slice(-2000);
    });
    command.on('error', (error) => reject(new Error(`${error.message}\n${stderr}`.trim())));
    const out = command.pipe();
    out.on('data', (part: Buffer) => parts.push(part));
    // The command ends before the last bytes are through the pipe, or after.
    let open = 2;
    const done = () => --open === 0 && resolve(Buffer.concat(parts));
    out.on('end', done);
    command.on('end', done);
  });
};

/** ffprobe's words. It reads a few megabytes at most, so one that outlives its time ends by itself. */
const ffprobe = (file: string, options: readonly string[], timeoutMs: number): Promise<ffmpeg.FfprobeData> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    // Tags are free text and could forge the lines that the answer is made of.
    const tags = ['-show_entries', 'stream_tags=:format_tags='];
    const limits = ['-probesize', '20000000', '-analyzeduration', '10000000', '-v', 'error', ...tags];
    ffmpeg.ffprobe(file, [...options, ...limits], (error: Error | null, data) => {
      clearTimeout(timer);
      if (error !== null) reject(error);
      else resolve(data);
    });
  });

const ratio = (text: string | undefined): number | null => {
  const [over, under] = (text ?? '').split('/').map(Number);
  return over !== undefined && under !== undefined && over > 0 && under > 0 ? over / under : null;
};

/** The last line says what is wrong; the file's own path before it is of no use to readers. */
const lastLine = (error: unknown): string => {
  const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n');
  return (lines.at(-1) ?? '').replace(/^.*\/[^:]*: /, '').slice(0, 300) || 'unreadable';
};
