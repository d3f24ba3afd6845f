/** Chromium for browser tests: PATH, the system's package manager, the browser that Playwright's authors build. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { InstallOptions } from './archive.ts';
import { TOOLS, type Tool } from './catalogue.ts';
import { check } from './find.ts';
import { obtain } from './install.ts';
import type { Progress } from './progress.ts';
import { installFromSystem } from './system.ts';

const CLI = join(import.meta.dirname, '../../node_modules/playwright-core/cli.js');

/** Playwright's build, under the tools; `bin/chromium` leads to it. */
const installFromPlaywright = async (tool: Tool, { toolsDir, env }: InstallOptions): Promise<string> => {
  const folder = join(toolsDir, 'browsers');
  await promisify(execFile)(process.execPath, [CLI, 'install', '--no-shell', 'chromium'], {
    env: { ...env, PLAYWRIGHT_BROWSERS_PATH: folder },
    timeout: 600_000,
  });
  const binary = readdirSync(folder)
    .filter((name) => name.startsWith('chromium-'))
    .flatMap((name) => ['chrome-linux64/chrome', 'chrome-linux/chrome'].map((file) => join(folder, name, file)))
    .find((file) => existsSync(file));
  if (binary === undefined) throw new Error('Playwright has no Chromium for this platform');
  const checked = await check(tool, binary);
  if ('reason' in checked) throw new Error(checked.reason);
  mkdirSync(join(toolsDir, 'bin'), { recursive: true });
  const path = join(toolsDir, 'bin', tool.name);
  rmSync(path, { force: true });
  symlinkSync(binary, path);
  return path;
};

export const obtainChromium = (options: InstallOptions, progress: Progress): Promise<void> =>
  progress.step('chromium', () =>
    obtain(
      TOOLS.chromium,
      options,
      [(tool, places) => installFromSystem(tool, 'chromium', places), installFromPlaywright],
      progress.note,
    ),
  );
