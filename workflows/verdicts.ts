import type { ReworkRequest, Verdict } from '../schemas/approval.ts';
import { fault } from './failures.ts';

/** Throws ASY-4004 where it does not say who decides, or says too much. */
export const checkVerdict = (verdict: Verdict): void => {
  if (typeof verdict?.by !== 'string' || verdict.by === '' || verdict.by.length > 200)
    throw fault('ASY-4004', { reason: 'say who decides: {"by": "…", "note": "…"}' });
  const note: unknown = verdict.note ?? '';
  if (typeof note !== 'string' || note.length > 2000)
    throw fault('ASY-4004', { reason: 'note: a text of at most 2000 characters' });
};

/** Throws ASY-4004 where the verdict or the list of items is none. */
export const checkRework = (request: ReworkRequest): void => {
  checkVerdict(request);
  const ids: unknown = request.itemIds ?? undefined;
  const fits = Array.isArray(ids) && ids.length <= 500 && ids.every((id) => typeof id === 'string' && id.length <= 64);
  if (ids !== undefined && !fits) throw fault('ASY-4004', { reason: 'itemIds: a list of at most 500 item ids' });
};
