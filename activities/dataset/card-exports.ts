/** What a dataset card says of its exports: where they lie and how a trainer loads them. */
import type { ExportFormat } from '../../schemas/pipeline.ts';
import { list, table } from './card-table.ts';
import type { ExportRecord } from './export.ts';

/** `exports/parquet/train-000003.parquet` → `train`. */
export const splitOfPath = (path: string): string => /(?:train|validation)(?=[-./])/.exec(path)?.[0] ?? 'train';

/** One path, or one pattern, per split. */
export const patterns = ({ files }: Pick<ExportRecord, 'files'>): { split: string; path: string }[] => {
  const found = new Map<string, string>();
  for (const { path } of files) found.set(splitOfPath(path), path.replace(/-\d{6}(?=\.parquet$)/, '-*'));
  return [...found].map(([split, path]) => ({ split, path }));
};

/** Exports whose files `load_dataset` reads one by one, with the loader that does. */
export const loaderOf = ({ files }: Pick<ExportRecord, 'files'>): 'parquet' | 'json' | null => {
  const path = files[0]?.path ?? '';
  if (path.endsWith('.parquet')) return 'parquet';
  return path.endsWith('.jsonl') && !path.endsWith('metadata.jsonl') ? 'json' : null;
};

export const exportsTable = (exports: readonly ExportRecord[]): string =>
  table(
    ['format', 'rows', 'files', 'pictures and videos', 'dataset rows without a row here'],
    exports.map(({ format, rows, files, named, leftOut }) => [
      format,
      rows,
      patterns({ files })
        .map(({ path }) => path)
        .join(', ') || null,
      named?.files ?? null,
      list(leftOut),
    ]),
  );

/** Formats whose rows name pictures by path, with the column. */
const PICTURES: Partial<Record<ExportFormat, string>> = {
  'trl-preference': 'images',
  'trl-sft': 'images',
  'trl-kto': 'images',
  'trl-prompt-only': 'images',
  'trl-grpo': 'images',
};

const line = (record: ExportRecord): string | null => {
  const name = record.format.replaceAll('-', '_');
  const loader = loaderOf(record);
  if (record.files.some(({ path }) => path.endsWith('metadata.jsonl')))
    return `${name} = load_dataset("imagefolder", data_dir="<folder>")  # columns image, mask, prompt`;
  if (loader === null) return null;
  const splits = patterns(record).map(({ split, path }) => `"${split}": "${path}"`);
  return `${name} = load_dataset("${loader}", data_files={${splits.join(', ')}})`;
};

/** How to load each export in Python, and pictures with it. */
export const loading = (
  { name, version }: { readonly name: string; readonly version: string },
  exports: readonly ExportRecord[],
): string => {
  const lines = exports.filter(({ files }) => files.length > 0).flatMap((record) => line(record) ?? []);
  const pictured = exports.some(({ format, named }) => named !== undefined && PICTURES[format] !== undefined);
  const pictures = pictured
    ? `

Rows of the TRL formats name their pictures in \`images\`, relative to the folder that \`assay dataset export\` wrote:

\`\`\`python
import os
from datasets import Image, Sequence

def located(row):
    return {"images": [os.path.join("<folder>", path) for path in row["images"]]}

data = data.map(located).cast_column("images", Sequence(Image()))
\`\`\``
    : '';
  return `\`\`\`python
from datasets import load_dataset

${lines.join('\n')}
\`\`\`

Paths are relative to \`datasets/${name}/${version}/\` in the bucket; \`assay dataset export ${name} --format <format> --out <folder>\` copies one format out.${pictures}`;
};
