/** Ports of a stack: as configured, else the usual ones, else free ones. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { AssayError } from '../../schemas/errors.ts';
import type { Env } from '../paths.ts';
import type { Ports } from './state.ts';

export const DEFAULT_PORTS: Ports = { http: 7400, s3: 7070, temporal: 7233, ui: 8233 };

const VARIABLES: Record<keyof Ports, string> = {
  http: 'ASSAY_HTTP_PORT',
  s3: 'ASSAY_S3_PORT',
  temporal: 'ASSAY_TEMPORAL_PORT',
  ui: 'ASSAY_UI_PORT',
};

/** Which ports are fixed: those of the environment, and `free` for none of them. 0 means "any free one". */
export type PortChoice = Partial<Ports> | 'free';

/**
 * One port for each service, all different. A configured port that is taken throws ASY-9002; `before` (the ports of the stack
 * that last ran in this home) are kept where they are free, so that links people saved still work; a default that is taken gives way.
 */
export const choosePorts = async (choice: PortChoice, before: Ports | null = null): Promise<Ports> => {
  const chosen: Partial<Ports> = {};
  for (const name of ['http', 's3', 'temporal', 'ui'] as const) {
    const used = Object.values(chosen);
    const fixed = choice === 'free' ? 0 : choice[name];
    if (fixed !== undefined && fixed !== 0) {
      if (used.includes(fixed) || !(await isFree(fixed))) throw new AssayError('ASY-9002', { port: fixed });
      chosen[name] = fixed;
      continue;
    }
    const preferred = [before?.[name], fixed === 0 ? undefined : DEFAULT_PORTS[name]];
    chosen[name] = await firstFree(preferred, used);
  }
  return chosen as Ports;
};

/** Ports named in the environment. Throws ASY-9006 for what is not a port. */
export const portsOf = (env: Env): Partial<Ports> => {
  const ports: Partial<Ports> = {};
  for (const [name, variable] of Object.entries(VARIABLES) as [keyof Ports, string][]) {
    const text = env[variable];
    if (text === undefined || text === '') continue;
    const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    if (!(port <= 65_535)) throw new AssayError('ASY-9006', { variable, reason: `${text} is not a port (0 to 65535)` });
    ports[name] = port;
  }
  return ports;
};

const firstFree = async (preferred: readonly (number | undefined)[], used: readonly number[]): Promise<number> => {
  for (const port of preferred) if (port !== undefined && !used.includes(port) && (await isFree(port))) return port;
  for (;;) {
    // Below the range from which systems give ports to outgoing connections: nothing takes it while a service restarts.
    const port = randomInt(20_000, 32_000);
    if (!used.includes(port) && (await isFree(port))) return port;
  }
};

/** True when nothing listens on the port, on loopback or on all addresses. */
export const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => done(true)));
  });
