/** A real Chromium for browser tests, and the console built for them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { root, toolsOf } from '../../cli/paths.ts';
import { viteBuild } from '../../scripts/tools/console.ts';
import { findTool } from '../../scripts/tools/find.ts';

/** Chromium as set-up found or installed it. Throws ASY-9001 where there is none. */
export const launchBrowser = async (): Promise<Browser> => {
  const { path } = await findTool('chromium', { env: process.env, toolsDir: toolsOf(process.env) });
  return chromium.launch({
    executablePath: path,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
  });
};

/** Builds the console into a folder, as people run it. */
export const buildConsole = async (outDir: string): Promise<string> => {
  await viteBuild(root, '--outDir', outDir);
  return outDir;
};

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds serious or critical on a page as it stands, a line each. */
export const seriousFaults = async (page: Page): Promise<string[]> => {
  // Evaluated, not inserted as a script: the page's own policy allows no scripts but the console's.
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations;
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`));
};
