/** A study as the sum of its entries: pure, so that everybody who reads the same entries sees the same study. */
import { hashOf, opaqueId } from '../../models/hash.ts';
import type { Assertion, Output, StudyEntry, StudyEvent } from '../../schemas/evalgen.ts';

/** A grade as it was given; `good` is null where it takes an earlier one back. */
export interface Grade {
  /** Index into the study's outputs. */
  readonly output: number;
  readonly criterion: string | null;
  readonly good: boolean | null;
  readonly by: string;
  readonly at: number;
}

export interface RegistryChange {
  readonly criterion: string;
  readonly what: 'added' | 'edited';
  readonly at: number;
  /** Grades given by then. */
  readonly grades: number;
}

export interface StudyState {
  readonly drop: string;
  readonly outputs: readonly Output[];
  /** In the order in which they were given. */
  readonly grades: readonly Grade[];
  readonly registry: ReadonlyMap<string, { readonly text: string; readonly added: number; readonly edited: number }>;
  readonly changes: readonly RegistryChange[];
  /** Those not withdrawn, in the order in which they were proposed. */
  readonly assertions: ReadonlyMap<string, Assertion>;
}

/** How far a study may grow. */
const MOST = { entries: 50_000, criteria: 50, assertions: 100 } as const;

export const assertionId = (criterion: string, test: Assertion['test']): string =>
  opaqueId('as', criterion, hashOf(test));

const placeOf = (outputs: readonly Output[], { item, response }: Output): number =>
  outputs.findIndex((output) => output.item === item && output.response === response);

/** The study after its entries; null without any. The first entry says what is graded. */
export const studyOf = (entries: readonly StudyEntry[]): StudyState | null => {
  const first = entries[0]?.event;
  if (first?.kind !== 'created') return null;
  const places = new Map(first.outputs.map(({ item, response }, index) => [`${item}/${response}`, index]));
  const grades: Grade[] = [];
  const registry = new Map<string, { text: string; added: number; edited: number }>();
  const changes: RegistryChange[] = [];
  const assertions = new Map<string, Assertion>();
  for (const { event, at, by } of entries)
    switch (event.kind) {
      case 'created':
        break;
      case 'graded': {
        const output = places.get(`${event.item}/${event.response}`);
        if (output !== undefined) grades.push({ output, criterion: event.criterion, good: event.good, by, at });
        break;
      }
      case 'criterion': {
        const known = registry.get(event.criterion);
        registry.set(event.criterion, { text: event.text, added: known?.added ?? at, edited: at });
        const what = known === undefined ? 'added' : 'edited';
        changes.push({ criterion: event.criterion, what, at, grades: grades.length });
        break;
      }
      case 'asserted':
        assertions.set(event.assertion.id, event.assertion);
        break;
      case 'withdrawn':
        assertions.delete(event.assertion);
        break;
    }
  return { drop: first.drop, outputs: first.outputs, grades, registry, changes, assertions };
};

/** Grades that stand, in the order in which they were given: the last of each person, output and criterion. */
export const standing = (grades: readonly Grade[]): Grade[] => {
  const last = new Map<string, Grade>();
  for (const grade of grades) {
    const key = JSON.stringify([grade.by, grade.output, grade.criterion]);
    // A grade that was changed stands where it was changed.
    last.delete(key);
    if (grade.good !== null) last.set(key, grade);
  }
  return [...last.values()];
};

/** Whether the study already says this: then nothing need be written. */
export const saysAlready = (study: StudyState, event: StudyEvent, by: string): boolean => {
  switch (event.kind) {
    case 'created':
      return false;
    case 'graded': {
      const output = placeOf(study.outputs, event);
      const last = study.grades.findLast(
        (grade) => grade.output === output && grade.criterion === event.criterion && grade.by === by,
      );
      return (last?.good ?? null) === event.good;
    }
    case 'criterion':
      return study.registry.get(event.criterion)?.text === event.text;
    case 'asserted':
      return study.assertions.has(event.assertion.id);
    case 'withdrawn':
      return !study.assertions.has(event.assertion);
  }
};

/** Why the study cannot take the event as its next entry; null where it can. */
export const refusalOf = (study: StudyState, entries: number, event: StudyEvent): string | null => {
  const unknown = (criterion: string | null): string | null =>
    criterion === null || study.registry.has(criterion) ? null : `no criterion ${criterion}`;
  if (entries >= MOST.entries) return `has ${MOST.entries} entries, which is the most`;
  switch (event.kind) {
    case 'created':
      return 'is there already';
    case 'graded':
      if (placeOf(study.outputs, event) < 0) return `response ${event.response} of ${event.item} is not in the sample`;
      return unknown(event.criterion);
    case 'criterion':
      return !study.registry.has(event.criterion) && study.registry.size >= MOST.criteria
        ? `has ${MOST.criteria} criteria, which is the most`
        : null;
    case 'asserted':
      return study.assertions.size >= MOST.assertions
        ? `has ${MOST.assertions} assertions, which is the most; withdraw some`
        : unknown(event.assertion.criterion);
    case 'withdrawn':
      return null;
  }
};
