/** Faults of what `curate` declares: the 62xx of the catalogue. */
import type { Entry } from './error-entry.ts';

export const CURATION_ERRORS = {
  'ASY-6201': {
    name: 'RuleNeeds',
    retry: false,
    text: (d) => `curate: ${d['rule']} needs ${d['needs']}`,
    fix: 'collect what it needs, or take the rule out of pipeline.yaml',
  },
  'ASY-6202': {
    name: 'SelectionEmpty',
    retry: false,
    text: (d) => `curate: ${d['step']} took out the last of ${d['items']} items: ${d['reasons']}`,
    fix: 'loosen the rules of that step; nothing was published',
  },
  'ASY-6203': {
    name: 'QuotasInfeasible',
    retry: false,
    text: (d) => `curate: no choice keeps all quotas; missing at the least: ${d['missing']}`,
    fix: 'lower the named floors or the size, raise caps, or collect more',
  },
  'ASY-6204': {
    name: 'BenchmarkUnusable',
    retry: false,
    text: (d) => `curate: benchmark ${d['file']}:${d['line']}: ${d['reason']}`,
    fix: 'give JSON Lines of objects with a question, and name its field with `field`',
  },
  'ASY-6205': {
    name: 'SelectionTooLarge',
    retry: false,
    text: (d) => `curate: ${d['rule']} would compare ${d['rows']} items of ${d['dims']} features with each other`,
    fix: 'put a rule that leaves fewer before it, such as top-k or best-of-n, or ask for fewer',
  },
  'ASY-6210': {
    name: 'TokenizerUnusable',
    retry: false,
    text: (d) => `curate: tokenizer ${d['tokenizer']}: ${d['reason']}`,
    fix: 'name `static-e5`, a pulled encoder that reads text, or a tokenizer.json that lies in the drop',
  },
} as const satisfies Record<string, Entry>;
