/**
 * Records one history per workflow and case, on a real dev server with stub activities:
 * `node test/histories/record.ts VERSION [CASE…]`, all cases where none is named. Run it before a change to a released workflow, commit the files with the change.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { PipelineConfig } from '../../schemas/pipeline.ts';
import { createErasures } from '../../server/erasures.ts';
import { createRetentionRuns } from '../../server/retention.ts';
import { createRuns } from '../../server/runs.ts';
import { annotateId, batchId, curateId, eraseId, examineId, heatmapsId, ingestId, monitorId, retainId, runId, scoreId, trainId } from '../../workflows/ids.ts';
import type { BatchInput } from '../../workflows/annotation-batch.ts';
import { rulesOf } from '../../workflows/batch/settings.ts';
import { adjudicate, batchState, claim, comment, dispute, submit, undo } from '../../workflows/messages.ts';
import { startTemporal } from '../support/temporal.ts';
import { withWorkers } from '../workflows/harness.ts';
import { imageActivities, ref, stubActivities } from '../workflows/stubs.ts';

const [version, ...cases] = process.argv.slice(2);
if (version === undefined) throw new Error('usage: node test/histories/record.ts VERSION [CASE…]');
const env = await startTemporal();

const save = async (workflow: string, name: string, handle: WorkflowHandle): Promise<void> => {
  if (cases.length > 0 && !cases.includes(name)) return;
  const folder = new URL(`./${workflow}/`, import.meta.url);
  mkdirSync(folder, { recursive: true });
  // Identities, the names of sticky queues and stack traces name the machine; replay does not read them.
  const history = historyToJSON(await handle.fetchHistory())
    .replaceAll(/"identity": "[^"]*"/g, '"identity": "recorder"')
    .replaceAll(/"\d+@[^"]*"/g, '"recorder-sticky"')
    .replaceAll(/"stackTrace": "(?:[^"\\]|\\.)*"/g, '"stackTrace": ""');
  writeFileSync(new URL(`${version}-${name}.json`, folder), `${history}\n`);
};
const get = (id: string) => env.client.workflow.getHandle(id);
const until = async <T>(probe: () => Promise<T | null>): Promise<T> => {
  for (;;) {
    const found = await probe().catch(() => null);
    if (found !== null) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
};

const item = `it_${'a'.repeat(32)}`;
const vote = { item, task: 'pairwise' as const, sha256: 'b'.repeat(64), category: 'a' };

await withWorkers(env, stubActivities().activities, async () => {
  const runs = createRuns(env.client);
  await runs.start('plain');
  await runs.result('plain');
  await save('runPipeline', 'auto', get(runId('plain')));
  await save('ingestDrop', 'three-units', get(ingestId('plain')));
  await save('scoreShards', 'encode', get(scoreId('plain', 'auto')));
  await save('scoreShards', 'score', get(scoreId('plain', 'plain@v1')));
  await save('trainRewardModel', 'promoted', get(trainId('plain', 'plain')));
  await save('curateDataset', 'two-formats', get(curateId('plain', 'plain')));
});

await withWorkers(env, stubActivities({ score: { model: 'remote/judge' }, train: { enabled: false } }).activities, async () => {
  const runs = createRuns(env.client);
  await runs.start('chosen');
  await runs.result('chosen');
  await save('runPipeline', 'chosen-model', get(runId('chosen')));
  await save('scoreShards', 'items', get(scoreId('chosen', 'remote/judge@v7')));
});

await withWorkers(env, stubActivities({ curate: { dedup: 'near', filters: [{ kind: 'length', min: 1 }] } }).activities, async () => {
  const runs = createRuns(env.client);
  await runs.start('near');
  await runs.result('near');
  await save('curateDataset', 'examined', get(curateId('near', 'near')));
  await save('examineItems', 'near', get(examineId('near', 'near')));
  const config = PipelineConfig.parse({ curate: { dedup: 'near' } }).curate;
  const paged = await env.client.workflow.start('examineItems', {
    workflowId: 'examine/paged/paged',
    taskQueue: 'pipeline',
    args: [{ input: { run: 'paged', items: ref('items'), config }, page: 2 }],
  });
  await paged.result();
  await save('examineItems', 'page-one', env.client.workflow.getHandle('examine/paged/paged', paged.firstExecutionRunId));
  await save('examineItems', 'page-two', paged);
});

await withWorkers(env, stubActivities({ curate: { dedup: 'near', near: { semantic: {} } } }).activities, async () => {
  const { curate: config } = PipelineConfig.parse({ curate: { dedup: 'near', near: { semantic: {} } } });
  const start = (name: string, page: number) =>
    env.client.workflow.start('examineItems', {
      workflowId: `examine/${name}/${name}`,
      taskQueue: 'pipeline',
      args: [{ input: { run: name, items: ref('items'), config }, page }],
    });
  const whole = await start('meaning', 1000);
  await whole.result();
  await save('examineItems', 'meaning', whole);
  const paged = await start('meaning-paged', 4);
  await paged.result();
  const first = env.client.workflow.getHandle('examine/meaning-paged/meaning-paged', paged.firstExecutionRunId);
  await save('examineItems', 'meaning-page-one', first);
  await save('examineItems', 'meaning-page-two', paged);
});

const contradicting = [2, 0];
const settled = stubActivities(
  { curate: { conflicts: 'annotate' } },
  {
    selectRows: async () => ({ rows: 20, funnel: [], formats: ['parquet'], conflicts: contradicting.shift() ?? 0 }),
    loadBatch: async () => ({ items: [item], saved: 1 }),
  },
);
await withWorkers(env, settled.activities, async () => {
  const runs = createRuns(env.client);
  await runs.start('settled');
  await runs.result('settled');
  await save('runPipeline', 'conflicts', get(runId('settled')));
});

await withWorkers(env, imageActivities().activities, async () => {
  const runs = createRuns(env.client);
  await runs.start('marked');
  await runs.result('marked');
  await save('runPipeline', 'regions', get(runId('marked')));
  await save('scoreShards', 'merge', get(heatmapsId('marked', 'merged')));
  await save('scoreShards', 'predict', get(heatmapsId('marked', 'marked@v1')));
});

const people = stubActivities(
  { approval: 'required', annotate: { tasks: ['pairwise'] } },
  { loadBatch: async () => ({ items: [item], saved: null }) },
);
await withWorkers(env, people.activities, async () => {
  const runs = createRuns(env.client);
  await runs.start('people');
  for (const round of [1, 2]) {
    const batch = get(batchId('people', round, 0));
    await until(() => batch.executeUpdate(claim, { args: [{ annotator: `sub_${round}`, n: 1 }] }));
    await batch.executeUpdate(submit, { args: [{ annotator: `sub_${round}`, votes: [vote] }] });
    await until(async () => ((await runs.state('people')).stage === 'approval' ? true : null));
    if (round === 1) {
      await runs.rework('people', { by: 'reviewer', note: 'again', itemIds: [item] });
      await until(async () => ((await runs.state('people')).stage === 'annotate' ? true : null));
    }
  }
  await runs.approve('people', { by: 'reviewer', note: 'good' });
  await runs.result('people');
  await save('runPipeline', 'rework-approve', get(runId('people')));
  await save('annotateItems', 'one-batch', get(annotateId('people', 1)));
  await save('annotationBatch', 'one-vote', get(batchId('people', 1, 0)));
});

await withWorkers(env, stubActivities({ approval: 'required' }).activities, async () => {
  const runs = createRuns(env.client);
  await runs.start('refused');
  await until(async () => ((await runs.state('refused')).stage === 'approval' ? true : null));
  await runs.reject('refused', { by: 'reviewer', note: 'no' });
  await runs.result('refused');
  await save('runPipeline', 'reject', get(runId('refused')));
});

const checks = Array.from({ length: 6 }, (_, i) => ({ id: `check${i}`, known: ['a'] }));
const checkRules = { file: 'checks.jsonl', rate: 0.5, qualify: 2, minAccuracy: 0.6, minAnswers: 5, tolerance: 0 };
const rules = rulesOf({ checks: checkRules, review: 'disagreements', quotas: [{ group: 'eu', min: 1, max: null }] });
const claimant = { skills: [], languages: [], vendor: null, groups: ['eu'] };
const two = [item, `it_${'c'.repeat(32)}`];
const desk = { loadBatch: async () => ({ items: two, saved: null, checks, seed: 'seed' }) };
const input: BatchInput = {
  run: 'desk', round: 1, batch: 0, items: ref('items'), tasks: ['pairwise'], redundancy: 2, guideline: '1',
  leaseMs: 60_000, deadlineMs: 3_600_000, rules,
};
const refOn = (on: string, category: string) => ({ item: on, task: 'pairwise' as const, sha256: 'b'.repeat(64), category });
/** Answers everything somebody is given, `check` to checks and `work` to the rest. */
const answer = async (batch: WorkflowHandle, annotator: string, check: string, work: string): Promise<void> => {
  for (;;) {
    const grant = batch.executeUpdate(claim, { args: [{ annotator, n: 2, claimant }] });
    // The batch may have ended with the vote before.
    const { items } = await grant.catch(() => ({ items: [] as string[] }));
    if (items.length === 0) return;
    for (const on of items) {
      const votes = [refOn(on, on.startsWith('check') ? check : work)];
      const taken = batch.executeUpdate(submit, { args: [{ annotator, votes }] });
      // Somebody paused in the middle loses what they hold.
      await taken.catch(() => undefined);
    }
  }
};
const startBatch = (name: string, over: Partial<BatchInput> = {}) =>
  env.client.workflow.start('annotationBatch', {
    workflowId: `batch/desk/${name}`,
    taskQueue: 'pipeline',
    args: [{ ...input, ...over }],
  });

await withWorkers(env, stubActivities({}, desk).activities, async () => {
  const paused = await startBatch('0');
  await answer(paused, 'sub_1', 'b', 'a');
  await answer(paused, 'sub_2', 'a', 'a');
  await answer(paused, 'sub_3', 'a', 'a');
  for (const { id } of checks)
    await paused
      .executeUpdate(adjudicate, { args: [{ reviewer: 'sub_9', item: id, ruling: 'accept', votes: [], note: null }] })
      .catch(() => undefined);
  await paused.result();
  await save('annotationBatch', 'checks-paused', paused);

  const reviewed = await startBatch('1', { rules: rulesOf({ review: 'disagreements' }) });
  await answer(reviewed, 'sub_1', 'a', 'a');
  await reviewed.executeUpdate(undo, { args: [{ annotator: 'sub_1', item }] });
  await answer(reviewed, 'sub_1', 'a', 'a');
  await answer(reviewed, 'sub_2', 'a', 'b');
  const note = 'd'.repeat(64);
  const ruling = { reviewer: 'sub_9', item, ruling: 'accept' as const, votes: [], note };
  await reviewed.executeUpdate(comment, { args: [{ by: 'sub_1', item, note }] });
  await reviewed.executeUpdate(adjudicate, { args: [ruling] });
  await reviewed.executeUpdate(dispute, { args: [{ annotator: 'sub_2', item, note }] });
  const decided = { ...ruling, ruling: 'decide' as const, votes: [refOn(item, 'tie')] };
  await reviewed.executeUpdate(adjudicate, { args: [decided] });
  const other = two[1] ?? '';
  await reviewed.executeUpdate(adjudicate, { args: [{ ...ruling, item: other, ruling: 'return', note: null }] });
  await answer(reviewed, 'sub_3', 'a', 'a');
  await answer(reviewed, 'sub_4', 'a', 'a');
  await reviewed.result();
  await save('annotationBatch', 'reviewed', reviewed);

  const long = await startBatch('2', { updates: 14, redundancy: 3 });
  const held = { annotator: 'sub_5', n: 1, claimant };
  await long.executeUpdate(claim, { args: [held] });
  await answer(long, 'sub_1', 'b', 'a');
  await answer(long, 'sub_2', 'a', 'b');
  await long.executeUpdate(comment, { args: [{ by: 'sub_9', item, note }] });
  for (const annotator of ['sub_3', 'sub_4']) await answer(long, annotator, 'a', 'a');
  await answer(long, 'sub_5', 'a', 'tie');
  await until(async () => ((await long.query(batchState)).inReview > 0 ? true : null));
  for (const on of [...two, ...checks.map(({ id }) => id)])
    await long
      .executeUpdate(adjudicate, { args: [{ reviewer: 'sub_9', item: on, ruling: 'accept', votes: [], note: null }] })
      .catch(() => undefined);
  await long.result();
  await save('annotationBatch', 'continued', env.client.workflow.getHandle(long.workflowId, long.firstExecutionRunId));
  await save('annotationBatch', 'resumed', long);
});

const several = { planBatches: async () => ({ batches: 3, items: 6 }), ...desk };
await withWorkers(env, stubActivities({}, several).activities, async () => {
  const config = PipelineConfig.parse({ annotate: { tasks: ['pairwise'], window: 2, checks: checkRules } }).annotate;
  const drained = await env.client.workflow.start('annotateItems', {
    workflowId: 'annotate/drained',
    taskQueue: 'pipeline',
    args: [{ run: 'drained', round: 1, items: ref('items'), tasks: ['pairwise'], config, events: 25 }],
  });
  for (const n of [0, 1, 2]) {
    const batch = get(batchId('drained', 1, n));
    await until(() => batch.query(batchState));
    await answer(batch, 'sub_1', 'a', 'a');
  }
  await drained.result();
  await save('annotateItems', 'drained', env.client.workflow.getHandle('annotate/drained', drained.firstExecutionRunId));
  await save('annotateItems', 'resumed', drained);
});

await withWorkers(env, stubActivities({ approval: 'required', annotate: { tasks: ['pairwise'] } }).activities, async () => {
  await createErasures(env.client).erase({ id: 'e1', subject: 'sub_1' });
  await save('eraseSubject', 'three-drops', get(eraseId('e1')));
  await save('runPipeline', 'again', get(runId('plain')));
});
await withWorkers(env, stubActivities().activities, async () => {
  await createRetentionRuns(env.client).run(1);
  await save('retain', 'two-parts', get(retainId('1')));
});
const waived = stubActivities({ export: { purpose: ['sale'] } }, { planDataset: async () => ({ version: 'd1', waivers: [1] }) });
await withWorkers(env, waived.activities, async () => {
  const runs = createRuns(env.client);
  await runs.start('waived');
  await runs.result('waived');
  await save('curateDataset', 'waived', get(curateId('waived', 'waived')));
});

const lookAt = (monitor: string) =>
  env.client.workflow.start('monitor', { workflowId: monitorId(monitor), taskQueue: 'pipeline', args: [{ monitor }] });
const away = ApplicationFailure.nonRetryable('ASY-6508 hooks.test declined the alert: status 404', 'ASY-6508');
for (const [name, overrides] of [
  ['alerted', {}],
  ['undelivered', { sendAlert: () => Promise.reject(away) }],
] as const)
  await withWorkers(env, stubActivities({}, overrides).activities, async () => {
    const look = await lookAt(name);
    await look.result();
    await save('monitor', name, look);
  });
await env.teardown();
