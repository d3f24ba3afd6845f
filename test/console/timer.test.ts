import { expect, it } from 'vitest';
import { Break } from '../../console/work/break.ts';
import { ActiveTimer } from '../../console/work/timer.ts';

const at = () => {
  const clock = { now: 0 };
  return { clock, now: () => clock.now };
};

it('counts from sign to sign, at most a minute after each', () => {
  const { clock, now } = at();
  const timer = new ActiveTimer(now);
  timer.sign();
  clock.now = 10_000;
  timer.sign();
  clock.now = 500_000;
  expect(timer.seconds).toBe(70);
  expect(timer.idle).toBe(true);
  timer.sign();
  clock.now = 501_000;
  expect(timer.seconds).toBe(71);
  expect(timer.idle).toBe(false);
});

it('stands still while hidden and goes on from a draft', () => {
  const { clock, now } = at();
  const timer = new ActiveTimer(now, 30);
  timer.sign();
  clock.now = 5_000;
  timer.pause();
  clock.now = 50_000;
  expect(timer.seconds).toBe(35);
  timer.sign();
  clock.now = 51_000;
  expect(timer.seconds).toBe(36);
});

it('a clock set back takes nothing away', () => {
  const { clock, now } = at();
  const timer = new ActiveTimer(now);
  clock.now = 10_000;
  timer.sign();
  clock.now = 2_000;
  timer.sign();
  expect(timer.seconds).toBe(0);
});

it('a run says how long a rest is', () => {
  const worked = new Break();
  worked.saw(600, 600_000, 900_000);
  worked.saw(60, 600_000 + 60_000 + 600_000, 900_000);
  expect(worked.minutes).toBe(11);
  worked.saw(60, 1_260_000 + 60_000 + 900_000, 900_000);
  expect(worked.minutes).toBe(1);
});

it('work adds up until somebody rests, by button or by five minutes away', () => {
  const worked = new Break();
  worked.saw(600, 600_000);
  worked.saw(600, 1_200_000);
  expect(worked.minutes).toBe(20);
  worked.saw(60, 1_200_000 + 60_000 + 300_000);
  expect(worked.minutes).toBe(1);
  worked.rested();
  expect(worked.minutes).toBe(0);
});
