/** Images of patches in which a mark is where one feature is high, and a word is missed where an image lacks what it names. */
import { createRandom } from '../../../../models/random.ts';
import type { DenseExample, DenseSet, HeadConfig, TrainingSet } from '../../../../models/training/examples.ts';
import { HEAD_CONFIG } from '../../../support/head-config.ts';

export const GRID = 4;
export const SIZE = 4 * GRID;
const DIMS = 5;
const EMBEDDING = 8;

export const CONFIG: HeadConfig = { ...HEAD_CONFIG, objective: 'rich-feedback', seed: 3 };

/** `n` images of as many groups, a quarter of them held out; every fifth is clean. Images with an even row hold thing 0, others thing 1. */
export const plantedImages = (n: number, seed = 0): TrainingSet & { readonly dense: DenseSet } => {
  const random = createRandom(seed);
  const things = [0, 1].map((thing) => Float32Array.from({ length: EMBEDDING }, (_, j) => (j % 2 === thing ? 0.5 : 0)));
  const images = Array.from({ length: n }, (_, row): DenseExample => {
    const patches = Float32Array.from({ length: GRID ** 2 * DIMS }, () => 0.5 * (random() - 0.5));
    const map = new Float32Array(SIZE ** 2);
    const [left, top] = [Math.floor(random() * (GRID - 1)), Math.floor(random() * (GRID - 1))];
    for (let cell = 0; cell < 4 && row % 5 !== 0; cell++) {
      const [x, y] = [left + (cell % 2), top + Math.floor(cell / 2)];
      patches[(y * GRID + x) * DIMS + 2] = 2;
      for (let i = 0; i < 16; i++) map[(4 * y + Math.floor(i / 4)) * SIZE + 4 * x + (i % 4)] = 1;
    }
    return {
      row,
      patches,
      maps: { implausibility: map },
      words: things.map((vector, thing) => ({ text: `thing${thing}`, vector, misaligned: thing === row % 2 ? 0 : 1 })),
      group: `prompt ${row}`,
      split: row % 4 === 3 ? 'validation' : 'train',
    };
  });
  const features = Float32Array.from({ length: n * 3 }, (_, at) =>
    at % 3 === 0 ? (Math.floor(at / 3) % 2) + 0.1 * random() : random(),
  );
  const rows = images.map(({ group, row }) => ({
    language: null,
    source: 'planted',
    group,
    length: null,
    generator: row % 3 === 0 ? 'first' : 'second',
  }));
  const embedder = { id: 'things', revision: 'r', dims: EMBEDDING };
  return {
    encoder: { id: 'patches', revision: 'r', dims: 3 },
    blocks: [],
    features,
    rows,
    pairs: [],
    lists: [],
    ratings: [],
    steps: [],
    dense: { grid: GRID, dims: DIMS, size: SIZE, embedder, images },
  };
};
