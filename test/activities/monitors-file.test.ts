import { describe, expect, it } from 'vitest';
import { parseMonitors } from '../../activities/monitors-file.ts';
import { When } from '../../schemas/when.ts';

const labels = `- name: labels
  when: { every: 1d }
  watch: { kind: label-drift }
`;

describe('monitors.yaml', () => {
  it('is a list of monitors; what is not said takes its default', () => {
    const [first, second, ...more] = parseMonitors(
      `${labels}- name: scores
  when: { cron: "0 3 * * *" }
  webhook: https://hooks.example.org/x
  note: nightly
  watch: { kind: score-drift, model: helpful }
`,
      'monitors.yaml',
    );
    expect(first).toMatchObject({ name: 'labels', webhook: null, watch: { kind: 'label-drift' } });
    expect(second).toMatchObject({ when: { cron: '0 3 * * *' }, note: 'nightly', watch: { model: 'helpful' } });
    expect(more).toEqual([]);
  });

  it.each([
    ['an empty file', '', '1:1', 'monitors'],
    ['no YAML', '- name: [', '1:', ''],
    ['a name twice', labels + labels, '4:9', 'labels is named twice'],
    ['a time that is none', labels.replace('1d', '1w'), '2:18', '15m, 6h, 1d'],
    ['two times', labels.replace('1d', '1d, cron: "0 3 * * *"'), '2:9', 'every: 15m | 6h | 1d'],
    ['a kind there is none of', labels.replace('label-drift', 'moon'), '3:18', '0.watch.kind'],
    ['a key of no kind', labels.replace('drift }', 'drift, limits: 3 }'), '3:39', 'limits'],
    ['a webhook with a password', `${labels}  webhook: https://a:b@h.test/\n`, '4:12', 'password'],
  ])('%s is refused, with its place', (_, yaml, place, reason) => {
    const read = () => parseMonitors(yaml, 'monitors.yaml');
    expect(read).toThrow(expect.objectContaining({ code: 'ASY-6501' }));
    expect(read).toThrow(`monitors.yaml:${place}`);
    expect(read).toThrow(reason);
  });
});

describe('when', () => {
  it.each([
    { every: '15m' },
    { every: '6h' },
    { every: '1d' },
    { cron: '0 3 * * *' },
    { cron: '*/5 8-18/2 1,15 jan-MAR MON-FRI' },
    { cron: '59 23 31 12 7' },
  ])('%j is one', (when) => expect(When.parse(when)).toEqual(when));

  it.each([
    {},
    { every: '0m' },
    { every: '1 d' },
    { every: '10s' },
    { cron: '@daily' },
    { cron: '* * * *' },
    { cron: '0 24 * * *' },
    { cron: '0 0 0 * *' },
    { cron: '5-1 * * * *' },
    { cron: '*/0 * * * *' },
    { cron: '0 0 * * MOON' },
    { cron: '0  3 * * *' },
  ])('%j is none', (when) => expect(When.safeParse(when).success).toBe(false));
});
