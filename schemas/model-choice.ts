import { z } from 'zod';
import { NAME } from './primitives.ts';

const REMOTE = 'remote/';

/** `score.model`: NAME (the version that serves), NAME@VERSION, or remote/NAME of the file that ASSAY_REMOTES names. */
export const ModelChoice = z
  .string()
  .regex(
    new RegExp(`^(${REMOTE}${NAME}|${NAME}(@[A-Za-z0-9._-]{1,64})?)$`),
    'name a head (NAME or NAME@VERSION) or a remote model (remote/NAME)',
  );

/** The name of a remote model in the file that ASSAY_REMOTES names; null where `id` is not of one. */
export const remoteName = (id: string): string | null => (id.startsWith(REMOTE) ? id.slice(REMOTE.length) : null);
