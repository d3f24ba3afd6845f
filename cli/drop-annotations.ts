/** `assay drop annotations`: what has been said of a drop, in the form of another tool. */
import type { Command } from 'commander';
import { exportAnnotations, INTERCHANGE_FORMATS } from '../activities/interchange/export.ts';
import { Task } from '../schemas/annotation.ts';
import { AssayError } from '../schemas/errors.ts';
import { WebUrl } from '../schemas/primitives.ts';
import type { Context } from './context.ts';
import { intoFolder } from './out-folder.ts';
import { withServices } from './services.ts';

interface Options {
  readonly format: string;
  readonly out: string;
  readonly task?: string;
  readonly mediaUrl?: string;
  readonly withoutPeople?: boolean;
}

/** Files printed one by one; media are too many. */
const LISTED = 12;

export const registerAnnotations = (drop: Command, context: Context): void => {
  drop
    .command('annotations')
    .description('write what has been said of a drop for another tool')
    .argument('<name>')
    .requiredOption('--format <format>', INTERCHANGE_FORMATS.join(', '))
    .requiredOption('--out <dir>', 'folder to write to')
    .option('--task <task>', 'annotations of this task only')
    .option('--media-url <prefix>', 'address that media are served under; they are then not copied')
    .option(
      '--without-people',
      'leave completed_by out, which Label Studio’s server refuses for people it does not know',
    )
    .action((name: string, options: Options) => write(context, name, options));
};

const write = async (
  context: Context,
  drop: string,
  { format, out, task, mediaUrl, withoutPeople = false }: Options,
): Promise<void> => {
  const asked = Task.optional().safeParse(task);
  if (!asked.success) throw new AssayError('ASY-9005', { reason: `--task ${task}: one of ${Task.options.join(', ')}` });
  if (mediaUrl !== undefined && !WebUrl.safeParse(mediaUrl).success)
    throw new AssayError('ASY-9005', { reason: '--media-url: an http or https address without a password' });
  if (withoutPeople && format !== 'label-studio')
    throw new AssayError('ASY-9005', { reason: '--without-people is of --format label-studio' });
  await withServices(await context.config(), async (services) => {
    const wanted = {
      drop,
      format,
      withoutPeople,
      ...(asked.data === undefined ? {} : { task: asked.data }),
      ...(mediaUrl === undefined ? {} : { mediaUrl }),
    };
    const { result, files } = await intoFolder(out, (folder) => exportAnnotations(services, wanted, folder));
    const { leftOut, ...said } = result;
    context.output.result({ ...said, files, leftOut }, (d) =>
      [
        `${d.drop}: ${d.annotations} annotations on ${d.items} items as ${d.format}`,
        ...d.files.slice(0, LISTED),
        ...(d.files.length > LISTED ? [`… and ${d.files.length - LISTED} more files`] : []),
        ...Object.entries(d.leftOut).map(([reason, n]) => `not shown by the form: ${reason}: ${n}`),
      ].join('\n'),
    );
  });
};
