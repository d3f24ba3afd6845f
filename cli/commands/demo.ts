/** `assay demo`: the three example drops through the whole pipeline, then a look around. */
import { join } from 'node:path';
import type { Runs } from '../../server/ports.ts';
import { loadConfig } from '../config.ts';
import type { Context, Register } from '../context.ts';
import { collectFiles, manifestFor } from '../drop-files.ts';
import { adminLink } from '../identity.ts';
import { type Output, table } from '../output.ts';
import { homeOf, root } from '../paths.ts';
import { pushDrop } from '../push.ts';
import { type Services, withServices } from '../services.ts';
import { attach } from '../stack/attach.ts';
import { describeProgress } from '../stack/progress.ts';
import { findStack, type Stack, startStack, stopStack } from '../stack/stack.ts';
import { type RunDocument, watchRun } from '../watch.ts';

/** The example drops, in the order they are shown. */
const DROPS = ['pairs', 'images', 'clips'] as const;

export const register: Register = (program, context) => {
  program
    .command('demo')
    .description('run the three example drops end to end')
    .action(() => demo(context));
};

const demo = async ({ env, output }: Context): Promise<void> => {
  const home = homeOf(env);
  const interactive = process.stdout.isTTY === true && process.stdin.isTTY === true && !output.json;
  const before = await findStack(home);
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => interrupt.abort());
  const stack = await startStack({
    home,
    env,
    signal: interrupt.signal,
    onProgress: describeProgress((line) => output.progress(line)),
  });
  try {
    const runs = await withServices(await loadConfig({ ...env, ...stack.env }), (services) => runAll(services, output));
    // A link to a stack that is about to stop would be of no use.
    const signIn = interactive || before !== null ? await adminLink({ ...env, ...stack.env }) : null;
    output.result({ runs, urls: stack.urls, signIn }, () => summary(runs, stack, signIn));
    if (!interactive) return;
    output.progress('\nThe stack stays up for a look around; Ctrl-C stops it.');
    await attach(home, interrupt.signal, (line) => output.progress(line));
  } finally {
    // A stack that ran before is its owner's to stop.
    if (before === null || interrupt.signal.aborted) await stopStack(home);
  }
};

const runAll = async (services: Services, output: Output): Promise<RunDocument[]> => {
  const runs = await services.runs();
  return Promise.all(DROPS.map((drop) => runOne(services, runs, drop, output)));
};

const runOne = async (services: Services, runs: Runs, drop: string, output: Output): Promise<RunDocument> => {
  const files = await collectFiles([join(root, 'examples', drop)]);
  const manifest = await manifestFor(files, { name: drop });
  const created = await pushDrop(services.objects, manifest, files, () => undefined);
  output.progress(`  ${drop}: ${created ? `${files.length} files dropped` : 'was there already; showing its run'}`);
  // The bucket's event starts the run; asking again finds it, and covers a server that missed the event.
  await runs.start(drop);
  return watchRun(runs, drop, output);
};

const summary = (runs: readonly RunDocument[], { urls }: Stack, signIn: string | null): string =>
  [
    '',
    table([
      ['drop', 'items', 'annotations', 'α', 'head accuracy', 'baseline', 'n', 'rows', 'seconds'],
      ...runs.map((run) => {
        const [model] = run.models;
        const metrics = model?.metrics as
          | { accuracy: number; accuracyCi: [number, number]; lengthOnlyAccuracy: number; n: number }
          | undefined;
        const alphas = run.labels.flatMap((label) => (label.alpha === null ? [] : [label.alpha]));
        return [
          run.drop,
          run.items,
          run.annotations,
          alphas.length === 0 ? '–' : Math.min(...alphas).toFixed(2),
          metrics === undefined
            ? '–'
            : `${metrics.accuracy.toFixed(2)} (${metrics.accuracyCi.map((x) => x.toFixed(2)).join('–')})`,
          metrics === undefined ? '–' : metrics.lengthOnlyAccuracy.toFixed(2),
          metrics?.n ?? '–',
          run.datasets.reduce((sum, d) => sum + d.rows, 0),
          run.seconds.toFixed(1),
        ];
      }),
    ]),
    '',
    'α: Krippendorff’s, where items have several votes. Head accuracy: on n held-out',
    'pairs, with its 95 % interval, beside a baseline: the longer response wins (text),',
    'the side that won most in training (media).',
    '',
    ...runs.flatMap((run) => run.datasets.map((d) => `dataset ${d.name} ${d.version}: ${d.rows} rows`)),
    '',
    ...(signIn === null ? [] : [`Console      ${signIn}`]),
    `Temporal UI  ${urls.temporalUi}`,
    `API          ${urls.api}`,
    `S3           ${urls.s3}`,
  ].join('\n');
