import { AssayError } from '../schemas/errors.ts';
import { Monitors } from '../schemas/monitor.ts';
import { parseYaml } from './yaml-text.ts';

/** The monitors of a `monitors.yaml`. Throws ASY-6501 with the line and column of the first fault. */
export const parseMonitors = (text: string, file: string): Monitors =>
  parseYaml(text, Monitors, {
    name: 'monitors',
    empty: [],
    fault: ({ line, column, reason }) => new AssayError('ASY-6501', { file: `${file}:${line}:${column}`, reason }),
  });
