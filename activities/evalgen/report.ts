/** What a study's grades say of its assertions: the best set for each criterion, the others beside it, and how the grades moved. */
import { alignmentOf, failsAny } from '../../models/evalgen/alignment.ts';
import { alignmentWindows, gradeChanges } from '../../models/evalgen/drift.ts';
import { selectAssertions } from '../../models/evalgen/selection.ts';
import type { Assertion, StudyReport } from '../../schemas/evalgen.ts';
import type { SampledOutput } from './sample.ts';
import { type Grade, type StudyState, standing } from './study.ts';
import type { Verdicts } from './verdicts.ts';

export interface JudgedAssertion {
  readonly assertion: Assertion;
  readonly verdicts: Verdicts;
}

/** Sets that are named beside the chosen one. */
const ALTERNATIVES = 5;
/** Grades in a window of the drift: a fifth of them, but not fewer than this. */
const LEAST_WINDOW = 10;

/** Per output, whether more people say good than bad; outputs on which they are split, or nobody graded, are left out. */
const consensus = (grades: readonly Grade[]): Map<number, boolean> => {
  const sums = new Map<number, number>();
  for (const { output, good } of grades) sums.set(output, (sums.get(output) ?? 0) + (good === true ? 1 : -1));
  return new Map([...sums].filter(([, sum]) => sum !== 0).map(([output, sum]) => [output, sum > 0]));
};

/** What a criterion's assertions are held against: its own grades, and where an output has none, the grade of it as a whole. */
const gradesFor = (grades: readonly Grade[], criterion: string): Map<number, boolean> =>
  new Map([
    ...consensus(grades.filter((grade) => grade.criterion === null)),
    ...consensus(grades.filter((grade) => grade.criterion === criterion)),
  ]);

/** 1 where the output fails, for the outputs named; a text says why the assertion cannot be used on them. */
const failsOn = ({ verdicts }: JudgedAssertion, outputs: readonly number[]): Uint8Array | string => {
  if ('fault' in verdicts) return verdicts.fault;
  const missing = outputs.filter((output) => verdicts.passes[output] == null).length;
  return missing > 0
    ? `no verdict on ${missing} of ${outputs.length} graded outputs`
    : Uint8Array.from(outputs, (output) => Number(verdicts.passes[output] === false));
};

const ofCriterion = (
  criterion: string,
  grades: readonly Grade[],
  judged: readonly JudgedAssertion[],
  most: number,
): StudyReport['criteria'][number] => {
  const graded = [...gradesFor(grades, criterion)].sort(([a], [b]) => a - b);
  const outputs = graded.map(([output]) => output);
  const good = Uint8Array.from(graded, ([, isGood]) => Number(isGood));
  const own = judged
    .filter(({ assertion }) => assertion.criterion === criterion)
    .map((candidate) => ({ id: candidate.assertion.id, said: failsOn(candidate, outputs) }));
  const usable = own.flatMap(({ id, said }) => (typeof said === 'string' ? [] : [{ id, fails: said }]));
  const figuresOf = (ids: readonly string[]) =>
    alignmentOf(
      good,
      failsAny(
        usable.filter(({ id }) => ids.includes(id)).map(({ fails }) => fails),
        outputs.length,
      ),
    );
  const { chosen, alternatives } = selectAssertions(good, usable, most, { alternatives: ALTERNATIVES });
  const nothing = { n: outputs.length, bad: 0, coverage: null, falseFailureRate: null, alignment: null, ci: null };
  return {
    criterion,
    chosen: [...(chosen?.assertions ?? [])],
    figures: chosen === null ? null : figuresOf(chosen.assertions),
    candidates: own
      .map(({ id, said }) => ({
        assertion: id,
        fault: typeof said === 'string' ? said : null,
        ...(typeof said === 'string' ? nothing : alignmentOf(good, said)),
      }))
      .sort((a, b) => (b.alignment ?? -1) - (a.alignment ?? -1)),
    alternatives: alternatives.map(({ assertions }) => ({ assertions: [...assertions], ...figuresOf(assertions) })),
  };
};

/** The report of a study: pure, from its entries and what its assertions say of the sample. */
export const reportOf = ({
  name,
  version,
  most,
  study,
  sample,
  candidates,
}: {
  readonly name: string;
  readonly version: string;
  readonly most: number;
  readonly study: StudyState;
  readonly sample: readonly SampledOutput[];
  readonly candidates: readonly JudgedAssertion[];
}): StudyReport => {
  // Grades name outputs of the study, verdicts those of the sample, from which erased items are gone.
  const places = new Map(sample.map(({ item, response }, place) => [`${item}/${response}`, place]));
  const given = study.grades.flatMap((grade) => {
    const at = study.outputs[grade.output];
    const place = at === undefined ? undefined : places.get(`${at.item}/${at.response}`);
    return place === undefined ? [] : [{ ...grade, output: place }];
  });
  const grades = standing(given);
  const criteria = [...study.registry.keys()].map((criterion) => ofCriterion(criterion, grades, candidates, most));
  const chosen = new Set(criteria.flatMap((criterion) => criterion.chosen));
  const fails = (output: number): boolean =>
    candidates.some(
      ({ assertion, verdicts }) =>
        chosen.has(assertion.id) && 'passes' in verdicts && verdicts.passes[output] === false,
    );
  const whole = grades.filter(({ criterion }) => criterion === null);
  const overall = [...consensus(whole)].sort(([a], [b]) => a - b);
  return {
    name,
    version,
    most,
    criteria,
    overall:
      chosen.size === 0 || overall.length === 0
        ? null
        : alignmentOf(
            Uint8Array.from(overall, ([, good]) => Number(good)),
            Uint8Array.from(overall, ([output]) => Number(fails(output))),
          ),
    drift: {
      windows:
        chosen.size === 0
          ? []
          : alignmentWindows(
              whole.map(({ output, good, at }) => ({ good: good === true, fails: fails(output), at })),
              Math.max(LEAST_WINDOW, Math.ceil(whole.length / 5)),
            ),
      changes: gradeChanges(given.map((grade) => ({ ...grade, output: String(grade.output) }))).map((line) => ({
        ...line,
      })),
      criteria: study.changes.map((change) => ({ ...change })),
    },
  };
};
