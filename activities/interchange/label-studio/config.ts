/** The labeling interface that shows a drop's tasks: a tag for each field of their data, one for each control their results name. */
import type { FieldKind } from '../content.ts';
import type { Plan } from './plan.ts';
import type { Control } from './results.ts';
import { element } from './xml.ts';

/** Tags that ask, by the type of their results. */
const TAGS: Readonly<Record<string, { readonly tag: string; readonly option?: 'Choice' | 'Label' }>> = {
  rating: { tag: 'Rating' },
  number: { tag: 'Number' },
  textarea: { tag: 'TextArea' },
  pairwise: { tag: 'Pairwise' },
  ranker: { tag: 'Ranker' },
  choices: { tag: 'Choices', option: 'Choice' },
  labels: { tag: 'Labels', option: 'Label' },
  timelinelabels: { tag: 'TimelineLabels', option: 'Label' },
  keypointlabels: { tag: 'KeyPointLabels', option: 'Label' },
  polygonlabels: { tag: 'PolygonLabels', option: 'Label' },
  rectanglelabels: { tag: 'RectangleLabels', option: 'Label' },
  brushlabels: { tag: 'BrushLabels', option: 'Label' },
  videorectangle: { tag: 'VideoRectangle', option: 'Label' },
};

/** What stands beside a choice that would be alone. */
const OTHER = 'other';

const OBJECTS: Readonly<Record<FieldKind, string>> = { text: 'Text', image: 'Image', video: 'Video' };

interface Asked {
  readonly type: string;
  readonly objects: Set<string>;
  readonly options: Set<string>;
  several: boolean;
  stars: number;
}

/** Controls as they are met, then the interface of them all. Holds names and options, never tasks. */
export const createConfig = () => {
  const asked = new Map<string, Asked>();
  return {
    add(controls: readonly Control[]): void {
      for (const { result, about, options, several } of controls) {
        const { type, from_name, value } = result;
        const control = asked.get(from_name) ?? { type, objects: new Set(), options: new Set(), several, stars: 5 };
        control.objects.add(about);
        control.several ||= several;
        for (const option of options) control.options.add(option);
        if (typeof value['rating'] === 'number') control.stars = Math.max(control.stars, value['rating']);
        asked.set(from_name, control);
      }
    },
    /** Label Studio's XML. */
    xml({ fields, several }: Pick<Plan, 'fields' | 'several'>): string {
      const shown = [...fields].map(([name, kind]) => element(OBJECTS[kind], { name, value: `$${name}` }));
      const list = several ? [element('List', { name: 'responses', value: '$responses', title: 'Responses' })] : [];
      const controls = [...asked]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([name, control]) => tagsOf(name, control));
      return `${element('View', {}, [...shown, ...list, ...controls])}\n`;
    },
  };
};

const tagsOf = (name: string, { type, objects, options, several, stars }: Asked): string[] => {
  const { tag, option } = TAGS[type] ?? { tag: 'TextArea' };
  // One object a control: where tasks differ, the first by name, which all tasks have as a field.
  const toName = [...objects].sort()[0] ?? 'prompt';
  // Label Studio refuses a single choice.
  const offered = option === 'Choice' && options.size < 2 ? [...options, OTHER] : [...options].sort();
  const choices = option === undefined ? [] : offered.map((value) => element(option, { value }));
  const header = element('Header', { value: name });
  switch (type) {
    case 'rating':
      return [header, element(tag, { name, toName, maxRating: String(stars) })];
    case 'choices':
      return [header, element(tag, { name, toName, choice: several ? 'multiple' : 'single' }, choices)];
    case 'textarea':
      return [header, element(tag, { name, toName, maxSubmissions: '1' })];
    case 'videorectangle':
      // Boxes on video take their labels from a control beside them.
      return [element(tag, { name, toName }), element('Labels', { name: `${name}.labels`, toName }, choices)];
    default:
      return [header, element(tag, { name, toName }, choices)];
  }
};
