import { keys } from '../schemas/keys.ts';

/** Whether a run can be named after this folder of `drops/`: a name that cannot be a key's part (ASY-1004) is never started. */
export const isDropName = (drop: string): boolean => {
  try {
    keys.dropPrefix(drop);
    return true;
  } catch {
    return false;
  }
};
