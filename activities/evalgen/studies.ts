/** EvalGen studies over S3: what the routes and the command line do with them. */
import { sha256 } from '../../models/hash.ts';
import { AssayError } from '../../schemas/errors.ts';
import type {
  Assertion,
  AssertionRequest,
  Output,
  Study,
  StudyEvent,
  StudyLine,
  StudyReport,
} from '../../schemas/evalgen.ts';
import { keys } from '../../schemas/keys.ts';
import { Name } from '../../schemas/primitives.ts';
import { mapped } from '../pace.ts';
import type { ObjectStore, TableStore } from '../ports.ts';
import { assertionLines } from './annotations.ts';
import { createEntryLog } from './entries.ts';
import type { PredicateRunner } from './predicate.ts';
import { reportOf } from './report.ts';
import { drawOutputs, readOutputs } from './sample.ts';
import { assertionId, refusalOf, type StudyState, saysAlready, standing, studyOf } from './study.ts';
import { createVerdicts, readVerdicts } from './verdicts.ts';

/** Assertions run at a time. */
const RUNS = 4;

const lineOf = (name: string, study: StudyState): StudyLine => ({
  name,
  drop: study.drop,
  outputs: study.outputs.length,
  graded: new Set(study.grades.map(({ output }) => output)).size,
  criteria: study.registry.size,
  assertions: study.assertions.size,
});

/** One person's own grades that stand. */
const ownGrades = ({ outputs, grades }: StudyState, by: string): Study['own'] =>
  standing(grades.filter((grade) => grade.by === by)).flatMap(({ output, criterion, good }) => {
    const at = outputs[output];
    return at === undefined || good === null ? [] : [{ ...at, criterion, good }];
  });

export const createStudies = (deps: {
  readonly objects: ObjectStore;
  readonly tables: TableStore;
  readonly runner: PredicateRunner;
  readonly now?: () => number;
}) => {
  const { objects, tables } = deps;
  const log = createEntryLog(objects, deps.now);
  const verdicts = createVerdicts({ objects, runner: deps.runner });

  const find = async (name: string): Promise<{ state: StudyState; version: string }> => {
    if (!Name.safeParse(name).success) throw new AssayError('ASY-4101', { study: JSON.stringify(name.slice(0, 80)) });
    const { entries, version } = await log.read(name);
    const state = studyOf(entries);
    if (state === null || version === null) throw new AssayError('ASY-4101', { study: name });
    return { state, version };
  };
  const record = async (name: string, by: string, event: StudyEvent): Promise<void> => {
    await find(name);
    await log.append(name, ({ entries }) => {
      const state = studyOf(entries);
      if (state === null) throw new AssayError('ASY-4101', { study: name });
      if (saysAlready(state, event, by)) return null;
      const reason = refusalOf(state, entries.length, event);
      if (reason !== null) throw new AssayError('ASY-4103', { study: name, reason });
      return { by, event };
    });
  };
  /** The study, its sample, and what each assertion says of that. */
  const judged = async (name: string) => {
    const { state: study, version } = await find(name);
    const sample = await readOutputs(tables, study.drop, study.outputs);
    const candidates = await mapped(study.assertions.values(), RUNS, async (assertion) => ({
      assertion,
      verdicts: await verdicts.of(name, assertion, sample),
    }));
    return { name, version, study, sample, candidates };
  };

  return {
    async list(): Promise<StudyLine[]> {
      const names = new Set<string>();
      // One entry names a study; the key says which.
      for await (const { key } of objects.list(keys.evalgenPrefix())) names.add(key.split('/')[1] ?? '');
      const lines: StudyLine[] = [];
      for (const name of [...names].sort()) {
        const state = studyOf((await log.read(name)).entries);
        if (state !== null) lines.push(lineOf(name, state));
      }
      return lines;
    },
    /** Draws the outputs and begins. Throws ASY-1001, ASY-4102, and ASY-4103 where the drop has no text. */
    async create(
      by: string,
      { name, drop, outputs: n, seed }: { name: string; drop: string; outputs: number; seed: number },
    ): Promise<void> {
      const outputs = await drawOutputs(tables, drop, n, seed);
      if (outputs.length === 0)
        throw new AssayError('ASY-4103', { study: name, reason: `${drop} has no text to grade` });
      await log.append(name, ({ entries }) => {
        if (entries.length > 0) throw new AssayError('ASY-4102', { study: name });
        return { by, event: { kind: 'created', drop, seed, outputs } };
      });
    },
    /** The drop that the study's outputs are of: who may see it may see the study. */
    drop: async (name: string): Promise<string> => (await find(name)).state.drop,
    async show(name: string, by: string): Promise<Study> {
      const { state, version } = await find(name);
      return {
        ...lineOf(name, state),
        version,
        sample: (await readOutputs(tables, state.drop, state.outputs)).map((output) => ({
          ...output,
          prompt: [...output.prompt],
        })),
        own: ownGrades(state, by),
        registry: [...state.registry].map(([criterion, stated]) => ({ criterion, ...stated })),
        candidates: [...state.assertions.values()],
      };
    },
    grade: (name: string, by: string, grade: Output & { criterion: string | null; good: boolean | null }) =>
      record(name, by, { kind: 'graded', ...grade }),
    state: (name: string, by: string, { criterion, text }: { criterion: string; text: string }) =>
      record(name, by, { kind: 'criterion', criterion, text }),
    withdraw: (name: string, by: string, assertion: string) => record(name, by, { kind: 'withdrawn', assertion }),
    /** Proposes an assertion; a judge's verdicts are stored first. Returns its id. */
    async assert(name: string, by: string, request: AssertionRequest): Promise<string> {
      const { state } = await find(name);
      let test: Assertion['test'];
      if (request.kind === 'code') test = { kind: 'code', code: request.code };
      else {
        readVerdicts(name, request.rows, state.outputs);
        const hash = sha256(request.rows);
        await objects.create(keys.evalgenVerdicts(name, hash), request.rows, { contentType: 'application/jsonl' });
        test = { kind: 'judge', judge: request.judge, verdicts: hash };
      }
      const id = assertionId(request.criterion, test);
      await record(name, by, { kind: 'asserted', assertion: { id, criterion: request.criterion, test } });
      return id;
    },
    report: async (name: string, most: number): Promise<StudyReport> => reportOf({ ...(await judged(name)), most }),
    /** The chosen assertions' verdicts on the sample as JSON Lines of Assay's own format: `assay drop push` reads them. */
    async annotations(name: string, most: number): Promise<string> {
      const said = await judged(name);
      const chosen = new Set(reportOf({ ...said, most }).criteria.flatMap((criterion) => criterion.chosen));
      return assertionLines(
        said.sample,
        said.candidates.filter(({ assertion }) => chosen.has(assertion.id)),
      );
    },
  };
};

export type Studies = ReturnType<typeof createStudies>;
