/** The leading principal subspace of rows, by subspace iteration (Golub & Van Loan, §8.2.4); products run in ONNX Runtime. */
import { createGraph } from '../onnx/graph.ts';
import { createRandom } from '../random.ts';
import { float32Of, openSession, run } from '../runtime.ts';

const ITERATIONS = 8;
/** More rows than this say nothing new about a few dozen directions. */
const SAMPLED = 4096;

/** x [n, d], q [d, k] → xᵀ(x·q) [d, k] and x·q [n, k]. */
const graphBytes = (): Uint8Array => {
  const graph = createGraph('subspace');
  const x = graph.input('x', 'float32', ['n', 'd']);
  const product = graph.node('MatMul', [x, graph.input('q', 'float32', ['d', 'k'])]);
  graph.output('product', product, 'float32', ['n', 'k']);
  graph.output('next', graph.node('Gemm', [x, product], { transA: 1 }), 'float32', ['d', 'k']);
  return graph.bytes();
};

/** Makes the columns of d × k orthonormal, in place (modified Gram–Schmidt, twice: once is not enough in float32). */
const orthonormalise = (q: Float64Array, d: number, k: number): void => {
  const dot = (a: number, b: number): number => {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += (q[i * k + a] ?? 0) * (q[i * k + b] ?? 0);
    return sum;
  };
  for (let pass = 0; pass < 2; pass++)
    for (let c = 0; c < k; c++) {
      for (let p = 0; p < c; p++) {
        const shared = dot(c, p);
        for (let i = 0; i < d; i++) q[i * k + c] = (q[i * k + c] ?? 0) - shared * (q[i * k + p] ?? 0);
      }
      const length = Math.sqrt(dot(c, c)) || 1;
      for (let i = 0; i < d; i++) q[i * k + c] = (q[i * k + c] ?? 0) / length;
    }
};

/** Evenly spaced rows, at most SAMPLED. */
const sampled = (rows: Float32Array, n: number, d: number): { x: Float32Array; m: number } => {
  if (n <= SAMPLED) return { x: rows, m: n };
  const x = new Float32Array(SAMPLED * d);
  for (let i = 0; i < SAMPLED; i++) {
    const from = Math.floor((i * n) / SAMPLED) * d;
    x.set(rows.subarray(from, from + d), i * d);
  }
  return { x, m: SAMPLED };
};

/** k orthonormal directions (d × k) of n centred rows, and the rows' covariance within them (k × k). */
export const principalSubspace = async (
  rows: Float32Array,
  n: number,
  d: number,
  k: number,
  seed: number,
): Promise<{ basis: Float32Array; covariance: Float64Array }> => {
  const session = await openSession(graphBytes(), { name: 'subspace' });
  const { x, m } = sampled(rows, n, d);
  const times = (q: Float32Array) =>
    run(session, { x: { type: 'float32', dims: [m, d], data: x }, q: { type: 'float32', dims: [d, k], data: q } });
  const random = createRandom(seed);
  // Starting inside the span of the rows: a feature that never varies has no part in any direction.
  let q = Float64Array.from(float32Of(await times(Float32Array.from({ length: d * k }, () => random() - 0.5)), 'next'));
  orthonormalise(q, d, k);
  for (let i = 1; i < ITERATIONS; i++) {
    q = Float64Array.from(float32Of(await times(Float32Array.from(q)), 'next'));
    orthonormalise(q, d, k);
  }
  const basis = Float32Array.from(q);
  const projected = float32Of(await times(basis), 'product');
  const covariance = new Float64Array(k * k);
  for (let i = 0; i < m; i++)
    for (let a = 0; a < k; a++)
      for (let b = 0; b < k; b++)
        covariance[a * k + b] =
          (covariance[a * k + b] ?? 0) + ((projected[i * k + a] ?? 0) * (projected[i * k + b] ?? 0)) / m;
  return { basis, covariance };
};
