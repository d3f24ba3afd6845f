/** What an answer says, in words: the letters are those under which the responses were shown. */
import type { Statement } from '../../schemas/annotation.ts';
import { letterOf } from './letters.ts';

const STEP = new Map([
  [1, 'right'],
  [0, 'neutral'],
  [-1, 'wrong'],
]);

const pairs = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');

export const wordsOf = (statement: Statement, shown: readonly number[]): string => {
  const letter = (response: number) => letterOf(Math.max(0, shown.indexOf(response)));
  switch (statement.task) {
    case 'pairwise': {
      const { preferred, strength } = statement.value;
      if (preferred === 'tie') return 'tie';
      return `${letter(preferred === 'a' ? 0 : 1)} is better${strength === null ? '' : `, by ${strength} of 4`}`;
    }
    case 'ranking':
      return statement.value.ranks.map((rank, response) => `${letter(response)} ${rank}.`).join(', ');
    case 'rating':
      return pairs(statement.value.aspects);
    case 'binary':
      return statement.value.good ? 'good' : 'not good';
    case 'critique':
      return `${statement.value.text}${statement.value.edited === null ? '' : '\n\n(with an edited response)'}`;
    case 'regions':
      return `${statement.value.marks.length} marks`;
    case 'keywords': {
      const { words, misaligned } = statement.value;
      return words.filter((_, i) => misaligned[i]).join(', ') || 'no word missed';
    }
    case 'steps':
      return statement.value.labels.map((label, i) => `${i + 1} ${STEP.get(label) ?? label}`).join(', ');
    case 'rubric':
      return pairs(statement.value.levels);
    case 'checklist':
      return pairs(statement.value.checks);
    case 'assertion':
      return `${statement.value.name}: ${statement.value.pass ? 'holds' : 'does not hold'}`;
    case 'safety':
      return statement.value.tags.length === 0
        ? 'nothing violated'
        : `${statement.value.tags.join(', ')}; severity ${statement.value.severity}`;
    case 'demonstration':
      return statement.value.text;
    case 'spans':
      return (
        statement.value.spans.map(({ start, end, tag }) => `${tag} ${start}–${end}`).join(', ') || 'nothing marked'
      );
  }
};
