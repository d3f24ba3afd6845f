/** `assay stats`: agreement, aggregation and calibration of a CSV file, without a stack. */
import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { aggregateDocument, agreementDocument, calibrationDocument } from '../../models/statistics.ts';
import { AssayError } from '../../schemas/errors.ts';
import { type AggregationMethod, MeasurementLevel } from '../../schemas/label.ts';
import type { Register } from '../context.ts';

export const register: Register = (program, { output }) => {
  const stats = program.command('stats').description('agreement, aggregation and calibration of a file');
  stats
    .command('agreement')
    .description('Krippendorff’s alpha with a bootstrap interval')
    .argument('<file>', 'CSV with columns item, annotator, value')
    .option('--level <level>', MeasurementLevel.options.join(', '), oneOf(MeasurementLevel.options), 'nominal')
    .action(async (file: string, { level }: { level: MeasurementLevel }) => {
      output.result(agreementDocument(await text(file), file, level), (d) =>
        [
          `Krippendorff α (${level}) ${d.alpha?.toFixed(3) ?? '–'}${d.ci === null ? '' : `, 95 % CI ${d.ci.map((x) => x.toFixed(3)).join(' … ')}`}`,
          `${d.items} items, ${d.annotators} annotators, ${d.ratings} ratings`,
        ].join('\n'),
      );
    });
  stats
    .command('aggregate')
    .description('one label per item from several annotators')
    .argument('<file>', 'CSV with columns item, annotator, value')
    .option('--method <method>', 'majority', oneOf(['majority'] satisfies AggregationMethod[]), 'majority')
    .action(async (file: string) => {
      output.result(aggregateDocument(await text(file), file), (d) =>
        d.labels.map((l) => `${l.item}\t${l.value}\t${l.posterior?.toFixed(3) ?? '–'}`).join('\n'),
      );
    });
  stats
    .command('calibration')
    .description('calibration error, Brier score, temperature and Platt fit')
    .argument('<file>', 'CSV with columns logit, label')
    .action(async (file: string) => {
      output.result(calibrationDocument(await text(file), file), (d) => JSON.stringify(d, null, 2));
    });
};

const oneOf =
  <T extends string>(choices: readonly T[]) =>
  (value: string): T => {
    if (!choices.includes(value as T)) throw new InvalidArgumentError(`one of ${choices.join(', ')}`);
    return value as T;
  };

const text = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new AssayError('ASY-7002', { file, reason: (error as Error).message }, { cause: error });
  }
};
