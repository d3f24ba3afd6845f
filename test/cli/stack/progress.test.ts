import { describe, expect, it } from 'vitest';
import { describeProgress } from '../../../cli/stack/progress.ts';
import type { ProcessState } from '../../../cli/stack/state.ts';

const process = (status: ProcessState['status'], restarts = 0): ProcessState[] => [
  { name: 'worker', pid: 1, token: 't', port: null, status, restarts },
];
const said = (past: ProcessState[], ...states: ProcessState[][]): string[] => {
  const lines: string[] = [];
  const listen = describeProgress((line) => lines.push(line.replace(/ \([\d.]+ s\)$/, '').trim()), past);
  for (const state of states) listen(state);
  return lines;
};

describe('describeProgress', () => {
  it('says once that a process is ready', () => {
    expect(said([], process('waiting'), process('starting'), process('ready'), process('ready'))).toEqual(['✓ worker']);
  });

  it('says nothing of what was ready before', () => {
    expect(said(process('ready', 2), process('ready', 2))).toEqual([]);
  });

  it('tells a restart and its end, also when both fell between two looks', () => {
    const news = ['! worker ended and is restarted (1)', '✓ worker'];
    expect(said([], process('ready'), process('restarting', 1), process('starting', 1), process('ready', 1))).toEqual([
      '✓ worker',
      ...news,
    ]);
    expect(said(process('ready'), process('ready', 1))).toEqual(news);
  });
});
