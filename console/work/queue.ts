/** The items in hand: the first is on the page, the others wait. */
import type { WorkItem } from '../../schemas/console.ts';

type Named = Pick<WorkItem, 'batch' | 'item'>;

/** Whether both are of one item. */
export const same = (a: Named, b: Named): boolean => a.batch === b.batch && a.item === b.item;

/** Adds what a claim brought: known items take their new lease, new ones come last, those being sent are left out. */
export const arrive = (
  queue: readonly WorkItem[],
  claimed: readonly WorkItem[],
  sent: readonly Named[],
): WorkItem[] => [
  ...queue.map((one) => ({ ...one, leaseEnds: claimed.find((work) => same(work, one))?.leaseEnds ?? one.leaseEnds })),
  ...claimed.filter((work) => ![...queue, ...sent].some((one) => same(one, work))),
];

/** Puts an item on the page, before all others. */
export const front = (queue: readonly WorkItem[], work: WorkItem): WorkItem[] => [work, ...leave(queue, work)];

/** Without an item. */
export const leave = (queue: readonly WorkItem[], work: Named): WorkItem[] => queue.filter((one) => !same(one, work));
