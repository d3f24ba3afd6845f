/** `assay model score`: rewards of the rows of a file, streamed. */
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { readJsonRows } from '../../activities/importers/json-rows.ts';
import { openScorer } from '../../activities/scorers.ts';
import type { Scorer } from '../../models/scorer.ts';
import { LIMITS } from '../../schemas/drop.ts';
import { AssayError } from '../../schemas/errors.ts';
import { Language } from '../../schemas/primitives.ts';
import type { Context } from '../context.ts';
import { loadRemotes } from '../remotes.ts';
import { withServices } from '../services.ts';

const Row = z.object({
  id: z.union([z.string(), z.number().transform(String)]),
  prompt: z.string(),
  response: z.string(),
  language: Language.nullish().transform((language) => language ?? null),
});
type Row = z.infer<typeof Row>;

interface Scored {
  readonly id: string;
  readonly score: number;
  readonly std: number | null;
  readonly ood: number | null;
}

interface Rejected {
  /** Lines count from 1. */
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

/** Rows scored at once. */
const BATCH = 256;

/** Scores a file's rows in order, batch by batch; rows that cannot be used go to `reject`. Throws ASY-7002 where the file cannot be read. */
async function* scoreFile(scorer: Scorer, file: string, reject: (row: Rejected) => void): AsyncGenerator<Scored[]> {
  let rows: Row[] = [];
  const flush = async (): Promise<Scored[]> => {
    const outputs = await scorer.score(rows);
    const scored = outputs.map(({ value, std, ood }, i) => ({ id: rows[i]?.id ?? '', score: value, std, ood }));
    rows = [];
    return scored;
  };
  for await (const { row: line, value, fault } of readJsonRows(bytesOf(file), { rowBytes: LIMITS.rowBytes })) {
    const row = fault === undefined ? rowOf(value) : fault;
    if (row instanceof AssayError) reject({ line, code: row.code, message: row.message });
    else rows.push(row);
    if (rows.length === BATCH) yield await flush();
  }
  if (rows.length > 0) yield await flush();
}

/** The row, or ASY-2002 naming the field that is wrong. */
const rowOf = (value: unknown): Row | AssayError => {
  const parsed = Row.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return new AssayError('ASY-2002', { path: issue?.path.join('.') || 'row', reason: issue?.message });
};

async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(file);
  } catch (cause) {
    throw new AssayError('ASY-7002', { file, reason: (cause as Error).message }, { cause });
  }
}

/** Writes each batch as JSON Lines; returns how many rows. */
const writeTo = async (out: string, batches: AsyncIterable<Scored[]>): Promise<number> => {
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

export const registerScore = (model: Command, context: Context): void => {
  const { output } = context;
  model
    .command('score')
    .description('rewards of prompts and responses in a file')
    .argument('<file>', 'JSON Lines with id, prompt, response and perhaps language')
    .requiredOption('--model <name>', 'a head, or remote/<name> from the file that ASSAY_REMOTES names')
    .option('--version <version>', 'another than the promoted one')
    .option('--out <file>', 'write the scores there as JSON Lines, however many there are')
    .action(async (file: string, { model: name, version, out }: { model: string; version?: string; out?: string }) => {
      const config = await context.config();
      await withServices(config, async ({ objects }) => {
        const scorer = await openScorer({ objects, remotes: loadRemotes(config, context.env) }, name, version);
        const rejected: Rejected[] = [];
        let done = 0;
        const batches = async function* () {
          for await (const batch of scoreFile(scorer, file, (row) => {
            rejected.push(row);
            output.warn(`${file}:${row.line}: ${row.code} ${row.message}`);
          })) {
            yield batch;
            done += batch.length;
            if (output.interactive) output.progress(`${done} scored`);
          }
        };
        const of = { model: scorer.model, version: scorer.version };
        if (out === undefined) {
          const scores = (await Array.fromAsync(batches())).flat();
          output.result({ ...of, scores, rejected }, (d) => d.scores.map((s) => `${s.score}\t${s.id}`).join('\n'));
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
