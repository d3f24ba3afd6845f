/** Integer programs: the only importer of HiGHS (MIT, compiled to WebAssembly, one thread, so equal programs have equal answers). */
import imported, { type Highs } from 'highs';

// Its types describe the CommonJS module, which has the loader as `default`; the ES module that is loaded is the loader.
const loadHighs = imported as unknown as (typeof imported)['default'];

/** low ≤ Σ weight · x ≤ high; either end may be infinite. */
export interface Constraint {
  readonly low: number;
  readonly high: number;
  readonly terms: readonly { readonly column: number; readonly weight: number }[];
}

export interface Program {
  /** Largest value of each column, whole numbers from 0; and what one of it is worth. */
  readonly most: readonly number[];
  readonly worth: readonly number[];
  readonly constraints: readonly Constraint[];
}

let loading: Promise<Highs> | undefined;

const load = async (): Promise<Highs> => {
  loading ??= loadHighs();
  try {
    return await loading;
  } catch (cause) {
    loading = undefined;
    throw cause;
  }
};

/**
 * Whole numbers x, 0 ≤ x ≤ most, of largest Σ worth · x under the constraints, by branch and cut with no gap left; null where
 * nothing satisfies them. Exact as far as the solver is: 1e-7 of the largest worth.
 */
export const maximise = async ({ most, worth, constraints }: Program): Promise<number[] | null> => {
  // HiGHS looks at no constraint of a program without columns.
  if (most.length === 0) return constraints.every(({ low, high }) => low <= 0 && high >= 0) ? [] : null;
  const highs = await load();
  const terms = constraints.reduce((sum, constraint) => sum + constraint.terms.length, 0);
  const [starts, indices, values] = [
    new Int32Array(constraints.length + 1),
    new Int32Array(terms),
    new Float64Array(terms),
  ];
  let at = 0;
  for (const [row, constraint] of constraints.entries()) {
    for (const { column, weight } of constraint.terms) {
      indices[at] = column;
      values[at++] = weight;
    }
    starts[row + 1] = at;
  }
  const largest = worth.reduce((top, value) => Math.max(top, Math.abs(value)), 0) || 1;
  const { modelStatus, objectiveSense, variableType } = highs.constants;
  return highs.withModel(
    {
      numCols: most.length,
      numRows: constraints.length,
      sense: objectiveSense.maximize,
      colCost: worth.map((value) => value / largest),
      colLower: most.map(() => 0),
      colUpper: most,
      integrality: most.map(() => variableType.integer),
      rowLower: constraints.map(({ low }) => low),
      rowUpper: constraints.map(({ high }) => high),
      matrix: { format: 'csr', numCols: most.length, numRows: constraints.length, starts, indices, values },
    },
    (model) => {
      model.options.set({ output_flag: false, random_seed: 0, mip_rel_gap: 0, mip_abs_gap: 0 });
      model.run();
      const status = model.getModelStatus();
      if (status === modelStatus.infeasible || status === modelStatus.unboundedOrInfeasible) return null;
      if (status !== modelStatus.optimal) throw new RangeError(`the solver stopped with status ${status}`);
      return Array.from(model.getSolution().colValue, Math.round);
    },
  );
};
