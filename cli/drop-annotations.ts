/** `assay drop annotations`: what has been said of a drop, in the form of another tool. */
import type { Command } from 'commander';
import { z } from 'zod';
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
  readonly asOf?: string;
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
    .option('--as-of <time>', 'what held then: a date (as it begins, UTC) or a time with its offset, ISO 8601')
    .option('--media-url <prefix>', 'address that media are served under; they are then not copied')
    .option(
      '--without-people',
      'leave completed_by out, which Label Studio’s server refuses for people it does not know',
    )
    .action((name: string, options: Options) => write(context, name, options));
};

/** Milliseconds since 1970. Throws ASY-9005 for what is neither a date nor a time with its offset. */
const timeOf = (text: string): number => {
  const time = z.union([z.iso.date(), z.iso.datetime({ offset: true })]).safeParse(text);
  if (!time.success)
    throw new AssayError('ASY-9005', { reason: `--as-of ${text}: a date, or a time as 2026-11-30T12:00:00Z` });
  return Date.parse(time.data);
};

const write = async (
  context: Context,
  drop: string,
  { format, out, task, asOf, mediaUrl, withoutPeople = false }: Options,
): Promise<void> => {
  const asked = Task.optional().safeParse(task);
  if (!asked.success) throw new AssayError('ASY-9005', { reason: `--task ${task}: one of ${Task.options.join(', ')}` });
  const then = asOf === undefined ? undefined : timeOf(asOf);
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
      ...(then === undefined ? {} : { asOf: then }),
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
