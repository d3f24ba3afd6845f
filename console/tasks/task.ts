/** What a task is to the console: how its answer begins, when it is complete, and how it is given. */
import type { ComponentType } from 'react';
import type { z } from 'zod';
import type { Statement, Task, VALUES } from '../../schemas/annotation.ts';
import type { WorkItem } from '../../schemas/console.ts';
import type { Questions } from '../../schemas/questions.ts';

export type Value<T extends Task> = z.infer<(typeof VALUES)[T]>;

/** What of an item is shown to whoever answers. */
export type Asked = Pick<WorkItem, 'prompt' | 'promptMedia' | 'responses' | 'shown' | 'language'>;

export interface EditorProps<Draft> {
  readonly value: Draft;
  readonly onChange: (value: Draft) => void;
  readonly asked: Asked;
  readonly questions: Questions;
}

/** A task as its file states it. A draft is the task's value with holes, so that a given answer can be taken up again. */
export interface TaskDefinition<T extends Task, Draft> {
  readonly task: T;
  /** `beside`: a few controls beside the item; `over`: works on the item's content and takes its place. */
  readonly place: 'beside' | 'over';
  /** What a stored draft must look like to be taken up. */
  readonly draft: z.ZodType<Draft>;
  readonly initial: (asked: Asked, questions: Questions) => Draft;
  /** The answer; null: something is still missing. */
  readonly complete: (draft: Draft, questions: Questions) => Value<T> | null;
  /** Whether one key gives the whole answer, so that it may be sent at once. */
  readonly single?: (questions: Questions) => boolean;
  /** Keys and what they do. */
  readonly keys: readonly (readonly [keys: string, what: string])[];
  readonly Editor: ComponentType<EditorProps<Draft>>;
}

/** A task among others: drafts are opaque to whoever is not the task. */
export interface TaskKind
  extends Pick<TaskDefinition<Task, unknown>, 'task' | 'place' | 'initial' | 'keys' | 'Editor'> {
  readonly single: (questions: Questions) => boolean;
  /** The stored draft, or a new one where it is of another shape. */
  readonly restore: (stored: unknown, asked: Asked, questions: Questions) => unknown;
  readonly complete: (draft: unknown, questions: Questions) => Statement | null;
}

/** Hides the draft's type: what comes in was made by `initial` or checked by `restore`. */
export const defineTask = <T extends Task, Draft>(definition: TaskDefinition<T, Draft>): TaskKind => {
  const { task, draft, initial, complete, single } = definition;
  return {
    ...(definition as unknown as TaskDefinition<Task, unknown>),
    single: single ?? (() => false),
    restore: (stored, asked, questions) => draft.safeParse(stored).data ?? initial(asked, questions),
    complete: (given, questions) => {
      const value = complete(given as Draft, questions);
      return value === null ? null : ({ task, value } as unknown as Statement);
    },
  };
};
