/** Labels of steps as they are given. */

/** The first mistake is step `at`: it is wrong, steps before it that have no label are right, and nothing after it is asked. */
export const stopAt = (labels: readonly (number | null)[], at: number): number[] => [
  ...Array.from({ length: at }, (_, i) => labels[i] ?? 1),
  -1,
];
