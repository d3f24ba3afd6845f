/** The bundled face detector, UltraFace RFB-320 (models/bundled/faces/card.md). */
import { readFile } from 'node:fs/promises';
import { AssayError } from '../../schemas/errors.ts';
import { sha256 } from '../hash.ts';
import { assertFinite, float32Of, openSession, run, type Session } from '../runtime.ts';
import { type Face, facesOf, suppressed } from './boxes.ts';
import stated from './ultraface-rfb-320.json' with { type: 'json' };

/** Raised with every change to what is done before and after the network, mosaics among it. */
const PROCESSING = 1;
const FILE = new URL('../bundled/faces/version-RFB-320.onnx', import.meta.url);

/** What pictures are stretched to, in RGB. */
export const FACE_INPUT = { width: 320, height: 240, grey: false } as const;
const PIXELS = FACE_INPUT.width * FACE_INPUT.height;

/** What is less sure than this is no face, whatever a filter asks. */
export const LEAST_CONFIDENCE = 0.5;
/** Boxes that share more than this are of one face: the authors' own value. */
const MOST_OVERLAP = 0.5;

/** Hash of the file and the processing: what findings and redacted pictures depend on beside the picture. */
export const faceDetectorRevision = (): string => sha256(`${stated.id}:${PROCESSING}:${stated.sha256}`).slice(0, 16);

/** RGB bytes, rows top to bottom, as the network takes them: three planes of (value − 127) / 128. */
export const faceInput = (pixels: Uint8Array): Float32Array => {
  const planes = new Float32Array(3 * PIXELS);
  for (let i = 0; i < PIXELS; i++)
    for (let channel = 0; channel < 3; channel++)
      planes[channel * PIXELS + i] = ((pixels[3 * i + channel] ?? 0) - 127) / 128;
  return planes;
};

export interface FaceDetector {
  /** Faces of at least LEAST_CONFIDENCE in RGB pixels of FACE_INPUT's size, the surest first. */
  detect(pixels: Uint8Array): Promise<Face[]>;
}

const detect = async (session: Session, pixels: Uint8Array): Promise<Face[]> => {
  if (pixels.length !== 3 * PIXELS)
    throw new AssayError('ASY-5003', {
      file: stated.id,
      reason: `${pixels.length} values are no RGB image of 320 × 240`,
    });
  const dims = [1, 3, FACE_INPUT.height, FACE_INPUT.width];
  const outputs = await run(session, { input: { type: 'float32', dims, data: faceInput(pixels) } });
  const [scores, boxes] = [float32Of(outputs, 'scores'), float32Of(outputs, 'boxes')];
  assertFinite(scores, `scores of ${stated.id}`);
  assertFinite(boxes, `boxes of ${stated.id}`);
  return suppressed(facesOf(scores, boxes, LEAST_CONFIDENCE), MOST_OVERLAP);
};

/**
 * Opens the detector. Throws ASY-5002 where the file is not the one the manifest states, ASY-5003 where it cannot be read.
 */
export const openFaceDetector = async (file: URL = FILE): Promise<FaceDetector> => {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new AssayError('ASY-5003', { file: stated.id, reason: 'its file cannot be read' }, { cause });
  });
  if (sha256(bytes) !== stated.sha256) throw new AssayError('ASY-5002', { file: `${stated.id}.onnx` });
  const session = await openSession(bytes, { name: stated.id });
  return { detect: (pixels) => detect(session, pixels) };
};
