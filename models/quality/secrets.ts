/** Credentials by the shapes their issuers publish. */
import { matches, type Span } from './finding.ts';

/** Shannon entropy of a text's characters, in bits each. */
export const characterEntropy = (text: string): number => {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const total = [...counts.values()].reduce((sum, n) => sum + n, 0);
  return -[...counts.values()].reduce((sum, n) => sum + (n / total) * Math.log2(n / total), 0);
};

/** Prefixes are the issuers' own; what follows is random, so that a placeholder such as `sk-xxxx…` is told by its entropy. */
const TOKENS: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g, // AWS access key id
  /\bgh[pousr]_[A-Za-z0-9]{36,251}\b/g, // GitHub
  /\bgithub_pat_[A-Za-z0-9_]{82}\b/g,
  /\bglpat-[\w-]{20,}/g, // GitLab
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g, // Slack
  /\bsk-(?:proj-|ant-|or-v1-)?[\w-]{20,}/g, // OpenAI, Anthropic, OpenRouter
  /\bhf_[A-Za-z]{34}\b/g, // Hugging Face
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\bpypi-[\w-]{50,}/g,
  /\bAIza[\w-]{35}/g, // Google
  /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}\b/g, // Stripe
  /\beyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{16,}/g, // JSON Web Token
];
const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[\s\S]*?(?:-----END (?:[A-Z]+ )*PRIVATE KEY-----|$)/g;
/** A value given to a name that says it is secret. */
const ASSIGNED =
  /(?<=\b[\w-]{0,30}(?:password|passwd|secret|api[_-]?key|access[_-]?key|token)["']?\s{0,3}[:=]\s{0,3}["']?)[\w+/=.~-]{16,}/gi;

/** Bits per character below which a string repeats itself too much to have been drawn at random. */
const RANDOM = 3;

/** Tokens, private keys and values assigned to secret names, as spans of kind `secret`. */
export const secrets = (text: string): Span[] => {
  const random = (match: string) => characterEntropy(match) >= RANDOM;
  return [
    ...TOKENS.flatMap((pattern) => matches(text, pattern, 'secret', random)),
    ...matches(text, PRIVATE_KEY, 'secret'),
    ...matches(text, ASSIGNED, 'secret', (match) => random(match) && /\d/.test(match)),
  ];
};
