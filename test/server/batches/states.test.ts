import { describe, expect, it, vi } from 'vitest';
import type { BatchState } from '../../../schemas/batch.ts';
import { AssayError } from '../../../schemas/errors.ts';
import { createStates } from '../../../server/batches/states.ts';

const stateOf = (votes: number): BatchState => ({
  run: 'r',
  batch: 0,
  tasks: ['pairwise'],
  guideline: '1',
  items: 1,
  redundancy: 2,
  votes,
  open: 2 - votes,
  free: 2 - votes,
  leased: 0,
  skipped: 0,
  inReview: 0,
  ruled: 0,
  checks: { asked: 0, right: 0 },
  paused: 0,
  done: votes === 2,
});
const away = () => new AssayError('ASY-3005', { address: 'TEMPORAL_ADDRESS', reason: 'away' });

const setUp = () => {
  const clock = { now: 0 };
  const ask = vi.fn<(batch: string) => Promise<BatchState>>();
  return { clock, ask, states: createStates(ask, () => clock.now) };
};

describe('states of batches', () => {
  it('come from what Updates answer, without asking', async () => {
    const { clock, ask, states } = setUp();
    expect(states.saw('b', stateOf(1))).toEqual(stateOf(1));
    clock.now = 3000;
    expect(await states.of('b')).toEqual(stateOf(1));
    expect(ask).not.toHaveBeenCalled();
  });

  it('are asked for once by all who want one, and not again while fresh', async () => {
    const { ask, states } = setUp();
    ask.mockResolvedValue(stateOf(0));
    expect(await Promise.all([states.of('b'), states.of('b'), states.of('b')])).toEqual([0, 0, 0].map(stateOf));
    await states.of('b');
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('are given at once where they are a little old, and asked for beside that', async () => {
    const { clock, ask, states } = setUp();
    states.saw('b', stateOf(0));
    clock.now = 4000;
    ask.mockResolvedValue(stateOf(1));
    expect(await states.of('b')).toEqual(stateOf(0));
    await vi.waitFor(async () => expect(await states.of('b')).toEqual(stateOf(1)));
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('hold where nobody answers, however many want them; what was never known is a fault', async () => {
    const { clock, ask, states } = setUp();
    states.saw('b', stateOf(1));
    clock.now = 60_000;
    ask.mockRejectedValue(away());
    expect(await Promise.all([states.of('b'), states.of('b')])).toEqual([stateOf(1), stateOf(1)]);
    expect(ask).toHaveBeenCalledTimes(1);
    await expect(states.of('other')).rejects.toThrow('away');
  });

  it('an answer asked for before an Update does not undo what the Update said', async () => {
    const { clock, ask, states } = setUp();
    let answer: (state: BatchState) => void = () => undefined;
    ask.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const asked = states.of('b');
    clock.now = 10;
    states.saw('b', stateOf(2));
    answer(stateOf(0));
    expect(await asked).toEqual(stateOf(2));
    expect(await states.of('b')).toEqual(stateOf(2));
  });

  it('of a batch that has ended there is none, and those no longer listed are forgotten', async () => {
    const { clock, ask, states } = setUp();
    states.saw('b', stateOf(1));
    clock.now = 60_000;
    ask.mockRejectedValueOnce(new AssayError('ASY-4005', { batch: 'b' }));
    expect(await states.of('b')).toBeNull();
    states.saw('c', stateOf(1));
    states.keep(['b']);
    ask.mockResolvedValueOnce(stateOf(0));
    expect(await states.of('c')).toEqual(stateOf(0));
  });
});
