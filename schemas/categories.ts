import type { Statement } from './annotation.ts';

/** Whether an answer is the known one; numbers are when they are this near. */
export const isKnownAnswer = (known: string, given: string | null, tolerance: number): boolean => {
  if (given === null) return false;
  if (known === given) return true;
  return known !== '' && given !== '' && Math.abs(Number(known) - Number(given)) <= tolerance;
};

/** An answer as one short word (`a`, `tie`, `4`): what a batch shows of it, compares and checks; null where it has none. */
export const categoryOf = (body: Statement): string | null => {
  switch (body.task) {
    case 'pairwise':
      return body.value.preferred;
    case 'binary':
      return String(body.value.good);
    case 'assertion':
      return String(body.value.pass);
    case 'safety':
      return String(body.value.severity);
    case 'ranking':
      return body.value.ranks.join('>').slice(0, 32);
    case 'rating': {
      const values = Object.values(body.value.aspects);
      return values.length === 1 ? String(values[0]).slice(0, 32) : null;
    }
    case 'critique':
    case 'regions':
    case 'keywords':
    case 'steps':
    case 'rubric':
    case 'checklist':
    case 'demonstration':
    case 'spans':
      return null;
  }
};
