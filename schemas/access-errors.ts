/** Faults of identity and access: the 8xxx of the catalogue. None says more than who asks may know. */
import type { Entry } from './error-entry.ts';

export const ACCESS_ERRORS = {
  'ASY-8001': {
    name: 'NotSignedIn',
    retry: false,
    text: (d) => `${d['reason']}`,
    fix: 'sign in again; programs send a bearer token',
  },
  'ASY-8002': {
    name: 'NotAllowed',
    retry: false,
    text: (d) => `this needs one of the roles ${d['roles']}`,
    fix: 'ask an admin for the role',
  },
  'ASY-8003': {
    name: 'OutsideScope',
    retry: false,
    text: () => 'this sign-in is for other runs',
    fix: 'ask an admin for a link that names the run',
  },
  'ASY-8004': {
    name: 'CrossSite',
    retry: false,
    text: (d) => `${d['reason']}`,
    fix: 'changes by cookie are sent as JSON by a page of this server; programs use a bearer token',
  },
  'ASY-8005': {
    name: 'LinkInvalid',
    retry: false,
    text: (d) => `the sign-in link ${d['reason']}`,
    fix: 'make a new one with `assay link`, or ask an admin for one',
  },
  'ASY-8006': {
    name: 'SignInFailed',
    retry: false,
    text: (d) => `the identity provider's answer was refused: ${d['reason']}`,
    fix: 'start again from the sign-in page; the server log says more',
  },
  'ASY-8007': {
    name: 'TooManyRequests',
    retry: true,
    text: (d) => `too many requests; again in ${d['seconds']} s`,
    fix: 'wait as long as Retry-After says; ASSAY_RATE_PER_SECOND raises the limit',
  },
  'ASY-8008': {
    name: 'AuditUnreadable',
    retry: false,
    text: (d) => `${d['key']}: ${d['reason']}`,
    fix: 'find what changed the log with `assay audit verify`; the bucket keeps older versions of its objects',
  },
  'ASY-8009': {
    name: 'DutiesConflict',
    retry: false,
    text: (d) => `who did ${d['did']} may not do ${d['wants']} on the same ${d['object']}`,
    fix: 'have somebody else do it',
  },
  'ASY-8010': {
    name: 'ProviderUnreachable',
    retry: true,
    text: () => 'the identity provider does not answer',
    fix: 'try again; the server log says more',
  },
} as const satisfies Record<string, Entry>;
