/** Refusals and boilerplate of assistants, by phrase. English only: other languages are for a classifier. */
import { disjoint, type Finding, findingOf, matches } from './finding.ts';

const CANNOT =
  "(?:can(?:no|['’])t|can not|won['’]t|will not|(?:am|['’]m) (?:unable|not able|not allowed|not permitted) to|must decline to)";
const HELP =
  '(?:help|assist|provide|give|answer|comply|fulfil?l?|support|do|create|write|generate|share|discuss|engage|participate|offer|produce|continue|respond)';

const REFUSALS: readonly RegExp[] = [
  new RegExp(`\\bI(?:['’]m sorry,? (?:but )?I)? ?(?:simply |really |just )?${CANNOT} ${HELP}\\b`, 'gi'),
  /\b(?:I['’]m|I am) (?:very |so |really )?sorry,? (?:but )?(?:I |that['’]s |this is )(?:can|won|not|am|something I)/gi,
  /\b(?:goes|is) against my (?:programming|guidelines|principles|policy|policies)\b/gi,
  /\bI (?:have to|must|need to|respectfully) decline\b/gi,
  /\bnot (?:comfortable|willing) (?:with )?(?:helping|assisting|providing|answering|discussing|writing|creating)\b/gi,
];

const BOILERPLATE: readonly RegExp[] = [
  /\bas an? (?:AI|artificial intelligence|large language|language)(?: language)?(?: model| assistant)?\b(?= ?,| I\b)/gi,
  /\bI(?: am|['’]m) (?:just |only )?an? (?:AI|artificial intelligence|large language model|language model)(?: language model| assistant)?\b/gi,
  /\b(?:my|up to my) (?:last )?(?:knowledge|training) (?:cut-?off|update|data)\b/gi,
  /\bI (?:do not|don['’]t) have (?:personal (?:opinions|beliefs|experiences|feelings)|feelings|the ability to (?:browse|access))\b/gi,
  /\bI hope (?:this|that) (?:helps|was helpful|answers your question)\b/gi,
  /\blet me know if (?:you (?:have|need)|there(?:['’]s| is)) (?:any|further|more|anything|additional)\b/gi,
  /\bfeel free to (?:ask|reach out)\b/gi,
  /\bis there anything else (?:I can|you)\b/gi,
];

/** Phrases by which an assistant declines; `value` is how many. A refusal is taken from its opening: only the first 400 units are read. */
export const refusals = (text: string): Finding =>
  findingOf(disjoint(REFUSALS.flatMap((pattern) => matches(text.slice(0, 400), pattern, 'refusal'))));

/** Phrases that speak of being an AI, and stock openings and endings; `value` is how many. */
export const boilerplate = (text: string): Finding =>
  findingOf(disjoint(BOILERPLATE.flatMap((pattern) => matches(text, pattern, 'boilerplate'))));
