/** Task queues (design §5): `pipeline` runs workflows, the others activities by what they need. */
export const QUEUES = ['pipeline', 'io', 'cpu', 'gpu', 'judge'] as const;
export type Queue = (typeof QUEUES)[number];
