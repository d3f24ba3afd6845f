/** Installs a program by compiling it with Go: works wherever a Go module proxy is reachable, and takes minutes. */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type InstallOptions, missing, place } from './archive.ts';
import type { Tool } from './catalogue.ts';

/** Compiles into a folder of its own, so that a killed build leaves nothing that looks like a program. Throws ASY-9001. */
export const installWithGo = async (
  tool: Tool,
  { env, toolsDir, tell = () => undefined }: InstallOptions,
): Promise<string> => {
  const gobin = join(toolsDir, 'downloads', `go-${tool.name}`);
  rmSync(gobin, { recursive: true, force: true });
  mkdirSync(gobin, { recursive: true });
  try {
    await goInstall(`${tool.goPackage}@${tool.pinned}`, { ...env, GOBIN: gobin, CGO_ENABLED: '0' }, tell);
    return await place(tool, join(gobin, tool.name), toolsDir);
  } catch (error) {
    throw missing(tool, `go install: ${(error as Error).message}`, error);
  } finally {
    rmSync(gobin, { recursive: true, force: true });
  }
};

const goInstall = (target: string, env: NodeJS.ProcessEnv, tell: (news: string) => void): Promise<void> =>
  new Promise((done, failed) => {
    // -v names each package as it is compiled: the only sign of life in minutes.
    const go = spawn('go', ['install', '-v', target], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const last: string[] = [];
    let packages = 0;
    createInterface({ input: go.stderr }).on('line', (line) => {
      last.push(line);
      if (last.length > 5) last.shift();
      if (line.startsWith('go: downloading')) tell(line.slice(4));
      else tell(`go install, ${++packages} packages compiled`);
    });
    go.once('error', (error: NodeJS.ErrnoException) =>
      failed(error.code === 'ENOENT' ? new Error('Go is not installed') : error),
    );
    go.once('close', (code) => (code === 0 ? done() : failed(new Error(last.join(' | ') || `exit code ${code}`))));
  });
