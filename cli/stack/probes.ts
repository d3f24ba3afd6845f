/** Questions that say whether a process serves. None of them throws. */
import { stat } from 'node:fs/promises';

/** True when a GET is answered within five seconds with a status that `good` accepts. */
export const answers = async (url: string, good: (status: number) => boolean): Promise<boolean> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: 'manual' });
    await response.arrayBuffer();
    return good(response.status);
  } catch {
    return false;
  }
};

export const fileExists = async (path: string): Promise<boolean> => {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
};
