/** What the forms of other tools cannot say, kept beside what they can, so that our own import gets it back. */
import { z } from 'zod';
import { type Annotation, RegionKind, type Source, SourceKind, Statement } from '../../schemas/annotation.ts';
import { type Item, Message } from '../../schemas/item.ts';
import { promptWords } from '../../schemas/pieces.ts';
import type { Draft, DraftAnnotation } from '../importers/draft.ts';
import { fromZod } from '../importers/fields.ts';
import { answersOf, statementSlot } from './answers.ts';

const By = z.object({ source: z.object({ kind: SourceKind, id: z.string().min(1) }) });
const Circumstances = By.extend({
  guideline: z.string().nullable(),
  seconds: z.number().min(0).nullable(),
});

/** Told under the key `assay` of a task's data, or of a record's metadata. */
export const Sidecar = z.object({
  /** The item's id in Assay, by which rows of other exports name it. */
  item: z.string(),
  externalId: z.string().nullable(),
  language: z.string().nullable(),
  translatedFrom: z.string().nullable(),
  /** Absent from files of before items had one. */
  domain: z.string().min(1).nullable().default(null),
  group: z.string(),
  /** The messages, where the prompt is not one message of a user; null: the field `prompt` is all of it. */
  prompt: z.array(Message).nullable(),
  /** Fields that name what the prompt shows. */
  promptFiles: z.array(z.string()),
  /** The model of each response, and the fields that hold its text and name its medium. */
  responses: z
    .array(z.object({ model: z.string().nullable(), text: z.string().nullable(), file: z.string().nullable() }))
    .min(1),
  /** The prompt's words, which answers of `keywords` count. */
  words: z.array(z.string()),
  /** What labels of regions stand for that are not the kinds' own names. */
  regionLabels: z.record(z.string(), RegionKind),
  /** Who filled in the form whose first result has the id, where the form itself may not say. */
  people: z.record(z.string(), z.string()).default({}),
  /** Circumstances of statements that are told as answers. */
  details: z.array(
    Circumstances.extend({
      /** `[task, response, name of the assertion]`, as JSON. */
      slot: z.string(),
      min: z.number().nullable(),
      max: z.number().nullable(),
    }),
  ),
  /** Statements that the form cannot say. */
  unsaid: z.array(z.intersection(Circumstances, Statement)),
});
export type Sidecar = z.infer<typeof Sidecar>;
export type SidecarResponse = Sidecar['responses'][number];

/** One source's statements on an item, at most one of each slot. */
export interface Voice {
  readonly source: Source;
  readonly statements: readonly Statement[];
  /** Seconds of work on all of them; null where nobody knows. */
  readonly seconds: number | null;
}

export type Division = Pick<Sidecar, 'words' | 'regionLabels' | 'details' | 'unsaid'> & {
  readonly voices: readonly Voice[];
};

const bare = ({ task, value }: Annotation): Statement => ({ task, value }) as Statement;

/** The words of the item's keywords: those of its first such statement, else the prompt's. */
const wordsOf = ({ prompt }: Item, annotations: readonly Annotation[]): string[] => {
  for (const { task, value } of annotations) if (task === 'keywords') return value.words;
  return prompt.length === 1 ? promptWords(prompt[0]?.content ?? '') : [];
};

/** The text by which a mark's region is labelled. */
export const regionLabel = ({ label, kind }: { label?: string | undefined; kind: RegionKind }): string => label ?? kind;

/** What a source that is no person is called in a form: `judge:strict`; models by their names alone, where those say no kind. */
export const nameOfSource = ({ kind, id }: Source): string =>
  kind === 'model' && !OF_KIND.test(id) ? id : `${kind}:${id}`;

/** The source that `nameOfSource` names. */
export const sourceOfName = (name: string): Source => {
  const [, kind, id] = OF_KIND.exec(name) ?? [];
  return kind === undefined || id === undefined
    ? { kind: 'model', id: name }
    : { kind: kind as 'judge' | 'verifier' | 'model', id };
};

const OF_KIND = /^(judge|verifier|model):(.+)$/s;

/** What a tool's forms can tell. */
export interface Form {
  /** Whether the annotation, told as answers, would be read as the same again. */
  readonly canSay: (annotation: Annotation, item: Item) => boolean;
  /** Whether a person's form has the time it took. */
  readonly tellsTime: boolean;
}

/** Sorts an item's annotations into those that a form says, by source, and those it cannot. */
export const divide = (item: Item, annotations: readonly Annotation[], { canSay, tellsTime }: Form): Division => {
  const words = wordsOf(item, annotations);
  const labels = new Map<string, RegionKind>();
  const voices = new Map<string, { source: Source; said: Map<string, Annotation> }>();
  const unsaid: Sidecar['unsaid'] = [];
  for (const annotation of annotations) {
    const { source, guideline, seconds } = annotation;
    const statement = bare(annotation);
    const key = `${source.kind}:${source.id}`;
    const voice = voices.get(key) ?? { source, said: new Map<string, Annotation>() };
    const slot = statementSlot(statement);
    const fits =
      !voice.said.has(slot) &&
      answersOf(statement).length > 0 &&
      canSay(annotation, item) &&
      (statement.task !== 'keywords' || equal(statement.value.words, words)) &&
      (statement.task !== 'regions' || addLabels(labels, statement.value.marks));
    if (!fits) unsaid.push({ source, guideline, seconds, ...statement });
    else voices.set(key, { source, said: voice.said.set(slot, annotation) });
  }
  const spoken = [...voices.values()].map(({ source, said }) => ({ source, said: [...said] }));
  return {
    voices: spoken.map(({ source, said }) => ({
      source,
      statements: said.map(([, annotation]) => bare(annotation)),
      seconds: together(said.map(([, { seconds }]) => seconds)),
    })),
    words: annotations.some(({ task }) => task === 'keywords') ? words : [],
    regionLabels: Object.fromEntries([...labels].filter(([label, kind]) => label !== kind)),
    details: spoken.flatMap(({ source, said }) => detailsOf(source, said, tellsTime)),
    unsaid,
  };
};

const equal = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((word, i) => word === b[i]);

type Marked = Parameters<typeof regionLabel>[0];

/** Notes what the labels stand for; false, and nothing noted, where one already stands for something else. */
const addLabels = (labels: Map<string, RegionKind>, marks: readonly Marked[]): boolean => {
  const own = new Map(marks.map((mark) => [regionLabel(mark), mark.kind]));
  const sound = marks.every((mark) => {
    const label = regionLabel(mark);
    return own.get(label) === mark.kind && (labels.get(label) ?? mark.kind) === mark.kind;
  });
  if (sound) for (const [label, kind] of own) labels.set(label, kind);
  return sound;
};

const together = (seconds: readonly (number | null)[]): number | null => {
  const known = seconds.filter((each) => each !== null);
  const [first] = known;
  // Statements of one form are each told with the time of the whole.
  if (first === undefined || known.every((each) => each === first)) return first ?? null;
  return known.reduce((sum, each) => sum + each, 0);
};

/** What the answers leave out: guidelines, scales, and times that are not those of the whole. */
const detailsOf = (
  source: Source,
  said: readonly (readonly [string, Annotation])[],
  tellsTime: boolean,
): Sidecar['details'] => {
  const whole = together(said.map(([, { seconds }]) => seconds));
  return said.flatMap(([slot, annotation]) => {
    const { guideline, seconds, task, value } = annotation;
    const { min, max } = task === 'rating' ? value : { min: null, max: null };
    const told = tellsTime && source.kind === 'human' ? whole : null;
    if (guideline === null && min === null && max === null && seconds === told) return [];
    return [{ source, slot, guideline, seconds, min, max }];
  });
};

/** The sidecar of a field, or null where a file is not of our making. Throws ASY-2002 for a broken one. */
export const readSidecar = (value: unknown): Sidecar | null => {
  if (value === undefined) return null;
  const parsed = Sidecar.safeParse(value);
  if (!parsed.success) throw fromZod(parsed.error, 'assay');
  return parsed.data;
};

/** Who an annotation is from, as an importer tells it; people without a name stay so. */
const whoIs = ({ kind, id }: Source): Pick<DraftAnnotation, 'annotator' | 'source'> => {
  if (kind !== 'human') return { annotator: null, source: { kind, id } };
  return { annotator: /^sub_unknown(_\d+)?$/.test(id) ? null : id, source: null };
};

/** A draft of what the sidecar and the form say together. */
export const draftOf = (
  sidecar: Sidecar,
  content: Pick<Draft, 'prompt' | 'promptFiles' | 'responses'>,
  voices: readonly Voice[],
): Draft => ({
  ...content,
  externalId: sidecar.externalId,
  language: sidecar.language,
  translatedFrom: sidecar.translatedFrom,
  domain: sidecar.domain,
  group: sidecar.group,
  annotations: [
    ...voices.flatMap(({ source, statements, seconds }) =>
      statements.map((statement): DraftAnnotation => {
        const slot = statementSlot(statement);
        const detail = sidecar.details.find(
          (each) => each.slot === slot && each.source.kind === source.kind && each.source.id === source.id,
        );
        return {
          statement: detail === undefined ? statement : scaled(statement, detail),
          ...whoIs(source),
          guideline: detail?.guideline ?? null,
          seconds: detail === undefined ? seconds : detail.seconds,
        };
      }),
    ),
    ...sidecar.unsaid.map(
      ({ source, guideline, seconds, task, value }): DraftAnnotation => ({
        statement: { task, value } as Statement,
        ...whoIs(source),
        guideline,
        seconds,
      }),
    ),
  ],
});

const scaled = (statement: Statement, { min, max }: { min: number | null; max: number | null }): Statement =>
  statement.task === 'rating' ? { ...statement, value: { ...statement.value, min, max } } : statement;
