import type { Entry } from './error-entry.ts';

/** 41xx of the catalogue: studies that choose assertions by people's grades. */
export const EVALGEN_ERRORS = {
  'ASY-4101': {
    name: 'StudyNotFound',
    retry: false,
    text: (d) => `no study named ${d['study']}`,
    fix: 'list studies with `assay evalgen ls`',
  },
  'ASY-4102': {
    name: 'StudyExists',
    retry: false,
    text: (d) => `a study named ${d['study']} exists`,
    fix: 'choose another name, or go on with the study that is there',
  },
  'ASY-4103': {
    name: 'StudyRefused',
    retry: false,
    text: (d) => `study ${d['study']}: ${d['reason']}`,
    fix: 'correct what was sent; the study is unchanged',
  },
} as const satisfies Record<string, Entry>;
