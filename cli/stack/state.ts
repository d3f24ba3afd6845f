/** `.assay/stack.json`: what runs, where, and how to recognise it. Written by the supervisor, read by everyone. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { stackFiles } from '../paths.ts';

export const Ports = z.object({ http: z.int(), s3: z.int(), temporal: z.int(), ui: z.int() });
export type Ports = z.infer<typeof Ports>;

export const ProcessState = z.object({
  name: z.string(),
  /** 0 while it is not running. */
  pid: z.int(),
  token: z.string(),
  port: z.int().nullable(),
  status: z.enum(['waiting', 'starting', 'ready', 'restarting', 'stopped']),
  restarts: z.int(),
});
export type ProcessState = z.infer<typeof ProcessState>;

export const StackState = z.object({
  version: z.literal(1),
  /** The supervisor. */
  pid: z.int(),
  token: z.string(),
  status: z.enum(['starting', 'running', 'stopping', 'failed']),
  /** Why it failed, from the catalogue; null otherwise. */
  error: z.object({ name: z.string(), reason: z.string() }).nullable(),
  home: z.string(),
  ports: Ports,
  urls: z.object({ api: z.string(), s3: z.string(), temporalUi: z.string() }),
  processes: z.array(ProcessState),
  logs: z.string(),
});
export type StackState = z.infer<typeof StackState>;

/** The recorded state, or null when there is none or it cannot be understood (an older version, a broken file). */
export const readState = (home: string): StackState | null => {
  try {
    return StackState.parse(JSON.parse(readFileSync(stackFiles(home).state, 'utf8')));
  } catch {
    return null;
  }
};

/** Replaces the state in one step: a reader sees the old or the new, never half. */
export const writeState = (state: StackState): void =>
  writeAtomically(stackFiles(state.home).state, `${JSON.stringify(state, null, 2)}\n`, 0o644);

export const removeState = (home: string): void => rmSync(stackFiles(home).state, { force: true });

/** Writes a file beside its place and renames it. */
export const writeAtomically = (file: string, text: string, mode: number): void => {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { mode });
  renameSync(temporary, file);
};
