/** Which of `count` items reach each other along edges from an item to those it beat. */
import type { Ranking } from './outcomes.ts';

const edges = (count: number, rankings: readonly Ranking[], both: boolean): Set<number>[] => {
  const out = Array.from({ length: count }, () => new Set<number>());
  for (const { order } of rankings)
    for (let i = 0; i + 1 < order.length; i++) {
      // Neighbours are enough: the rest of a ranking follows from them.
      const [better, worse] = [order[i] ?? 0, order[i + 1] ?? 0];
      out[better]?.add(worse);
      if (both) out[worse]?.add(better);
    }
  return out;
};

/** Tarjan's strongly connected components (1972), without recursion; items ascending, components by their first item. */
const strong = (out: readonly ReadonlySet<number>[]): number[][] => {
  const number = new Int32Array(out.length).fill(-1);
  const low = new Int32Array(out.length);
  const open = new Uint8Array(out.length);
  const stack: number[] = [];
  const components: number[][] = [];
  let next = 0;
  for (let root = 0; root < out.length; root++) {
    if ((number[root] ?? 0) >= 0) continue;
    const path: { node: number; rest: Iterator<number> }[] = [];
    const enter = (node: number) => {
      number[node] = low[node] = next++;
      open[node] = 1;
      stack.push(node);
      path.push({ node, rest: (out[node] ?? new Set<number>()).values() });
    };
    enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { node, rest } = top;
      const step = rest.next();
      if (step.done !== true) {
        if (number[step.value] === -1) enter(step.value);
        else if (open[step.value] === 1) low[node] = Math.min(low[node] ?? 0, number[step.value] ?? 0);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) low[parent.node] = Math.min(low[parent.node] ?? 0, low[node] ?? 0);
      if (low[node] === number[node]) {
        const members = stack.splice(stack.indexOf(node));
        for (const member of members) open[member] = 0;
        components.push(members.sort((a, b) => a - b));
      }
    }
  }
  return components.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
};

/** Sets of items that no comparison joins. */
export const connectedSets = (count: number, rankings: readonly Ranking[]): number[][] =>
  strong(edges(count, rankings, true));

/** Sets in which every item beat every other, directly or through others: on each, the maximum of the likelihood exists (Ford 1957). */
export const mutualSets = (count: number, rankings: readonly Ranking[]): number[][] =>
  strong(edges(count, rankings, false));
