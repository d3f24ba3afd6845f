import type { Graph, Value } from '../onnx/graph.ts';
import type { MemberValues } from './linear.ts';
import { mixtureReward } from './mixture.ts';
import type { HeadParameters } from './parameters.ts';

/** Emits every member's gate and experts on standardised features; `gates` is [n, members, experts]. */
export const mixtureMembers = (
  graph: Graph,
  standardised: Value,
  { members }: HeadParameters,
): MemberValues & { readonly gates: Value } => {
  const emitted = members.flatMap(({ columns, gate }) =>
    gate === null
      ? []
      : mixtureReward(graph, standardised, {
          ...gate,
          // An aspect that never varied has no spread to be measured in.
          experts: columns.map(({ spread, centre, ...column }) => ({
            ...column,
            mean: centre,
            deviation: spread || 1,
          })),
        }),
  );
  const stack = (values: readonly Value[]) =>
    graph.node(
      'Concat',
      values.map((value) => graph.node('Unsqueeze', [value, graph.ints(1)])),
      { axis: 1 },
    );
  return {
    rewards: stack(emitted.map(({ reward }) => reward)),
    aspects: stack(emitted.map(({ aspects }) => aspects)),
    gates: stack(emitted.map(({ gates }) => gates)),
  };
};
