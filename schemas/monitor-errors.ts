/** Faults of monitors, their alerts and the halt switch: 6501 … 6529 of the catalogue. */
import type { Entry } from './error-entry.ts';

export const MONITOR_ERRORS = {
  'ASY-6501': {
    name: 'MonitorsInvalid',
    retry: false,
    text: (d) => `${d['file']}: ${d['reason']}`,
    fix: 'docs/reference/monitors.md lists what each kind of monitor takes; nothing was changed',
  },
  'ASY-6502': {
    name: 'ScheduleRefused',
    retry: false,
    text: (d) => `Temporal refuses the Schedule ${d['id']}: ${d['reason']}`,
    fix: 'correct `when`: `every: 15m | 6h | 1d`, or five fields of cron in UTC',
  },
  'ASY-6503': {
    name: 'ScheduleNotFound',
    retry: false,
    text: (d) => `no Schedule ${d['id']}`,
    fix: 'put it again: `assay monitor put FILE`, `assay retention put FILE`',
  },
  'ASY-6504': {
    name: 'MonitorNotFound',
    retry: false,
    text: (d) => `no monitor ${d['monitor']}`,
    fix: 'list monitors with `assay monitor ls`; `assay monitor put FILE` makes them',
  },
  'ASY-6505': {
    name: 'NoAlertStands',
    retry: false,
    text: (d) => `no alert of monitor ${d['monitor']} waits for somebody: ${d['reason']}`,
    fix: 'nothing is to be done; `assay monitor show NAME` has its readings',
  },
  'ASY-6506': {
    name: 'WebhookRefused',
    retry: false,
    text: (d) => `nothing is posted to ${d['webhook']}: ${d['reason']}`,
    fix: 'https to a host in ASSAY_ALERT_HOSTS of the worker, which needs ASSAY_ALERT_KEY; a host of one’s own network stands there as host:port',
  },
  'ASY-6507': {
    name: 'WebhookUnanswered',
    retry: true,
    text: (d) => `${d['webhook']} took no alert: ${d['reason']}`,
    fix: 'it is tried again for a while; then the alert is noted as undelivered',
  },
  'ASY-6508': {
    name: 'WebhookDeclined',
    retry: false,
    text: (d) => `${d['webhook']} declined the alert: ${d['reason']}`,
    fix: 'look at the receiver: it must answer 2xx, without a redirect',
  },
  'ASY-6509': {
    name: 'ExportHalted',
    retry: false,
    text: (d) => `monitor ${d['monitor']} halts the export, its alert ${d['alert']} stands: ${d['reason']}`,
    fix: 'look into it; after `assay monitor ack NAME --by WHO --note WHY`, or a green reading, `assay run resume DROP` goes on',
  },
  'ASY-6510': {
    name: 'HaltUnknown',
    retry: false,
    text: (d) => `monitor ${d['monitor']} halts the export: ${d['reason']}`,
    fix: '`assay monitor put FILE` and `assay monitor run NAME --wait`, then `assay run resume DROP`; or take it out of `export.haltOn`',
  },
} as const satisfies Record<string, Entry>;
