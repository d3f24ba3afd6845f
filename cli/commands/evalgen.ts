/** `assay evalgen`: studies in which assertions are chosen by people's grades. Grading is done in the console. */
import { writeFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { createPredicateRunner } from '../../activities/adapters/predicate/runner.ts';
import { createStudies, type Studies } from '../../activities/evalgen/studies.ts';
import type { Alignment, StudyReport } from '../../schemas/evalgen.ts';
import type { Config } from '../config.ts';
import type { Register } from '../context.ts';
import { table } from '../output.ts';
import { withServices } from '../services.ts';

const withStudies = <T>(config: Config, work: (studies: Studies) => Promise<T>): Promise<T> =>
  withServices(config, ({ objects, tables }) =>
    work(createStudies({ objects, tables, runner: createPredicateRunner() })),
  );

const most = (text: string): number => {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1 || n > 10) throw new InvalidArgumentError('1 to 10.');
  return n;
};
const MOST = ['--most <n>', 'assertions a criterion may get', most, 3] as const;

export const register: Register = (program, context) => {
  const { output } = context;
  const evalgen = program.command('evalgen').description('assertions chosen by people’s grades');
  evalgen
    .command('ls')
    .description('studies')
    .action(async () =>
      withStudies(await context.config(), async (studies) => {
        output.result({ studies: await studies.list() }, (d) =>
          d.studies.length === 0
            ? 'no studies yet'
            : table([
                ['name', 'drop', 'outputs', 'graded', 'criteria', 'assertions'],
                ...d.studies.map((s) => [s.name, s.drop, s.outputs, s.graded, s.criteria, s.assertions]),
              ]),
        );
      }),
    );
  evalgen
    .command('report')
    .description('chosen assertions with coverage, false failures and alignment; drift of criteria')
    .argument('<name>')
    .option(...MOST)
    .action(async (name: string, options: { most: number }) =>
      withStudies(await context.config(), async (studies) => {
        output.result(await studies.report(name, options.most), reportText);
      }),
    );
  evalgen
    .command('export')
    .description('verdicts of the chosen assertions as JSON Lines that `assay drop push` reads')
    .argument('<name>')
    .requiredOption('--out <file>', 'file to write')
    .option(...MOST)
    .action(async (name: string, options: { out: string; most: number }) =>
      withStudies(await context.config(), async (studies) => {
        const lines = await studies.annotations(name, options.most);
        await writeFile(options.out, lines);
        const rows = lines.split('\n').length - 1;
        output.result({ study: name, file: options.out, rows }, (d) => `${d.file}: ${d.rows} rows`);
      }),
    );
};

const share = (value: number | null): string => value?.toFixed(3) ?? '–';
const figures = ({ coverage, falseFailureRate, alignment, ci }: Alignment): string[] => [
  share(coverage),
  share(falseFailureRate),
  share(alignment),
  ci === null ? '–' : ci.map(share).join(' … '),
];

const reportText = ({ name, version, criteria, overall, drift }: StudyReport): string =>
  [
    `${name} ${version.slice(0, 12)}`,
    table([
      ['criterion', 'assertions', 'graded', 'coverage', 'false failures', 'alignment', '95 % CI'],
      ...criteria.map(({ criterion, chosen, figures: found }) => [
        criterion,
        chosen.map((id) => id.slice(0, 11)).join(' ') || '–',
        found?.n ?? 0,
        ...(found === null ? ['–', '–', '–', '–'] : figures(found)),
      ]),
      ...(overall === null ? [] : [['all together', '', overall.n, ...figures(overall)]]),
    ]),
    ...drift.changes.map(
      (line) =>
        `${line.criterion ?? 'outputs as a whole'}: ${line.grades} grades, ${line.changed} changed an earlier one`,
    ),
  ].join('\n');
