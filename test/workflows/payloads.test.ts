import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAX_PAYLOAD_BYTES, payloadConverter } from '../../workflows/payloads.ts';
import { startTemporal } from '../support/temporal.ts';
import { ref, stubActivities } from './stubs.ts';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startTemporal();
});
afterAll(() => env.teardown());

it('refuses a payload over the ceiling and takes one under it', () => {
  expect(() => payloadConverter.toPayload('x'.repeat(MAX_PAYLOAD_BYTES))).toThrow(/ASY-4007/);
  expect(payloadConverter.toPayload('x'.repeat(1000)).data?.length).toBe(1002);
});

it('fails a workflow whose activity result is too large, at once and with the code', async () => {
  const dataConverter = {
    payloadConverterPath: fileURLToPath(new URL('../../workflows/payloads.ts', import.meta.url)),
  };
  const { activities } = stubActivities(
    {},
    {
      commitDrop: async () => ({ note: 'x'.repeat(MAX_PAYLOAD_BYTES) }) as never,
    },
  );
  const options = { connection: env.nativeConnection, dataConverter };
  const pipeline = await Worker.create({
    ...options,
    taskQueue: 'pipeline',
    workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
  });
  const io = await Worker.create({ ...options, taskQueue: 'io', activities });
  const client = new Client({ connection: env.connection, dataConverter });
  await pipeline.runUntil(
    io.runUntil(async () => {
      const run = client.workflow.execute('ingestDrop', {
        workflowId: 'ingest/large',
        taskQueue: 'pipeline',
        args: [{ drop: 'large', items: ref('items') }],
      });
      await expect(run).rejects.toMatchObject({ cause: { cause: { type: 'ASY-4007' } } });
    }),
  );
});
