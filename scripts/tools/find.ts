/** Finds the programs Assay runs: on PATH, then among those it installed. */
import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { AssayError } from '../../schemas/errors.ts';
import { compareVersions, TOOLS, type Tool, type ToolName } from './catalogue.ts';

export interface FoundTool {
  readonly name: ToolName;
  /** As the program states it; the empty string where it states none. */
  readonly version: string;
  readonly path: string;
}

export interface Places {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly toolsDir: string;
}

/** The first usable copy. Throws ASY-9001 with every place looked at and why what lies there does not do. */
export const findTool = async (name: ToolName, places: Places): Promise<FoundTool> => {
  const tool = TOOLS[name];
  const refused: string[] = [];
  for (const path of candidates(tool, places)) {
    const checked = await check(tool, path);
    if ('version' in checked) return { name, version: checked.version, path };
    refused.push(`${path}: ${checked.reason}`);
  }
  const reason = refused.length > 0 ? refused.join('; ') : 'neither on PATH nor in .tools/bin';
  throw new AssayError('ASY-9001', { tool: name, reason });
};

/** Whether the program at `path` is new enough and can do what Assay needs: its version, or the reason why not. */
export const check = async (tool: Tool, path: string): Promise<{ version: string } | { reason: string }> => {
  const output = await run(path, tool.versionArgs);
  if (output === null) return { reason: 'it does not run' };
  const version = tool.version(output);
  if (version !== null)
    return tool.minimum !== null && compareVersions(version, tool.minimum) < 0
      ? { reason: `version ${version} is older than ${tool.minimum}` }
      : { version };
  if (tool.proves === undefined) return { reason: 'it does not state its version' };
  const proof = (await run(path, tool.proves.args)) ?? '';
  const missing = tool.proves.words.filter((word) => !proof.includes(word));
  return missing.length === 0 ? { version: '' } : { reason: `it does not know ${missing.join(', ')}` };
};

const candidates = (tool: Tool, { env, toolsDir }: Places): string[] => {
  const folders = [...(env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), join(toolsDir, 'bin')];
  const paths = folders.flatMap((folder) => tool.commands.map((command) => join(folder, command)));
  return [...new Set(paths)].filter(isExecutable);
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** Standard output and error of a program, or null if it cannot run or fails. */
const run = (path: string, args: readonly string[]): Promise<string | null> =>
  new Promise((done) => {
    execFile(path, [...args], { timeout: 20_000, maxBuffer: 4 << 20 }, (error, stdout, stderr) =>
      done(error === null ? `${stdout}${stderr}` : null),
    );
  });
