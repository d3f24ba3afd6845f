/** `assay monitor`: what is watched, what was found, and taking note of it. */
import { InvalidArgumentError } from 'commander';
import { acknowledge, listMonitors, putMonitor, removeMonitor, showMonitor } from '../../activities/monitor-catalog.ts';
import { parseMonitors } from '../../activities/monitors-file.ts';
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import { Acknowledgement } from '../../schemas/monitor.ts';
import { createAudit } from '../../server/audit/log.ts';
import { createMonitorSchedules, type MonitorSchedules } from '../../server/monitor-schedules.ts';
import type { Context, Register } from '../context.ts';
import { bytesNamed } from '../file-bytes.ts';
import { ackText, listText, lookText, putText, showText } from '../monitor-text.ts';
import { personOf } from '../person.ts';
import { type Services, withServices } from '../services.ts';

const some = (text: string): number => {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1 || n > 1000) throw new InvalidArgumentError('1 to 1000.');
  return n;
};

export const register: Register = (program, context) => {
  const monitor = program
    .command('monitor')
    .description('watch what people and models say, and be told when it changes');
  monitor
    .command('put')
    .description('create the monitors of a file, or make those there are as it says')
    .argument('<file>', 'monitors.yaml')
    .action((file: string) => put(context, file));
  monitor
    .command('ls')
    .description('monitors, what they found last, when they look next')
    .action(() => list(context));
  monitor
    .command('show')
    .description('what a monitor watches and found')
    .argument('<name>')
    .option('--readings <n>', 'how many of the last readings', some, 10)
    .action((name: string, { readings }: { readings: number }) => show(context, name, readings));
  monitor
    .command('run')
    .description('let a monitor look now')
    .argument('<name>')
    .option('--wait', 'say what it found')
    .action((name: string, { wait }: { wait?: boolean }) => look(context, name, wait === true));
  monitor
    .command('rm')
    .description('watch no longer; readings and alerts stay')
    .argument('<name>')
    .action((name: string) => remove(context, name));
  monitor
    .command('ack')
    .description('take note of the alert that stands: it halts no export any more')
    .argument('<name>')
    .option('--by <name>', 'who takes note', personOf(context))
    .requiredOption('--note <text>', 'what it was, or what is done about it')
    .action((name: string, options: { by: string; note: string }) => ack(context, name, options));
};

const withMonitors = async (
  context: Context,
  work: (services: Services, schedules: MonitorSchedules) => Promise<void>,
): Promise<void> =>
  withServices(await context.config(), async (services) => {
    const { api, heartbeatMs } = services.config;
    await work(services, createMonitorSchedules(await services.client(), { links: { api }, timing: { heartbeatMs } }));
  });

const put = async (context: Context, file: string): Promise<void> => {
  const monitors = parseMonitors((await bytesNamed(file)).toString('utf8'), file);
  await withMonitors(context, async ({ objects }, schedules) => {
    const done = [];
    for (const monitor of monitors) {
      // First what is watched: a Schedule must find it when it fires.
      await putMonitor(objects, monitor);
      done.push({
        name: monitor.name,
        done: await schedules.put(monitor),
        kind: monitor.watch.kind,
        when: monitor.when,
      });
    }
    context.output.result({ monitors: done }, putText);
  });
};

const list = (context: Context): Promise<void> =>
  withMonitors(context, async ({ objects }, schedules) => {
    const [monitors, scheduled] = await Promise.all([listMonitors(objects), schedules.list()]);
    const listed = monitors.map((monitor) => {
      const { next = null, paused = false } = scheduled.get(monitor.name) ?? {};
      return { ...monitor, next, paused };
    });
    context.output.result({ monitors: listed }, listText);
  });

const show = async (context: Context, name: string, limit: number): Promise<void> =>
  withServices(await context.config(), async ({ objects }) => {
    context.output.result(await showMonitor(objects, name, { limit }), showText);
  });

const look = (context: Context, name: string, wait: boolean): Promise<void> =>
  withMonitors(context, async ({ objects }, schedules) => {
    if ((await objects.head(keys.monitor(name))) === null) throw new AssayError('ASY-6504', { monitor: name });
    const started = await schedules.look(name);
    const found = wait ? await schedules.result(started) : null;
    context.output.result({ monitor: name, ...started, look: found }, lookText);
  });

const remove = (context: Context, name: string): Promise<void> =>
  withMonitors(context, async ({ objects }, schedules) => {
    const known = (await objects.head(keys.monitor(name))) !== null;
    const scheduled = await schedules.remove(name);
    if (!known && !scheduled) throw new AssayError('ASY-6504', { monitor: name });
    await removeMonitor(objects, name);
    context.output.result({ monitor: name, removed: true }, () => `${name} watches no longer; its readings stay`);
  });

const ack = async (context: Context, name: string, { by, note }: { by: string; note: string }): Promise<void> => {
  const said = Acknowledgement.safeParse({ by, at: new Date().toISOString(), note });
  if (!said.success) {
    const [issue] = said.error.issues;
    throw new AssayError('ASY-9005', { reason: `--${String(issue?.path[0])}: ${issue?.message}` });
  }
  await withServices(await context.config(), async ({ objects }) => {
    const done = await acknowledge(objects, name, said.data);
    const target = { monitor: name, alert: String(done.alert) };
    await createAudit(objects).record({ by: 'command-line', action: 'acknowledge', target });
    context.output.result({ monitor: name, ...done }, ackText);
  });
};
