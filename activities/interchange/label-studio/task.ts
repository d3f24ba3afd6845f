/** An item and what has been said of it as a task of Label Studio's JSON. */
import { opaqueId } from '../../../models/hash.ts';
import type { Annotation } from '../../../schemas/annotation.ts';
import { contentOf } from '../content.ts';
import type { Said } from '../said.ts';
import { divide, nameOfSource, type Sidecar, type Voice } from '../sidecar.ts';
import type { Plan } from './plan.ts';
import { type Control, canSay, type Result, resultsOf } from './results.ts';

export interface LabelStudioTask {
  readonly id?: number;
  readonly data: Readonly<Record<string, unknown>> & { readonly assay: Sidecar };
  readonly annotations: readonly object[];
  readonly predictions: readonly object[];
}

export interface TaskOptions {
  readonly plan: Plan;
  /** Leaves `completed_by` out: Label Studio's server refuses people it does not know. They are told in the sidecar. */
  readonly withoutPeople?: boolean | undefined;
  /** What a field says where a medium's file of this name lies. */
  readonly address: (name: string) => string;
}

/** The task, the controls that its results name, and its statements that only the sidecar tells. */
export const taskOf = (
  { item, annotations }: Said,
  { plan, address, withoutPeople = false }: TaskOptions,
): { readonly task: LabelStudioTask; readonly controls: readonly Control[]; readonly unsaid: Sidecar['unsaid'] } => {
  const { fields, ...content } = contentOf(item, { address, several: plan.several });
  const { voices, ...divided } = divide(item, annotations, { canSay, tellsTime: true });
  const objects = {
    text: content.responses.map(({ text }) => text),
    file: content.responses.map(({ file }) => file),
  };
  const { id, externalId, language, translatedFrom, domain, group } = item;
  const told = voices.map((voice) => {
    const controls = voice.statements.flatMap((said) => resultsOf(said, item, divided.words, objects, plan));
    return { voice, controls, results: controls.map(({ result }, i) => named(id, voice, result, i)) };
  });
  const number = externalId !== null && /^[1-9]\d{0,14}$/.test(externalId) ? { id: Number(externalId) } : {};
  const forms = told.filter(({ voice }) => voice.source.kind === 'human');
  const people = withoutPeople
    ? Object.fromEntries(forms.map(({ voice, results }) => [results[0]?.id ?? '', voice.source.id]))
    : {};
  const task: LabelStudioTask = {
    ...number,
    data: {
      // Label Studio refuses tasks that lack a field which the form shows.
      ...Object.fromEntries([...plan.fields.keys()].map((name) => [name, ''])),
      ...Object.fromEntries(fields.map(({ name, value }) => [name, value])),
      ...(plan.several ? { responses: listOf(item, content.responses) } : {}),
      assay: { item: id, externalId, language, translatedFrom, domain, group, ...content, people, ...divided },
    },
    annotations: forms.map(({ voice, results }) => ({
      result: results,
      ...(withoutPeople ? {} : { completed_by: voice.source.id }),
      was_cancelled: false,
      ground_truth: isRuling(annotations, voice),
      lead_time: voice.seconds,
    })),
    predictions: told
      .filter(({ voice }) => voice.source.kind !== 'human')
      .map(({ voice, results }) => ({
        result: results,
        model_version: nameOfSource(voice.source),
      })),
  };
  return { task, controls: told.flatMap(({ controls }) => controls), unsaid: divided.unsaid };
};

/** The result with a name within its task: the same place has the same. */
const named = (item: string, { source }: Voice, result: Result, place: number) => ({
  id: opaqueId('rs', item, source.kind, source.id, place).slice(3, 13),
  ...result,
  origin: source.kind === 'human' ? 'manual' : 'prediction',
});

/** A reviewer's rulings are what Label Studio calls ground truth. */
const isRuling = (annotations: readonly Annotation[], { source }: Voice): boolean => {
  const own = annotations.filter((each) => each.source.kind === source.kind && each.source.id === source.id);
  return own.length > 0 && own.every(({ ruling }) => ruling === true);
};

/** Responses as a List shows them, for a Ranker: their texts, or the names of their media. */
const listOf = (item: Said['item'], fields: Sidecar['responses']): object[] =>
  item.responses.map(({ text }, i) => ({ id: String(i), title: String(i + 1), body: text ?? fields[i]?.file ?? '' }));
