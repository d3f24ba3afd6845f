/**
 * For each of `a` responses the one of `b` that it is most like, each taken once: the most alike first, then in order; −1 where none
 * is left.
 */
export const align = (a: number, b: number, likeness: (i: number, j: number) => number): number[] => {
  const pairs = Array.from({ length: a * b }, (_, at) => {
    const [i, j] = [Math.floor(at / b), at % b];
    return { i, j, like: likeness(i, j) };
  });
  pairs.sort((x, y) => y.like - x.like || Math.abs(x.i - x.j) - Math.abs(y.i - y.j) || x.i - y.i);
  const sides = Array.from({ length: a }, () => -1);
  for (const { i, j } of pairs) if (sides[i] === -1 && !sides.includes(j)) sides[i] = j;
  return sides;
};
