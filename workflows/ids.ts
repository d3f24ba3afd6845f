/** Workflow ids: they come from names alone, so starting the same thing twice finds the one that runs. */
export const runId = (drop: string): string => `run/${drop}`;
export const ingestId = (drop: string): string => `ingest/${drop}`;
export const annotateId = (run: string, round: number): string =>
  round === 1 ? `annotate/${run}` : `annotate/${run}/r${round}`;
/** Batches of round 1 are `batch/<run>/<n>`, of rework round r `batch/<run>/r<r>-<n>`. */
export const batchId = (run: string, round: number, batch: number): string =>
  round === 1 ? `batch/${run}/${batch}` : `batch/${run}/r${round}-${batch}`;
export const scoreId = (run: string, model: string): string => `score/${run}/${model}`;
/** People's heatmaps are `merged`, others named by the head that predicts them. */
export const heatmapsId = (run: string, whose: string): string => `heatmaps/${run}/${whose}`;
export const trainId = (name: string, run: string): string => `train/${name}/${run}`;
export const examineId = (dataset: string, run: string): string => `examine/${dataset}/${run}`;
/** A number, or `scheduled`, which Temporal puts the time after. */
export const retainId = (which: string): string => `retain/${which}`;
export const eraseId = (erasure: string): string => `erase/${erasure}`;
export const curateId = (dataset: string, run: string): string => `curate/${dataset}/${run}`;
/** Of a monitor's Schedule; Temporal puts the time after it for each look. */
export const monitorId = (monitor: string): string => `monitor/${monitor}`;
