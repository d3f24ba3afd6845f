/** Gets each program Assay runs, by the first way that works (design.md §9). */
import { isAssayError } from '../../schemas/errors.ts';
import { type InstallOptions, installArchive, missing } from './archive.ts';
import { type ServerName, TOOLS, type Tool } from './catalogue.ts';
import { findTool } from './find.ts';
import { installWithGo } from './go.ts';
import type { Progress } from './progress.ts';
import { installFromSystem } from './system.ts';

/** Finds the program or installs it. Throws ASY-9001 listing every way tried and the hint. */
export const obtain = async (
  tool: Tool,
  options: InstallOptions,
  ways: readonly ((tool: Tool, options: InstallOptions) => Promise<string>)[],
  note: (line: string) => void,
): Promise<string> => {
  const reasons: string[] = [];
  try {
    const { version, path } = await findTool(tool.name, options);
    return `${version || tool.pinned}, ${path}`;
  } catch (error) {
    reasons.push(reasonOf(error));
  }
  for (const way of ways) {
    try {
      return `installed as ${await way(tool, options)}`;
    } catch (error) {
      reasons.push(reasonOf(error));
      note(`${tool.name}: ${reasonOf(error)}`);
    }
  }
  throw missing(tool, `${reasons.join('; ')}; ${tool.hint}`);
};

const reasonOf = (error: unknown): string => (isAssayError(error) ? String(error.details['reason']) : String(error));

/** Temporal and versitygw: PATH, .tools/bin, release archive, `go install`. */
export const obtainServer = (name: ServerName, options: InstallOptions, progress: Progress): Promise<void> =>
  progress.step(name, (tell) =>
    obtain(TOOLS[name], { ...options, tell }, [installArchive, installWithGo], progress.note),
  );

/** ffmpeg and ffprobe: PATH, the system's package manager. */
export const obtainFfmpeg = async (options: InstallOptions, progress: Progress): Promise<void> => {
  for (const name of ['ffmpeg', 'ffprobe'] as const)
    await progress.step(name, () =>
      obtain(TOOLS[name], options, [(tool, places) => installFromSystem(tool, 'ffmpeg', places)], progress.note),
    );
};
