import { expect, test } from 'vitest';
import { gpuQueueLine } from '../../cli/accelerator.ts';

test('the gpu queue says what it picked, and why nothing better', async () => {
  expect(await gpuQueueLine(async (provider) => (provider === 'cuda' ? null : 'no'))).toBe('gpu queue: CUDA');
  expect(await gpuQueueLine(async (provider) => (provider === 'coreml' ? null : 'no'))).toBe('gpu queue: COREML');
  expect(await gpuQueueLine(async (provider) => `no ${provider}\nmore`)).toBe(
    'gpu queue: CPU (cuda: no cuda; coreml: no coreml)',
  );
});

test('on this machine it is one of them', async () => {
  expect(await gpuQueueLine()).toMatch(/^gpu queue: (CUDA|COREML|CPU \(cuda: .+\))$/);
});
