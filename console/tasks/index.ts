/** Every task the console can ask. */
import type { Task } from '../../schemas/annotation.ts';
import { assertion } from './assertion.tsx';
import { binary } from './binary.tsx';
import { checklist } from './checklist.tsx';
import { critique } from './critique.tsx';
import { demonstration } from './demonstration.tsx';
import { keywords } from './keywords.tsx';
import { pairwise } from './pairwise.tsx';
import { ranking } from './ranking.tsx';
import { rating } from './rating.tsx';
import { regions } from './regions/index.tsx';
import { rubric } from './rubric.tsx';
import { safety } from './safety.tsx';
import { spans } from './spans/index.tsx';
import { steps } from './steps.tsx';
import type { TaskKind } from './task.ts';

export const TASK_KINDS: Readonly<Record<Task, TaskKind>> = {
  pairwise,
  ranking,
  rating,
  binary,
  critique,
  regions,
  keywords,
  steps,
  rubric,
  checklist,
  assertion,
  safety,
  demonstration,
  spans,
};
