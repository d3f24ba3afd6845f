/** What an assertion says of a sample: code is run once and its verdicts kept, a judge's are read as they were handed in. */
import { hashOf, sha256 } from '../../models/hash.ts';
import { AssayError } from '../../schemas/errors.ts';
import { type Assertion, JudgeVerdict, type Output } from '../../schemas/evalgen.ts';
import { keys } from '../../schemas/keys.ts';
import type { ObjectStore } from '../ports.ts';
import { readReceipt } from '../receipts.ts';
import type { PredicateResult, PredicateRunner } from './predicate.ts';
import { inputOf, type SampledOutput } from './sample.ts';

/** A verdict an output, in the sample's order, null where a judge gave none; or why the assertion cannot be used. */
export type Verdicts = { readonly passes: readonly (boolean | null)[] } | { readonly fault: string };

/** Changes when equal code on equal inputs may give another result: then what was kept is not used any more. */
export const ENGINE = 'quickjs-emscripten@0.32.0';

/** A judge's rows (JSON Lines `{item, response, pass}`), of two on one output the later. Throws ASY-4103 naming the line. */
export const readVerdicts = (study: string, rows: string, outputs: readonly Output[]): Map<string, boolean> => {
  const sampled = new Set(outputs.map(placeOf));
  const passes = new Map<string, boolean>();
  for (const [index, line] of rows.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const refused = (reason: string) =>
      new AssayError('ASY-4103', { study, reason: `verdicts line ${index + 1}: ${reason}` });
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw refused('not JSON');
    }
    const verdict = JudgeVerdict.safeParse(value);
    if (!verdict.success) throw refused('needs item, response and pass: true or false');
    if (!sampled.has(placeOf(verdict.data))) throw refused('this output is not in the sample');
    passes.set(placeOf(verdict.data), verdict.data.pass);
  }
  if (passes.size === 0) throw new AssayError('ASY-4103', { study, reason: 'no verdict in what was sent' });
  return passes;
};

const placeOf = ({ item, response }: Output): string => `${item}/${response}`;

const whereOf = (sample: readonly SampledOutput[], input: number | null): string => {
  const output = input === null ? undefined : sample[input];
  return output === undefined ? '' : ` (response ${output.response} of ${output.item})`;
};

export const createVerdicts = ({ objects, runner }: { objects: ObjectStore; runner: PredicateRunner }) => {
  const ofCode = async (study: string, code: string, sample: readonly SampledOutput[]): Promise<Verdicts> => {
    const inputs = sample.map(inputOf);
    const key = keys.evalgenResult(study, hashOf({ engine: ENGINE, code, inputs }));
    const kept = await readReceipt<PredicateResult>(objects, key);
    const result = kept ?? (await runner.run(code, inputs));
    // A thread that was ended for its time says something of the machine too: it is asked again.
    const lasting = 'passes' in result || result.fault !== 'took too long';
    if (kept === null && lasting)
      await objects.create(key, JSON.stringify(result), { contentType: 'application/json' });
    return 'passes' in result ? result : { fault: `${result.fault}${whereOf(sample, result.input)}` };
  };
  const ofJudge = async (study: string, hash: string, sample: readonly SampledOutput[]): Promise<Verdicts> => {
    const key = keys.evalgenVerdicts(study, hash);
    const bytes = await objects.get(key);
    if (sha256(bytes) !== hash) throw new AssayError('ASY-3003', { key });
    const passes = readVerdicts(study, bytes.toString('utf8'), sample);
    return { passes: sample.map((output) => passes.get(placeOf(output)) ?? null) };
  };
  return {
    /** The assertion's verdicts on the sample. */
    of: (study: string, { test }: Assertion, sample: readonly SampledOutput[]): Promise<Verdicts> =>
      test.kind === 'code' ? ofCode(study, test.code, sample) : ofJudge(study, test.verdicts, sample),
  };
};
