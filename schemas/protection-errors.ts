/** Faults of what protects people who give feedback: 660x of the catalogue. */
import type { Entry } from './error-entry.ts';

export const PROTECTION_ERRORS = {
  'ASY-6601': {
    name: 'BreakDue',
    retry: false,
    text: (d) => `this run asks for a break: work goes on at ${d['until']}`,
    fix: 'rest until then; answers in hand can be sent',
  },
} as const satisfies Record<string, Entry>;
