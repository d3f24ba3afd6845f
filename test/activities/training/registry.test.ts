import { expect, it } from 'vitest';
import { trainFile } from '../../../activities/training/train-file.ts';
import { resolveEncoder } from '../../../models/encoders/index.ts';
import { keys } from '../../../schemas/keys.ts';
import { TrainConfig } from '../../../schemas/pipeline.ts';
import { idle, stageOn } from '../../support/curation.ts';
import { createMemoryObjects, type MemoryObjects } from '../../support/memory-objects.ts';
import { scratch } from '../../support/scratch.ts';
import { preferenceRows, trainingFile } from '../../support/training-file.ts';

it('an attempt that comes late, after another has finished the same version, writes nothing', async () => {
  const objects = createMemoryObjects();
  const training = {
    name: 'm',
    file: await trainingFile(preferenceRows('a', 40)),
    encoder: await resolveEncoder('hashed-ngrams', 'text'),
    config: TrainConfig.parse({}),
  };
  const trainOn = (bucket: MemoryObjects) =>
    trainFile({ ...stageOn(bucket, scratch()), objects: bucket }, training, idle());
  const head = await trainOn(objects);
  const manifest = keys.model('m', head.version, 'manifest.json');
  let looks = 0;
  const written: string[] = [];
  const late: MemoryObjects = {
    ...objects,
    // Not there when this attempt begins, there when it ends.
    head: async (key) => (key === manifest && looks++ === 0 ? null : objects.head(key)),
    put: async (key) => void written.push(key),
  };
  expect(await trainOn(late)).toEqual(head);
  expect(looks).toBeGreaterThan(1);
  expect(written).toEqual([]);
});
