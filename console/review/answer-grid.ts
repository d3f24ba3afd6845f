/** Answers of several people to one task, row by row: what can be compared at a glance. */
import type { Statement, Task } from '../../schemas/annotation.ts';
import { wordsOf } from '../item/answer-words.ts';
import { letterOf } from '../item/letters.ts';

export interface Given {
  readonly by: string;
  readonly statement: Statement;
}

export interface GridRow {
  readonly name: string;
  /** One a person, in their order; null: they did not say. */
  readonly cells: readonly (string | null)[];
  /** Two people say different things. */
  readonly differs: boolean;
}

const STEP = new Map([
  [1, '✓ right'],
  [0, '○ neutral'],
  [-1, '✗ wrong'],
]);
const yes = (value: boolean): string => (value ? '✓ yes' : '✗ no');

/** What one answer says, by row; `order` is that of the responses as the reviewer sees them. */
const linesOf = (statement: Statement, order: readonly number[]): [name: string, cell: string][] => {
  switch (statement.task) {
    case 'rating':
      return Object.entries(statement.value.aspects).map(([aspect, value]) => [aspect, String(value)]);
    case 'rubric':
      return Object.entries(statement.value.levels).map(([criterion, level]) => [criterion, String(level)]);
    case 'checklist':
      return Object.entries(statement.value.checks).map(([check, holds]) => [check, yes(holds)]);
    case 'safety':
      return [
        ['severity', String(statement.value.severity)],
        ['policies', statement.value.tags.toSorted().join(', ') || 'none'],
      ];
    case 'steps':
      return statement.value.labels.map((label, i) => [`step ${i + 1}`, STEP.get(label) ?? String(label)]);
    case 'binary':
      return [['good', yes(statement.value.good)]];
    case 'assertion':
      return [[statement.value.name, yes(statement.value.pass)]];
    case 'pairwise':
    case 'ranking':
    case 'keywords':
    case 'critique':
    case 'regions':
    case 'demonstration':
    case 'spans':
      return [['answer', wordsOf(statement, order)]];
  }
};

const responseOf = ({ value }: Statement): number | null => ('response' in value ? value.response : null);

/** Answers that are texts to read, not values to compare. */
export const isText = (task: Task): boolean => task === 'critique' || task === 'demonstration';

/** The rows of one task, in the order in which people mention them; columns are in the order of `people`. */
export const gridOf = (given: readonly Given[], people: readonly string[], responses: number): GridRow[] => {
  const order = Array.from({ length: responses }, (_, i) => i);
  const rows = new Map<string, Map<string, string>>();
  for (const { by, statement } of given)
    for (const [name, cell] of linesOf(statement, order)) {
      const response = responseOf(statement);
      const about = responses > 1 && response !== null ? `${letterOf(response)}: ${name}` : name;
      rows.set(about, (rows.get(about) ?? new Map()).set(by, cell));
    }
  return [...rows].map(([name, said]) => ({
    name,
    cells: people.map((by) => said.get(by) ?? null),
    differs: new Set(said.values()).size > 1,
  }));
};
