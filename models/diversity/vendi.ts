import { symmetricEigenvalues } from './eigenvalues.ts';

/**
 * Vendi score (Friedman & Dieng 2023), exp of the entropy of the eigenvalues of K/n: how many different texts a set is worth, 1
 * for n alike and n for n unlike each other (S230). K holds cosines of the vectors; the smaller of n × n and dims × dims is
 * decomposed, which have the same eigenvalues. Null with no vector.
 */
export const vendiScore = (vectors: readonly ArrayLike<number>[]): number | null => {
  const [n, dims] = [vectors.length, vectors[0]?.length ?? 0];
  if (n === 0) return null;
  const unit = vectors.map((vector) => {
    const length = Math.hypot(...Array.from(vector)) || 1;
    return Float64Array.from(vector, (value) => value / length);
  });
  const columns =
    n <= dims ? unit : Array.from({ length: dims }, (_, k) => Float64Array.from(unit, (vector) => vector[k] ?? 0));
  const size = columns.length;
  const gram = new Float64Array(size * size);
  for (const [i, a] of columns.entries())
    for (const [j, b] of columns.slice(0, i + 1).entries()) {
      let sum = 0;
      for (let k = 0; k < a.length; k++) sum += (a[k] ?? 0) * (b[k] ?? 0);
      gram[i * size + j] = gram[j * size + i] = sum / n;
    }
  const eigenvalues = symmetricEigenvalues(gram, size);
  return Math.exp(eigenvalues.reduce((sum, value) => (value > 0 ? sum - value * Math.log(value) : sum), 0));
};
