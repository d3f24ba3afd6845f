import { expect, test } from 'vitest';
import { HeadManifest } from '../../schemas/model.ts';

const sha = 'a'.repeat(64);
/** As version 0.1 wrote it. */
const old = {
  name: 'h',
  version: '0123456789abcdef',
  kind: 'bradley-terry',
  modality: 'text',
  encoder: { id: 'hashed-ngrams', revision: 'r', dims: 3 },
  data: { items: sha, labels: sha, features: sha },
  hyperparameters: { l2: 0.01, seed: 0 },
  metrics: {
    accuracy: 0.6,
    accuracyCi: [0.5, 0.7],
    lengthOnlyAccuracy: 0.5,
    n: 100,
    trainPairs: 400,
    trainAccuracy: 0.9,
    ece: 0.05,
    nll: 0.66,
    temperature: 1.2,
  },
  onnx: { file: 'model.onnx', sha256: sha, bytes: 10 },
};

test('a manifest written before heads knew distances and gains still parses', () => {
  expect(HeadManifest.parse(old)).toMatchObject({ kind: 'bradley-terry', metrics: { n: 100 } });
});

test('a kind that no head has, and metrics that are not finite, are refused', () => {
  expect(HeadManifest.safeParse({ ...old, kind: 'oracle' }).success).toBe(false);
  const nan = { ...old, metrics: { ...old.metrics, nll: Number.NaN } };
  expect(HeadManifest.safeParse(nan).success).toBe(false);
});
