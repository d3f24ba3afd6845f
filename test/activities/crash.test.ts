import { expect, it } from 'vitest';
import { ingestRows, plantedPairs, runCuration, stageOn } from '../support/curation.ts';
import { failingObjects, Killed } from '../support/failing-objects.ts';
import { createMemoryObjects, type MemoryObjects } from '../support/memory-objects.ts';
import { scratch } from '../support/scratch.ts';

const ROWS = plantedPairs('crash', 30);
const CONFIG = { curate: { validation: 0.3 }, export: { formats: ['parquet', 'trl-kto'] } };
const POINTS = 16;

const ingested = async (): Promise<{ objects: MemoryObjects; refs: Awaited<ReturnType<typeof ingestRows>> }> => {
  const objects = createMemoryObjects();
  return { objects, refs: await ingestRows(stageOn(objects, scratch()), 'crash', ROWS, 20) };
};

const bytesOf = ({ entries }: MemoryObjects): Map<string, string> =>
  new Map([...entries].map(([key, { body }]) => [key, body.toString('base64')]));

it('ends with the same bytes wherever it was killed and started again', async () => {
  const calm = await ingested();
  const counted = failingObjects(calm.objects, Number.POSITIVE_INFINITY, false);
  await runCuration(stageOn(counted, scratch()), 'crash', calm.refs, CONFIG);
  const expected = bytesOf(calm.objects);
  const total = counted.calls();
  expect(total).toBeGreaterThan(100);
  for (let point = 0; point < POINTS; point++) {
    const at = 1 + Math.floor((point * (total - 1)) / (POINTS - 1));
    const { objects, refs } = await ingested();
    const failing = stageOn(failingObjects(objects, at, point % 2 === 1), scratch());
    await expect(runCuration(failing, 'crash', refs, CONFIG), `call ${at}`).rejects.toThrow(Killed);
    await runCuration(stageOn(objects, scratch()), 'crash', refs, CONFIG);
    const found = bytesOf(objects);
    expect([...found.keys()].sort(), `call ${at}`).toEqual([...expected.keys()].sort());
    for (const [key, body] of found) expect(expected.get(key) === body, `${key} after call ${at}`).toBe(true);
  }
}, 120_000);
