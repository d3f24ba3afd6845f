/** `assay dataset`: curated sets: what they hold, why, and how to get them out. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listDatasets, showDataset } from '../../activities/dataset/catalog.ts';
import { exportToFolder } from '../../activities/dataset/export-folder.ts';
import { checkDropPath } from '../../schemas/keys.ts';
import { EXPORT_FORMATS } from '../../schemas/pipeline.ts';
import type { Context, Register } from '../context.ts';
import { registerCheck } from '../dataset/check.ts';
import { registerDiff } from '../dataset/diff.ts';
import { registerExplain } from '../dataset/explain.ts';
import { registerRollback } from '../dataset/rollback.ts';
import { registerTrace } from '../dataset/trace.ts';
import { registerVerify } from '../dataset/verify.ts';
import { registerWaive } from '../dataset/waive.ts';
import { table } from '../output.ts';
import { withServices } from '../services.ts';

export const register: Register = (program, context) => {
  const { output } = context;
  const dataset = program.command('dataset').description('curated sets');
  dataset
    .command('ls')
    .description('datasets, in the version that stands for each')
    .action(async () =>
      withServices(await context.config(), async ({ objects }) => {
        const datasets = await listDatasets(objects);
        output.result({ datasets }, () =>
          datasets.length === 0
            ? 'no datasets yet'
            : table([
                ['name', 'version', 'rows', 'created'],
                ...datasets.map((d) => [d.name, d.version, d.rows, d.createdAt]),
              ]),
        );
      }),
    );
  dataset
    .command('show')
    .description('funnel, sources, languages, lineage')
    .argument('<name>')
    .option('--version <version>', 'another than the one that stands')
    .action(async (name: string, { version }: { version?: string }) =>
      withServices(await context.config(), async ({ objects }) => {
        const shown = await showDataset(objects, name, version);
        output.result(shown, (d) =>
          [
            `${d.name} ${d.version}: ${d.rows} rows`,
            table([
              ['step', 'in', 'out', 'taken out'],
              ...d.funnel.map((s) => [
                s.step,
                s.in,
                s.out,
                Object.entries(s.reasons)
                  .map(([reason, n]) => `${reason}: ${n}`)
                  .join(', '),
              ]),
            ]),
            ...(d.generators.length === 0
              ? []
              : [
                  table([
                    ['generator', 'items', 'selected', 'ratings', 'marked'],
                    ...d.generators.map((g) => [g.model, g.n, g.selected, means(g.ratings), means(g.mass)]),
                  ]),
                ]),
            ...d.sources.map((s) => `from ${s.drop}: ${s.rows} rows, licence ${s.license}`),
            ...d.waivers.map((w) => `waiver ${w.number}: ${w.rule}, by ${w.by} until ${w.until}: ${w.note}`),
            ...d.releases.map(
              (r) =>
                `${new Date(r.at).toISOString()} ${r.kind} ${r.version}${r.by && ` by ${r.by}`}${r.note && `: ${r.note}`}`,
            ),
          ].join('\n'),
        );
      }),
    );
  dataset
    .command('export')
    .description('write a dataset in a trainer’s format')
    .argument('<name>')
    .requiredOption('--format <format>', EXPORT_FORMATS.join(', '))
    .requiredOption('--out <dir>', 'folder to write to')
    .option('--version <version>', 'another than the one that stands')
    .action((name: string, options: ExportOptions) => write(context, name, options));
  registerVerify(dataset, context);
  registerExplain(dataset, context);
  registerTrace(dataset, context);
  registerCheck(dataset, context);
  registerDiff(dataset, context);
  registerRollback(dataset, context);
  registerWaive(dataset, context);
};

/** Files printed one by one; pictures are too many. */
const LISTED = 12;

/** Means by name, to three digits. */
const means = (figures: Readonly<Record<string, { readonly mean: number }>>): string =>
  Object.entries(figures)
    .map(([name, { mean }]) => `${name}: ${mean.toPrecision(3)}`)
    .join(', ');

interface ExportOptions {
  readonly format: string;
  readonly out: string;
  readonly version?: string;
}

const write = async (context: Context, name: string, { format, out, version }: ExportOptions): Promise<void> =>
  withServices(await context.config(), async (services) => {
    const exported = await exportToFolder(services, { name, version, format }, async (path, bytes) => {
      const file = join(out, checkDropPath(path));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
      return file;
    });
    context.output.result(exported, (e) =>
      [
        `${e.dataset} ${e.version}: ${e.rows} rows as ${e.format}`,
        ...e.files.slice(0, LISTED),
        ...(e.files.length > LISTED ? [`… and ${e.files.length - LISTED} more files`] : []),
      ].join('\n'),
    );
  });
