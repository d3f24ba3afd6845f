import type { Task } from '../../schemas/annotation.ts';

/** The drafts of one item, a draft per task. */
export type Answers = Readonly<Partial<Record<Task, unknown>>>;
