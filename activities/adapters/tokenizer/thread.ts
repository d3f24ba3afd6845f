/** The thread that counts tokens by one tokenizer.json. Started by counter.ts only. */
import { parentPort, workerData } from 'node:worker_threads';
import { openTokenCounter } from '../../../models/encoders/token-reader.ts';
import type { Job, Told } from './messages.ts';

const tell = (told: Told): void => parentPort?.postMessage(told);

const orFault = (work: () => void): void => {
  try {
    work();
  } catch (error) {
    tell({ fault: error instanceof Error ? error.message : String(error) });
  }
};

orFault(() => {
  const { json } = workerData as Job;
  const count = openTokenCounter(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json)), 'drop');
  parentPort?.on('message', (text: string) => orFault(() => tell({ tokens: count(text) })));
  tell({ ready: true });
});
