/** Installs a program from its project's release archive, after checking the archive's hash. */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AssayError } from '../../schemas/errors.ts';
import type { Platform, Release, Tool } from './catalogue.ts';
import { discard, download, downloadText, LIMITS, type Limits, sha256OfFile } from './download.ts';
import { check, type Places } from './find.ts';

export interface InstallOptions extends Places {
  readonly tell?: (news: string) => void;
  readonly limits?: Limits;
  readonly platform?: Platform;
}

/**
 * Puts the program into `<toolsDir>/bin` and returns its path. The archive must have the hash of the release's own list of
 * checksums, and the hash pinned in the catalogue where there is one; ASY-9001 says which did not agree. Broken off, it goes on
 * next time: bytes are collected in `<toolsDir>/downloads`, and the program appears in one rename.
 */
export const installArchive = async (tool: Tool, options: InstallOptions): Promise<string> => {
  const { env, toolsDir, tell = () => undefined, limits = LIMITS } = options;
  const platform = options.platform ?? thisPlatform();
  const release = tool.release;
  const archive = release?.archives[platform];
  if (release === undefined || archive === undefined) throw missing(tool, `no release for ${platform}`);
  const base = (env[release.variable] ?? release.base).replace(/\/$/, '');
  const downloads = join(toolsDir, 'downloads');
  const part = join(downloads, `${archive.file}.part`);
  try {
    const expected = await publishedSum(release, base, archive.file, limits);
    await download(`${base}/${archive.file}`, part, { limits, tell: (bytes, of) => tell(megabytes(bytes, of)) });
    const found = await sha256OfFile(part);
    for (const [source, sum] of [
      ['published', expected],
      ['pinned', archive.sha256],
    ] as const) {
      if (sum === undefined || sum === found) continue;
      discard(part);
      throw new Error(`${archive.file} has SHA-256 ${found}, not the ${source} ${sum}`);
    }
    const path = await unpack(tool, part, toolsDir);
    discard(part);
    return path;
  } catch (error) {
    throw missing(tool, (error as Error).message, error);
  }
};

/** The release's own statement of the archive's SHA-256: lines of `<hex>  <file>`. */
const publishedSum = async (release: Release, base: string, file: string, limits: Limits): Promise<string> => {
  const text = await downloadText(`${base}/${release.checksums}`, limits);
  for (const line of text.split('\n')) {
    const [sum = '', name = ''] = line.trim().split(/\s+\*?/);
    if (name === file && /^[0-9a-f]{64}$/i.test(sum)) return sum.toLowerCase();
  }
  throw new Error(`${release.checksums} has no line for ${file}`);
};

const unpack = async (tool: Tool, archive: string, toolsDir: string): Promise<string> => {
  const folder = `${archive}.d`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    await promisify(execFile)('tar', ['-xzf', archive, '-C', folder]);
    const inside = [folder, ...readdirSync(folder).map((name) => join(folder, name))].map((place) =>
      join(place, tool.name),
    );
    const binary = inside.find((path) => existsSync(path));
    if (binary === undefined) throw new Error(`no ${tool.name} inside the archive`);
    return await place(tool, binary, toolsDir);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Moves a program that was proved to run into `<toolsDir>/bin`. */
export const place = async (tool: Tool, binary: string, toolsDir: string): Promise<string> => {
  chmodSync(binary, 0o755);
  const checked = await check(tool, binary);
  if ('reason' in checked) throw new Error(checked.reason);
  mkdirSync(join(toolsDir, 'bin'), { recursive: true });
  const path = join(toolsDir, 'bin', tool.name);
  renameSync(binary, path);
  return path;
};

const thisPlatform = (): Platform => `${process.platform}-${process.arch}` as Platform;

const megabytes = (bytes: number, of: number | null): string =>
  `${(bytes / 1e6).toFixed(1)}${of === null ? '' : ` of ${(of / 1e6).toFixed(1)}`} MB`;

export const missing = (tool: Tool, reason: string, cause?: unknown): AssayError =>
  new AssayError('ASY-9001', { tool: tool.name, reason }, { cause });
