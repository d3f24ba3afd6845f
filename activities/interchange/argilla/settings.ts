/** The settings of an Argilla dataset that holds a drop's records: what `rg.Settings.from_json` reads (Argilla 2.8). */
import type { FieldKind } from '../content.ts';
import type { Asked } from './questions.ts';

interface Question extends Pick<Asked, 'name' | 'title' | 'type' | 'field'> {
  readonly options: Set<string>;
  answers: number;
}

/** Ratings offered: Argilla takes 0 … 10. */
const RATINGS = Array.from({ length: 11 }, (_, value) => ({ value }));

/** Questions as they are met, then the settings of them all. Holds names and options, never records. */
export const createSettings = () => {
  const questions = new Map<string, Question>();
  return {
    add(asked: readonly Asked[]): void {
      for (const { name, title, type, field, options } of asked) {
        const question = questions.get(name) ?? { name, title, type, field, options: new Set<string>(), answers: 0 };
        for (const option of options) question.options.add(option);
        question.answers++;
        questions.set(name, question);
      }
    },
    document(fields: ReadonlyMap<string, FieldKind>): object {
      const sorted = [...questions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      // Argilla wants one question that everybody answers: the one that most did.
      const most = sorted.reduce<Question | null>((a, b) => (a === null || b.answers > a.answers ? b : a), null);
      return {
        guidelines: null,
        fields: [...fields].map(([name, kind]) => ({
          name,
          title: name,
          required: name === 'prompt',
          settings: kind === 'image' ? { type: 'image' } : { type: 'text', use_markdown: false },
        })),
        questions: sorted.map((question) => ({
          name: question.name,
          title: question.title,
          description: null,
          required: question === most,
          settings: settingsOf(question),
        })),
        vectors: [],
        metadata: [],
        allow_extra_metadata: true,
        distribution: { strategy: 'overlap', min_submitted: 1 },
        mapping: null,
      };
    },
  };
};

const settingsOf = ({ type, field, options }: Question): object => {
  const listed = [...options].sort().map((option) => ({ value: option, text: option }));
  switch (type) {
    case 'text':
      return { type, use_markdown: false };
    case 'rating':
      return { type, options: RATINGS };
    case 'span':
      return { type, field, allow_overlapping: true, options: listed };
    case 'label_selection':
    case 'multi_label_selection':
    case 'ranking':
      return { type, options: listed };
  }
};
