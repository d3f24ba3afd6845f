/** What the gpu queue's encoders run on, in a line. */
import { whyNot } from '../models/runtime.ts';
import type { Provider } from '../schemas/encoder.ts';

/** Accelerators the encoders' manifests name, in their order. */
const ACCELERATORS = ['cuda', 'coreml'] as const satisfies readonly Provider[];

/** `gpu queue: CUDA`, or `gpu queue: CPU (cuda: why not; coreml: why not)`. */
export const gpuQueueLine = async (ask: (provider: Provider) => Promise<string | null> = whyNot): Promise<string> => {
  const reasons: string[] = [];
  for (const provider of ACCELERATORS) {
    const reason = await ask(provider);
    if (reason === null) return `gpu queue: ${provider.toUpperCase()}`;
    reasons.push(`${provider}: ${reason.split('\n')[0]}`);
  }
  return `gpu queue: CPU (${reasons.join('; ')})`;
};
