/** How the verbs of `assay model` say figures to people, and read what people give them. */
import { basename } from 'node:path';
import type { Progress } from '../../activities/ports.ts';
import { readTrainingFile, type TrainingFile } from '../../activities/training/file-set.ts';
import { bytesOf } from '../file-bytes.ts';
import type { Output } from '../output.ts';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

interface Figures {
  readonly n: number;
  readonly accuracy: number;
  readonly accuracyCi: readonly [number, number];
  readonly lengthOnlyAccuracy: number;
}

/** Accuracy with its interval and what the baseline does, as a sentence. */
export const accuracyText = (
  { n, accuracy, accuracyCi: [low, high], lengthOnlyAccuracy }: Figures,
  of: string,
): string =>
  n === 0
    ? `no ${of} to measure it on`
    : `right in ${percent(accuracy)} of ${n} ${of} (95 % interval ${percent(low)} to ${percent(high)}); the baseline in ${percent(lengthOnlyAccuracy)}`;

/** Steps as lines of progress; nothing cancels them but the end of the process. */
export const progressOf = (output: Output): Progress => ({
  heartbeat: (details) => {
    if (output.interactive)
      output.progress(
        Object.entries(details ?? {})
          .flat()
          .join(' '),
      );
  },
  last: undefined,
  cancelled: new AbortController().signal,
});

/** A training file from the disk. Throws ASY-7002 where it cannot be read, ASY-5018 where a line cannot. */
export const openTrainingFile = (file: string): Promise<TrainingFile> =>
  readTrainingFile(bytesOf(file), basename(file));
