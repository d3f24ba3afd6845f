/** `assay batch`: batches of items offered to people, and recorded annotators voting on them. */
import type { Context, Register } from '../context.ts';
import { table } from '../output.ts';
import { batchesOf, readRecordedVotes, replayVotes } from '../replay.ts';
import { withServices } from '../services.ts';

export const register: Register = (program, context) => {
  const batch = program.command('batch').description('batches offered to annotators');
  batch
    .command('ls')
    .description('open batches')
    .option('--run <drop>', 'only this run')
    .action((options: { run?: string }) => list(context, options.run));
  batch
    .command('show')
    .description('where a batch stands')
    .argument('<id>')
    .action(async (id: string) =>
      withServices(await context.config(), async (services) => {
        const state = await (await services.annotators()).state(full(id));
        context.output.result({ id: full(id), ...state }, (s) => JSON.stringify(s, null, 2));
      }),
    );
  batch
    .command('replay')
    .description('let recorded annotators vote through the same Updates as people')
    .argument('<id>', 'a batch, or a run for all of its batches')
    .requiredOption('--from <file>', 'JSONL rows {item, annotator, task, value} or {item, annotator, skip}')
    .action((id: string, { from }: { from: string }) => replay(context, id, from));
};

const full = (id: string): string => (id.startsWith('batch/') ? id : `batch/${id}`);

const list = async (context: Context, run: string | undefined): Promise<void> =>
  withServices(await context.config(), async (services) => {
    const batches = await (await services.annotators()).list(run?.replace(/^run\//, ''));
    context.output.result({ batches }, () =>
      batches.length === 0
        ? 'no open batches'
        : table([
            ['batch', 'items', 'votes', 'open', 'leased', 'in review'],
            ...batches.map((b) => [b.id, b.items, b.votes, b.open, b.leased, b.inReview]),
          ]),
    );
  });

const replay = async (context: Context, id: string, from: string): Promise<void> => {
  const votes = await readRecordedVotes(from);
  await withServices(await context.config(), async (services) => {
    const annotators = await services.annotators();
    const one = id.startsWith('batch/') || /\/(r\d+-)?\d+$/.test(id);
    const batches = one ? [full(id)] : batchesOf(annotators, await services.runs(), id.replace(/^run\//, ''));
    const result = await replayVotes({
      annotators,
      tables: services.tables,
      subject: services.subject,
      batches,
      votes,
    });
    context.output.result(
      result,
      (r) =>
        `${r.submitted} votes by ${r.annotators} annotators, ${r.skipped} skips, ${r.unused} rows without an open item`,
    );
  });
};
