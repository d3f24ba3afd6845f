/** `assay dataset check`: whether a file that somebody else wrote is what a trainer takes. */
import { type Command, Option } from 'commander';
import { CHECKED_FORMATS, checkRows, type FileVerdict } from '../../activities/exporters/contract/check.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { ExportFormat } from '../../schemas/pipeline.ts';
import type { Context } from '../context.ts';
import { readJsonLines } from '../json-lines.ts';

async function* located(file: string): AsyncGenerator<{ row: number; value: unknown }> {
  for await (const { line, value } of readJsonLines(file)) yield { row: line, value };
}

const text = ({ rows, broken, faults }: FileVerdict): string =>
  broken === 0
    ? `${rows} rows, every one as the trainer takes it`
    : [
        ...faults.map(
          ({ row, code, reason, fix }) => `${row === null ? 'all rows' : `line ${row}`}: ${code} ${reason}; ${fix}`,
        ),
        ...(broken > faults.length ? [`… and ${broken - faults.length} more`] : []),
      ].join('\n');

export const registerCheck = (dataset: Command, { output, exit }: Context): void => {
  dataset
    .command('check')
    .description('hold a file against a trainer’s contract, without a stack')
    .argument('<file>', 'JSON Lines')
    .addOption(new Option('--format <format>', 'what it is to be').choices(CHECKED_FORMATS).makeOptionMandatory())
    .action(async (file: string, { format }: { format: ExportFormat }) => {
      const verdict = await checkRows(format, located(file));
      if (verdict.rows === 0) throw new AssayError('ASY-7002', { file, reason: 'it has no row' });
      output.result({ file, format, ok: verdict.broken === 0, ...verdict }, text);
      if (verdict.broken > 0) exit(1);
    });
};
