/** The remote models that the file named by ASSAY_REMOTES describes. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { Remotes } from '../activities/adapters/remote/config.ts';
import { createRemotes, type RemoteModels } from '../activities/adapters/remote/index.ts';
import { AssayError } from '../schemas/errors.ts';
import type { Config } from './config.ts';
import type { Env } from './paths.ts';

const invalid = (reason: string, cause?: unknown): AssayError =>
  new AssayError('ASY-9006', { variable: 'ASSAY_REMOTES', reason }, { cause });

const readRemotes = (file: string): Remotes => {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw invalid(`${file}: ${(cause as Error).message}`, cause);
  }
  const parsed = Remotes.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`${file}: ${issue?.path.join('.') || 'file'}: ${issue?.message}`);
};

/** Remote models by name, none where no file is named; keys are read from `env`. Throws ASY-9006 on a file or key that is wrong. */
export const loadRemotes = ({ remotes }: Pick<Config, 'remotes'>, env: Env): RemoteModels =>
  createRemotes(remotes === null ? {} : readRemotes(remotes), (variable) => {
    const key = env[variable];
    if (key === undefined || key === '')
      throw new AssayError('ASY-9006', { variable, reason: 'not set: it holds a key' });
    return key;
  });
