/** Installs what comes from the system: by its package manager, where that needs no password. */
import { spawnSync } from 'node:child_process';
import { missing } from './archive.ts';
import type { Tool } from './catalogue.ts';
import { findTool, type Places } from './find.ts';

interface Manager {
  readonly command: string;
  readonly needsRoot: boolean;
  readonly steps: (name: string) => readonly (readonly string[])[];
}

const MANAGERS: readonly Manager[] = [
  {
    command: 'apt-get',
    needsRoot: true,
    steps: (name) => [
      ['update', '-q'],
      ['install', '-y', '-q', '--no-install-recommends', name],
    ],
  },
  { command: 'dnf', needsRoot: true, steps: (name) => [['install', '-y', '-q', name]] },
  { command: 'apk', needsRoot: true, steps: (name) => [['add', '--no-cache', name]] },
  { command: 'brew', needsRoot: false, steps: (name) => [['install', '-q', name]] },
];

/** Installs a package and returns the path of the program; ASY-9001 says why no package manager could be used. */
export const installFromSystem = async (
  tool: Tool,
  packageName: string,
  places: Places,
  uid = process.getuid?.() ?? 1,
): Promise<string> => {
  const refusals: string[] = [];
  for (const manager of MANAGERS) {
    const ran = tryManager(manager, packageName, places, uid);
    if (ran === null) continue;
    if (ran !== true) refusals.push(`${manager.command}: ${ran}`);
    else return (await findTool(tool.name, places)).path;
  }
  throw missing(tool, `${refusals.join('; ') || 'no package manager was found'}; ${tool.hint}`);
};

/** True when it installed; why not; or null where this manager is not there. */
const tryManager = (manager: Manager, name: string, { env }: Places, uid: number): true | string | null => {
  const call = (command: string, args: readonly string[]) =>
    spawnSync(command, args, {
      env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
      encoding: 'utf8',
      timeout: 600_000,
    });
  if (call(manager.command, ['--version']).error !== undefined) return null;
  const asRoot = manager.needsRoot && uid !== 0;
  if (asRoot && call('sudo', ['-n', 'true']).status !== 0) return 'needs root, and sudo asks for a password';
  for (const step of manager.steps(name)) {
    const result = asRoot ? call('sudo', ['-n', manager.command, ...step]) : call(manager.command, step);
    if (result.status !== 0)
      return (result.stderr ?? '').trim().split('\n').slice(-2).join(' | ') || `exit code ${result.status}`;
  }
  return true;
};
