import { defineConfig } from 'vitest/config';

/** Two projects: `unit` has everything that needs no servers, `e2e` starts its own Temporal, S3 and worker. */
export default defineConfig({
  test: {
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/workflows/**'],
          testTimeout: 60_000,
          // The stock setting leaves a core to the one who watches, which of two is half.
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'servers',
          include: ['test/workflows/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          // Each file has servers of its own, which leave a core idle half of the time; more of them would starve each other.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
