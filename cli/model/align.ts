/** `assay model align`: MAPO's preference pairs from answers in several languages, without a stack. */
import { access, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { resolveEncoder } from '../../models/encoders/index.ts';
import { alignmentDocument } from '../../models/mapo/document.ts';
import { embeddingAlignment } from '../../models/mapo/embedding-alignment.ts';
import { remoteAlignment } from '../../models/mapo/remote-alignment.ts';
import type { AlignmentScorer } from '../../models/mapo/scorer.ts';
import { openSeq2Seq } from '../../models/mapo/seq2seq.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { Context } from '../context.ts';
import { table } from '../output.ts';
import type { Env } from '../paths.ts';
import { loadRemotes } from '../remotes.ts';

interface Options {
  readonly scorer: string;
  readonly pivot: string;
  readonly references: 'correct' | 'all';
  readonly mean: 'tokens' | 'padded';
  readonly out: string;
  readonly scores?: string;
}

/** The contents of a JSON file of a model folder. */
const jsonOf = async (path: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new AssayError('ASY-5003', { file: path, reason: (cause as Error).message }, { cause });
  }
};

const openFolder = async (folder: string, mean: Options['mean']): Promise<AlignmentScorer> => {
  const [tokenizer, tokenizerConfig, config] = await Promise.all(
    ['tokenizer.json', 'tokenizer_config.json', 'config.json'].map((name) => jsonOf(join(folder, name))),
  );
  return openSeq2Seq(
    {
      name: basename(folder),
      encoder: join(folder, 'encoder_model.onnx'),
      decoder: join(folder, 'decoder_model.onnx'),
      tokenizer,
      tokenizerConfig,
      config,
    },
    { mean },
  );
};

const REMOTE = 'remote/';

/** What `--scorer` names; remote models are those of the file in ASSAY_REMOTES, and need no stack. */
const openScorer = async ({ scorer, mean }: Options, env: Env): Promise<AlignmentScorer> => {
  const remotes = () => loadRemotes({ remotes: env['ASSAY_REMOTES'] ?? null }, env);
  if (scorer.startsWith(REMOTE)) return remoteAlignment(remotes().scorer(scorer.slice(REMOTE.length)));
  const at = scorer.indexOf(':');
  const [kind, name] = at < 0 ? [scorer, 'auto'] : [scorer.slice(0, at), scorer.slice(at + 1)];
  if (kind === 'seq2seq') return openFolder(name, mean);
  const encoder = name.startsWith(REMOTE)
    ? remotes().encoder(name.slice(REMOTE.length))
    : await resolveEncoder(name, 'text');
  if (encoder.embedder === null) throw new AssayError('ASY-5037', { encoder: encoder.manifest.id });
  return embeddingAlignment(encoder.embedder);
};

const scorerName = (value: string): string => {
  if (/^(embedding(:.+)?|seq2seq:.+|remote\/.+)$/.test(value)) return value;
  throw new InvalidArgumentError('embedding, embedding:ENCODER, seq2seq:FOLDER or remote/NAME');
};

const textOf = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new AssayError('ASY-7002', { file, reason: (cause as Error).message }, { cause });
  }
};

const refused =
  (file: string) =>
  (cause: unknown): never => {
    throw new AssayError('ASY-9005', { reason: `${file}: ${(cause as Error).message}` }, { cause });
  };

const writeRows = (file: string, rows: readonly object[]): Promise<void> =>
  writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join('')).catch(refused(file));

export const registerAlign = (model: Command, { env, output }: Context): void => {
  model
    .command('align')
    .description('preference pairs from answers in several languages: the right one that agrees with the pivot wins')
    .argument('<file>', 'JSON Lines with question_id, language, prompt, response and answer')
    .requiredOption('--scorer <scorer>', 'embedding, embedding:ENCODER, seq2seq:FOLDER or remote/NAME', scorerName)
    .requiredOption('--out <file>', 'where the pairs go, as rows of TRL’s preference type')
    .option('--scores <file>', 'where the score of every answer goes')
    .option('--pivot <language>', 'the language that answers are held against', 'en')
    .addOption(
      new Option('--references <which>', 'answers in the pivot language to hold against')
        .choices(['correct', 'all'])
        .default('correct'),
    )
    .addOption(
      new Option('--mean <over>', 'what a seq2seq loss is a mean over: padded is the released MAPO code’s')
        .choices(['tokens', 'padded'])
        .default('tokens'),
    )
    .action(async (file: string, options: Options) => {
      // Scoring may take hours: a folder that is not there is said first.
      for (const out of [options.out, options.scores])
        if (out !== undefined) await access(dirname(out)).catch(refused(out));
      const text = await textOf(file);
      const { pairs, scored, report } = await alignmentDocument(text, file, await openScorer(options, env), {
        pivot: options.pivot,
        references: options.references,
        onProgress: (done) => output.progress(`${done} answers held against references`),
      });
      await writeRows(options.out, pairs);
      if (options.scores !== undefined)
        await writeRows(
          options.scores,
          scored.map(({ question: question_id, ...rest }) => ({ question_id, ...rest })),
        );
      output.result({ ...report, out: options.out }, (d) =>
        [
          `${d.pairs} pairs (${d.train} train, ${d.dev} dev) by ${d.scorer} → ${d.out}`,
          table([
            ['language', 'answers', 'empty', 'unreferenced', 'right', 'wrong', 'pairs', 'mean score'],
            ...Object.entries(d.languages).map(([language, c]) => [
              language,
              c.answers,
              c.empty,
              c.unreferenced,
              c.right,
              c.wrong,
              c.pairs,
              c.meanScore?.toFixed(4) ?? '–',
            ]),
          ]),
        ].join('\n'),
      );
    });
};
