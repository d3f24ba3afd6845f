/** How far the sources of one item agree where an answer is more than one value: whole rankings, marked words, spans. */
import type { Annotation, Task } from '../../schemas/annotation.ts';
import { kendallW } from '../agreement/kendall-w.ts';
import { meanOverPairs, spanF1, wordF1 } from '../agreement/spans.ts';
import { type RoundOf, sourceOf, speaking } from './votes.ts';

export interface ItemAgreement {
  readonly task: Task;
  /** `kendall-w` of rankings; `word-f1` and `span-f1`, the mean over pairs of sources. */
  readonly name: 'kendall-w' | 'word-f1' | 'span-f1';
  readonly value: number;
}

type Of<T extends Task> = Extract<Annotation, { task: T }>['value'];

/** By response, each source's statement of its newest round on the task, in the order of their ids. */
const statements = <T extends Task>(
  heard: readonly Annotation[],
  task: T,
  roundOf: RoundOf,
): readonly (readonly Of<T>[])[] => {
  const responses = new Map<number, Map<string, { value: Of<T>; round: number }>>();
  for (const annotation of heard) {
    if (annotation.task !== task || annotation.ruling) continue;
    const value = annotation.value as Of<T>;
    const response = 'response' in value ? value.response : 0;
    const sources = responses.get(response) ?? new Map();
    responses.set(response, sources);
    const round = roundOf(annotation);
    const earlier = sources.get(sourceOf(annotation));
    if (earlier === undefined || earlier.round < round) sources.set(sourceOf(annotation), { value, round });
  }
  return [...responses.values()].map((sources) => [...sources.values()].map(({ value }) => value));
};

/** Of each response (rankings: the item) that two sources or more answered. */
export const itemAgreement = (annotations: readonly Annotation[], roundOf: RoundOf = () => 0): ItemAgreement[] => {
  if (!annotations.some(({ task }) => task === 'ranking' || task === 'keywords' || task === 'spans')) return [];
  const heard = speaking(annotations);
  const found = <T extends Task>(
    task: T,
    name: ItemAgreement['name'],
    of: (values: readonly Of<T>[]) => number | null,
  ) =>
    statements(heard, task, roundOf).flatMap((values): ItemAgreement[] => {
      const value = of(values);
      return value === null ? [] : [{ task, name, value }];
    });
  return [
    ...found('ranking', 'kendall-w', (values) => {
      const n = values[0]?.ranks.length;
      return kendallW(values.map(({ ranks }) => ranks).filter((ranks) => ranks.length === n));
    }),
    ...found('keywords', 'word-f1', (values) => meanOverPairs(values, (a, b) => wordF1(a.misaligned, b.misaligned))),
    ...found('spans', 'span-f1', (values) => meanOverPairs(values, (a, b) => spanF1(a.spans, b.spans))),
  ];
};
