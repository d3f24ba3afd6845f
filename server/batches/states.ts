/** Where batches stand, as far as it is known here: from what Updates answer, and asked for where that is old. */
import type { BatchState } from '../../schemas/batch.ts';
import { isAssayError } from '../../schemas/errors.ts';

export interface States {
  /** Remembers what an Update answered, and hands it on. */
  saw(batch: string, state: BatchState): BatchState;
  /** Null for a batch that has ended. Throws where nothing is known and nobody answers. */
  of(batch: string): Promise<BatchState | null>;
  /** Forgets all other batches. */
  keep(batches: readonly string[]): void;
}

/** Older than this a state is asked for again, beside the answer that is given at once. */
const FRESH_MS = 3000;
/** Older than this it is waited for. */
const OLD_MS = 10_000;

/**
 * A worker that comes back has every batch's history to replay; asking it for all states at every claim would keep it from
 * anything else. So a batch is asked once at a time, and where nobody answers what was known before holds.
 */
export const createStates = (ask: (batch: string) => Promise<BatchState>, now: () => number = Date.now): States => {
  const known = new Map<string, { readonly state: BatchState; readonly at: number }>();
  const asking = new Map<string, Promise<BatchState | null>>();

  const refresh = async (batch: string): Promise<BatchState | null> => {
    const began = now();
    try {
      const state = await ask(batch);
      const newer = known.get(batch);
      if (newer !== undefined && newer.at > began) return newer.state;
      known.set(batch, { state, at: began });
      return state;
    } catch (error) {
      if (isAssayError(error) && error.code === 'ASY-4005') {
        known.delete(batch);
        return null;
      }
      const before = known.get(batch);
      if (before === undefined) throw error;
      return before.state;
    } finally {
      asking.delete(batch);
    }
  };
  const asked = (batch: string): Promise<BatchState | null> => {
    const answer = asking.get(batch) ?? refresh(batch);
    asking.set(batch, answer);
    return answer;
  };

  return {
    saw(batch, state) {
      known.set(batch, { state, at: now() });
      return state;
    },
    async of(batch) {
      const entry = known.get(batch);
      const age = entry === undefined ? Number.POSITIVE_INFINITY : now() - entry.at;
      if (entry === undefined || age > OLD_MS) return asked(batch);
      // It cannot fail: where nobody answers, what is known holds.
      if (age > FRESH_MS) void asked(batch);
      return entry.state;
    },
    keep(batches) {
      const wanted = new Set(batches);
      for (const batch of known.keys()) if (!wanted.has(batch)) known.delete(batch);
    },
  };
};
