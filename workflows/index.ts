/** What the worker bundles: every workflow by its name. */
export { annotateItems } from './annotate-items.ts';
export { annotationBatch } from './annotation-batch.ts';
export { curateDataset } from './curate-dataset.ts';
export { eraseSubject } from './erase-subject.ts';
export { examineItems } from './examine-items.ts';
export { ingestDrop } from './ingest-drop.ts';
export { monitor } from './monitor.ts';
export { retain } from './retain.ts';
export { runPipeline } from './run-pipeline.ts';
export { scoreShards } from './score-shards.ts';
export { trainRewardModel } from './train-reward-model.ts';
