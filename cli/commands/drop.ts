/** `assay drop`: push feedback, look at what arrived. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { listDrops, quarantineOf } from '../../activities/drop-catalog.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import type { Context, Register } from '../context.ts';
import { registerAnnotations } from '../drop-annotations.ts';
import { collectFiles, manifestFor } from '../drop-files.ts';
import { bytesNamed } from '../file-bytes.ts';
import { table } from '../output.ts';
import { pushDrop } from '../push.ts';
import { withServices } from '../services.ts';
import { ensureStack } from '../stack-for.ts';
import { runText, watchRun } from '../watch.ts';

interface PushOptions {
  readonly name: string;
  readonly format?: string;
  readonly pipeline?: string;
  readonly license?: string;
  readonly purpose?: string[];
  readonly column?: string[];
  readonly language?: string;
  readonly subjectColumn?: string;
  readonly consent?: string;
  readonly consentColumn?: string;
  readonly wait?: boolean;
}

export const register: Register = (program, context) => {
  const drop = program.command('drop').description('push feedback, look at what arrived');
  drop
    .command('push')
    .description('upload files as a drop and start its run')
    .argument('<path...>', 'files, or a folder')
    .requiredOption('--name <name>', 'name of the drop')
    .option('--format <format>', 'how the files are written (guessed when absent)')
    .option('--pipeline <file>', 'pipeline.yaml to run with')
    .option('--license <id>', 'licence of the data (SPDX id)')
    .option('--purpose <purpose...>', 'what the data may be used for')
    .option('--column <field=column...>', 'which column holds what, e.g. prompt=input')
    .option('--language <tag>', 'language of rows that do not state theirs (BCP-47)')
    .option('--subject-column <column>', 'column that names the person; only its keyed hash is kept')
    .option('--consent <text>', 'on what consent the data were collected')
    .option('--consent-column <column>', 'column that says whether the person consented: yes, no, or the purposes')
    .option('--wait', 'follow the run to its end')
    .action((paths: string[], options: PushOptions) => push(context, paths, options));
  list(drop, context);
  registerAnnotations(drop, context);
};

const push = async (context: Context, paths: string[], options: PushOptions): Promise<void> => {
  const { output } = context;
  const files = await collectFiles(paths);
  const own = options.pipeline === undefined ? undefined : await bytesNamed(options.pipeline);
  const scratch = await mkdtemp(join(tmpdir(), 'assay-push-'));
  try {
    const sent = [...files];
    if (own !== undefined) {
      const local = join(scratch, 'pipeline.yaml');
      await writeFile(local, own);
      const at = sent.findIndex((f) => f.path === 'pipeline.yaml');
      if (at >= 0) sent.splice(at, 1);
      sent.push({ local, path: 'pipeline.yaml', bytes: own.length });
    }
    const manifest = await manifestFor(sent, {
      ...options,
      columns: columnsOf(options.column),
      pipeline: own === undefined ? undefined : 'pipeline.yaml',
    });
    if (manifest.license === 'unspecified')
      output.warn('note: no --license given; the dataset card will say "unspecified"');
    const config = await ensureStack(context, options.wait === true);
    await withServices(config, async (services) => {
      let uploaded = 0;
      const created = await pushDrop(services.objects, manifest, sent, () => uploaded++);
      if (uploaded > 0) output.progress(`  uploaded ${uploaded} file${uploaded === 1 ? '' : 's'}`);
      const runs = await services.runs();
      const { workflowId, started } = await runs.start(manifest.name);
      output.progress(started || created ? `  started ${workflowId}` : `  ${workflowId} is there already`);
      if (options.wait !== true) {
        output.result({ run: workflowId, drop: manifest.name, status: 'running' }, (d) => `${d.run} started`);
        return;
      }
      const document = await watchRun(runs, manifest.name, output);
      output.result(document, runText);
      if (document.status !== 'completed') context.exit(1);
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};

const columnsOf = (pairs: readonly string[] | undefined): Record<string, string> | undefined => {
  if (pairs === undefined) return undefined;
  return Object.fromEntries(
    pairs
      .flatMap((pair) => pair.split(','))
      .map((pair) => {
        const at = pair.indexOf('=');
        if (at < 1) throw new AssayError('ASY-9005', { reason: `--column ${pair}: write field=column` });
        return [pair.slice(0, at), pair.slice(at + 1)];
      }),
  );
};

const list = (drop: Command, context: Context): void => {
  const { output } = context;
  drop
    .command('ls')
    .description('the drops in the bucket')
    .action(async () =>
      withServices(await context.config(), async ({ objects }) => {
        const drops = await listDrops(objects);
        output.result({ drops }, () =>
          drops.length === 0
            ? 'no drops yet'
            : table([
                ['name', 'modality', 'format', 'license'],
                ...drops.map((d) => [d.name, d.modality, d.format, d.license]),
              ]),
        );
      }),
    );
  drop
    .command('show')
    .description('what a drop says of itself')
    .argument('<name>')
    .action(async (name: string) =>
      withServices(await context.config(), async ({ objects }) => {
        if ((await objects.head(keys.dropManifest(name))) === null) throw new AssayError('ASY-1001', { drop: name });
        const manifest = JSON.parse((await objects.get(keys.dropManifest(name))).toString('utf8')) as object;
        output.result(manifest, (m) => JSON.stringify(m, null, 2));
      }),
    );
  drop
    .command('quarantine')
    .description('rows that could not be used, and why')
    .argument('<name>')
    .action(async (name: string) =>
      withServices(await context.config(), async ({ tables }) => {
        const document = await quarantineOf(tables, name);
        output.result(document, ({ rows }) =>
          rows.length === 0
            ? 'nothing was quarantined'
            : rows.map((r) => `${r.file}:${r.row}  ${r.code}  ${r.message}`).join('\n'),
        );
      }),
    );
};
