import { describe, expect, it } from 'vitest';
import { ackText, listText, lookText, putText, showText } from '../../cli/monitor-text.ts';
import type { Reading } from '../../schemas/monitor.ts';
import { LabelDrift } from '../../schemas/monitor-kinds.ts';

const reason =
  'labels of rating moved: PSI 3.912 over 120 and 120 labels is above 0.25, and p = 1e-12 is below 0.01 after Holm over 2 tests';
const reading: Reading = {
  state: 'red',
  reason,
  figures: [
    { name: 'psi rating', value: 3.91234567, ci: [3.1, 4.7654321], n: 120, limit: 0.25 },
    { name: 'change point', value: 12, ci: null, n: 9, limit: null },
  ],
};
const acknowledged = { by: 'curator', at: '2026-01-02T03:04:05.000Z', note: 'a stricter guideline since autumn' };
const alert = {
  n: 2,
  since: '2026-01-01T03:04:05.000Z',
  acknowledged,
  delivery: { at: '2026-01-01T03:04:06.000Z', delivered: false, reason: 'ASY-6508 hooks.test declined the alert: 404' },
};
const monitor = {
  name: 'labels',
  when: { every: '1d' },
  note: 'ratings of this week against those of spring, which everybody agreed upon before anything was trained',
  watch: LabelDrift.parse({ kind: 'label-drift' }),
  webhookHost: 'hooks.test',
  newest: { number: 3, at: '2026-01-03T03:04:05.000Z', reading },
  alert,
};
const record = { number: 3, look: 'run', at: '2026-01-03T03:04:05.000Z', reading, alert };

const texts = {
  put: putText({ monitors: [{ name: 'labels', done: 'created', kind: 'label-drift', when: { cron: '0 3 * * *' } }] }),
  ls: listText({ monitors: [{ ...monitor, next: '2026-01-04T00:00:00.000Z', paused: false }] }),
  show: showText({ monitor, records: [record], before: null }),
  run: lookText({
    workflowId: 'monitor/labels-2026',
    look: { number: 3, at: record.at, reading, alert, delivery: 'delivered' },
  }),
  ack: ackText({ monitor: 'labels', alert: 2, acknowledged }),
};

describe('what `assay monitor` prints', () => {
  it.each(Object.entries(texts))('%s fits into 80 columns', (_, text) => {
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('shows what was found, with intervals and limits, and what came of the alert', () => {
    expect(texts.show).toContain('labels: label-drift, every 1d; alerts hooks.test');
    expect(texts.show).toMatch(/psi rating {4}3\.912 {2}3\.1 … 4\.765 {2}120 {2}0\.25/);
    expect(texts.show).toContain('alert labels/2 stands since 2026-01-01 03:04; not posted: ASY-6508');
    expect(texts.show).toContain('noted by curator, 2026-01-02 03:04: a stricter guideline since autumn');
    expect(texts.ls).toMatch(/^labels {2}red {4}2026-01-03 03:04 {2}#2 noted {2}2026-01-04 00:00$/m);
  });

  it('says where there is nothing yet', () => {
    expect(listText({ monitors: [] })).toBe('no monitors yet');
    const fresh = { ...monitor, webhookHost: null, newest: null, alert: null };
    expect(showText({ monitor: fresh, records: [], before: null })).toContain('has not looked yet');
    expect(listText({ monitors: [{ ...fresh, next: null, paused: true }] })).toContain('paused');
    expect(lookText({ workflowId: 'monitor/labels-2026', look: null })).toBe('monitor/labels-2026 started');
  });
});
