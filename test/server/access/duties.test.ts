import { describe, expect, it } from 'vitest';
import { CONFLICTS, type Duty, refuseConflict } from '../../../server/access/duties.ts';

describe('duties', () => {
  it.each(CONFLICTS)('who did $did may not do $wants on the same $object', ({ object, did, wants }) => {
    expect(() => refuseConflict(object, [did], wants)).toThrow(expect.objectContaining({ code: 'ASY-8009' }));
    expect(() => refuseConflict(object, [], wants)).not.toThrow();
  });

  it('that do not conflict may be done by one person', () => {
    const duties: Duty[] = ['author', 'red-team', 'vote', 'rule'];
    const allowed = duties
      .flatMap((did) => duties.map((wants) => ({ did, wants })))
      .filter(
        ({ did, wants }) =>
          !CONFLICTS.some((rule) => rule.object === 'item' && rule.did === did && rule.wants === wants),
      );
    for (const { did, wants } of allowed) expect(() => refuseConflict('item', [did], wants)).not.toThrow();
  });
});
