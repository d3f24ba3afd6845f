/** Faults of retention, consent and waivers: 655x of the catalogue. */
import type { Entry } from './error-entry.ts';

export const GOVERNANCE_ERRORS = {
  'ASY-6550': {
    name: 'RetentionInvalid',
    retry: false,
    text: (d) => `${d['file']}:${d['line']}:${d['column']}: ${d['reason']}`,
    fix: 'see docs/guides/governance.md for the classes, their rules and holds',
  },
  'ASY-6551': {
    name: 'RetentionUnset',
    retry: false,
    text: () => 'no retention policy was put: nothing goes',
    fix: 'write retention.yaml and `assay retention put retention.yaml`',
  },
  'ASY-6552': {
    name: 'ExportNotPermitted',
    retry: false,
    text: (d) => `dataset ${d['dataset']}: ${d['reasons']}; nothing was written`,
    fix: 'take those rows out with a `permission` filter, or record who waives the rule: `assay dataset waive NAME --rule RULE --by WHO --note WHY --until DATE`; then `assay run resume`',
  },
  'ASY-6553': {
    name: 'WaiverRefused',
    retry: false,
    text: (d) => `waiver for dataset ${d['dataset']}: ${d['reason']}`,
    fix: 'give one of the rules `purpose`, `consent`, `licence`, with --by, --note and an end --until that is to come',
  },
  'ASY-6554': {
    name: 'WaiverEnded',
    retry: false,
    text: (d) => `dataset ${d['dataset']} was published under a waiver of ${d['rules']} that has ended`,
    fix: 'record a new waiver with `assay dataset waive`, or publish a version whose rows need none',
  },
  'ASY-6555': {
    name: 'ConsentMissing',
    retry: false,
    text: (d) => `${d['column']}: no consent to ${d['purposes']}`,
    fix: 'leave the row out, or correct what it says of the consent',
  },
  'ASY-6556': {
    name: 'ConsentUnstated',
    retry: false,
    text: (d) => `drop.json of ${d['drop']} states no consent, which \`privacy.consent: required\` asks for`,
    fix: 'state `consent`, or `consentColumn`, in drop.json; or push the drop without asking for it',
  },
} as const satisfies Record<string, Entry>;
