/** `assay run`: watch a run, decide at its gate. */
import type { z } from 'zod';
import { ReworkRequest, Verdict } from '../../schemas/approval.ts';
import { AssayError } from '../../schemas/errors.ts';
import { createAudit } from '../../server/audit/log.ts';
import type { Context, Register } from '../context.ts';
import { personOf } from '../person.ts';
import { withServices } from '../services.ts';
import { runDocument, runText, watchRun } from '../watch.ts';

export const register: Register = (program, context) => {
  const run = program.command('run').description('watch a run, decide at its gate');
  run
    .command('show')
    .description('where a run stands')
    .argument('<drop>')
    .option('--watch', 'follow it to its end')
    .action((drop: string, { watch }: { watch?: boolean }) => show(context, bare(drop), watch === true));
  run
    .command('resume')
    .description('start a failed run again: what is done stays done')
    .argument('<drop>')
    .option('--wait', 'follow it to its end')
    .action((drop: string, { wait }: { wait?: boolean }) => again(context, bare(drop), wait === true));
  run
    .command('approve')
    .description('let a waiting run publish its dataset')
    .argument('<drop>')
    .option('--by <name>', 'who decides', personOf(context))
    .option('--note <text>', 'why', '')
    .action((drop: string, verdict: object) => decide(context, bare(drop), 'approve', verdict));
  run
    .command('reject')
    .description('end a waiting run without a dataset')
    .argument('<drop>')
    .option('--by <name>', 'who decides', personOf(context))
    .option('--note <text>', 'why', '')
    .action((drop: string, verdict: object) => decide(context, bare(drop), 'reject', verdict));
  run
    .command('rework')
    .description('send items of a waiting run back to people')
    .argument('<drop>')
    .option('--by <name>', 'who decides', personOf(context))
    .option('--note <text>', 'why', '')
    .option('--item <id...>', 'items to judge again (default: those whose votes disagree)')
    .action((drop: string, { item, ...verdict }: { item?: string[] }) =>
      decide(context, bare(drop), 'rework', { ...verdict, ...(item === undefined ? {} : { itemIds: item }) }),
    );
};

/** Runs are named by their drop; `run/<drop>`, as Temporal shows them, is understood too. */
const bare = (name: string): string => name.replace(/^run\//, '');

const checked = <T extends z.ZodType>(schema: T, input: object): z.infer<T> => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const option = issue?.path[0] === 'itemIds' ? 'item' : String(issue?.path[0]);
  throw new AssayError('ASY-9005', { reason: `--${option}: ${issue?.message}` });
};

const show = async (context: Context, drop: string, watch: boolean): Promise<void> =>
  withServices(await context.config(), async (services) => {
    const runs = await services.runs();
    const state = await runs.state(drop);
    const document = watch
      ? await watchRun(runs, drop, context.output)
      : runDocument(drop, state.status, state.stage, state.report);
    context.output.result(document, runText);
    if (document.status === 'failed' || document.status === 'rejected') context.exit(1);
  });

const again = async (context: Context, drop: string, wait: boolean): Promise<void> =>
  withServices(await context.config(), async (services) => {
    const runs = await services.runs();
    if (!(await runs.exists(drop))) throw new AssayError('ASY-4001', { run: drop });
    const { workflowId, started } = await runs.start(drop);
    if (!wait) {
      const { status } = await runs.state(drop);
      const text = started
        ? `${workflowId} started again`
        : `${workflowId} is ${status}: only a failed run starts again`;
      context.output.result({ run: workflowId, drop, status, started }, () => text);
      return;
    }
    const document = await watchRun(runs, drop, context.output);
    context.output.result(document, runText);
    if (document.status !== 'completed') context.exit(1);
  });

const decide = async (
  context: Context,
  drop: string,
  decision: 'approve' | 'reject' | 'rework',
  input: object,
): Promise<void> =>
  withServices(await context.config(), async (services) => {
    const runs = await services.runs();
    if (decision === 'rework') await runs.rework(drop, checked(ReworkRequest, input));
    else await runs[decision](drop, checked(Verdict, input));
    await createAudit(services.objects).record({ by: 'command-line', action: decision, target: { run: drop } });
    const done = { approve: 'approved', reject: 'rejected', rework: 'sent back' }[decision];
    context.output.result({ run: `run/${drop}`, decision: done }, () => `run/${drop} ${done}`);
  });
