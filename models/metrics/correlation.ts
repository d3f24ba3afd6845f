import { midranks } from '../order.ts';

/** Pearson's correlation (PLCC); null where a side is constant or there are fewer than two values. */
export const pearson = (x: ArrayLike<number>, y: ArrayLike<number>): number | null => {
  const n = x.length;
  if (n !== y.length) throw new RangeError(`${n} values against ${y.length}`);
  let [mx, my] = [0, 0];
  for (let i = 0; i < n; i++) {
    mx += (x[i] ?? 0) / n;
    my += (y[i] ?? 0) / n;
  }
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [dx, dy] = [(x[i] ?? 0) - mx, (y[i] ?? 0) - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return n < 2 || xx === 0 || yy === 0 ? null : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
};

/** Spearman's rank correlation (SRCC), ties by mid-ranks; null as `pearson`. */
export const spearman = (x: ArrayLike<number>, y: ArrayLike<number>): number | null =>
  pearson(midranks(x), midranks(y));
