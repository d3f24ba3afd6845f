/** `assay model score`: rewards of the rows of a file, streamed. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { RESPONSES, type Rejected, readScoreRows, SOLUTIONS } from '../../activities/score-rows.ts';
import { type ScoredResponse, type ScoredSolution, scoreResponses, scoreSolutions } from '../../activities/scored.ts';
import { type Judge, openJudge } from '../../activities/scorers.ts';
import type { StepReduction } from '../../models/process-reward.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { Context } from '../context.ts';
import { bytesOf } from '../file-bytes.ts';
import { loadRemotes } from '../remotes.ts';
import { withServices } from '../services.ts';

type Scored = ScoredResponse | ScoredSolution;

interface Options {
  readonly model: string;
  readonly version?: string;
  readonly out?: string;
  readonly steps?: StepReduction;
}

/** Writes each batch as JSON Lines; returns how many rows. */
const writeTo = async (out: string, batches: AsyncIterable<readonly Scored[]>): Promise<number> => {
  const stream = createWriteStream(out);
  await once(stream, 'open');
  let rows = 0;
  for await (const batch of batches) {
    rows += batch.length;
    if (!stream.write(batch.map((row) => `${JSON.stringify(row)}\n`).join(''))) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
  return rows;
};

/** Scores of a file as the head judges: whole responses, or step by step. Throws ASY-9005 for `steps` with another head. */
const scoreFile = (
  { kind, scorer }: Judge,
  file: string,
  steps: StepReduction | undefined,
  reject: (row: Rejected) => void,
): AsyncIterable<readonly Scored[]> => {
  if (kind === 'process')
    return scoreSolutions(scorer, readScoreRows(bytesOf(file), SOLUTIONS, reject), steps ?? 'product');
  if (steps !== undefined)
    throw new AssayError('ASY-9005', { reason: `--steps goes with a process head; ${scorer.model} is none` });
  return scoreResponses(scorer, readScoreRows(bytesOf(file), RESPONSES, reject));
};

/** A score for people: which step fails first, or which front of its prompt it is on, where the head says. */
const lineOf = (row: Scored): string => {
  const more =
    'steps' in row
      ? [row.firstWrong === null ? 'every step likely right' : `step ${row.firstWrong + 1} likely wrong`]
      : row.front === undefined
        ? []
        : [`front ${row.front}`];
  return [row.score, row.id, ...more].join('\t');
};

export const registerScore = (model: Command, context: Context): void => {
  const { output } = context;
  model
    .command('score')
    .description('rewards of prompts and responses in a file')
    .argument('<file>', 'JSON Lines with id, prompt, response (of a process head: completions) and perhaps language')
    .requiredOption('--model <name>', 'a head, or remote/<name> from the file that ASSAY_REMOTES names')
    .option('--version <version>', 'another than the promoted one')
    .option('--out <file>', 'write the scores there as JSON Lines, however many there are')
    .addOption(
      new Option('--steps <how>', 'a process head’s score of a solution from its steps; product unless told').choices([
        'product',
        'min',
      ] satisfies StepReduction[]),
    )
    .action(async (file: string, { model: name, version, out, steps }: Options) => {
      const config = await context.config();
      await withServices(config, async ({ objects }) => {
        const judge = await openJudge({ objects, remotes: loadRemotes(config, context.env) }, name, version);
        const rejected: Rejected[] = [];
        const scores = scoreFile(judge, file, steps, (row) => {
          rejected.push(row);
          output.warn(`${file}:${row.line}: ${row.code} ${row.message}`);
        });
        let done = 0;
        const batches = async function* () {
          for await (const batch of scores) {
            yield batch;
            done += batch.length;
            if (output.interactive) output.progress(`${done} scored`);
          }
        };
        const of = { model: judge.scorer.model, version: judge.scorer.version };
        if (out === undefined) {
          const all = (await Array.fromAsync(batches())).flat();
          output.result({ ...of, scores: all, rejected }, (d) => d.scores.map(lineOf).join('\n'));
        } else {
          const rows = await writeTo(out, batches());
          output.result(
            { ...of, out, rows, rejected },
            (d) => `${d.rows} scores of ${d.model} ${d.version} in ${d.out}`,
          );
        }
        if (rejected.length > 0) context.exit(1);
      });
    });
};
