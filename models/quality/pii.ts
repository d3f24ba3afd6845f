/** Personal data with a form of its own (S066): addresses, numbers and secrets. Names of people are not looked for. */
import { isIPv4, isIPv6 } from 'node:net';
import { iban, luhn } from './checksums.ts';
import { disjoint, type Finding, findingOf, matches, type Span } from './finding.ts';
import { secrets } from './secrets.ts';

/** RFC 5321's mailbox without quotes, with its limits (64 units, labels of 63): no text makes it slow. */
const EMAIL =
  /(?<![\p{L}\p{N}_.%+-])[\p{L}\p{N}_%+-][\p{L}\p{N}_.%+'-]{0,63}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,10}\p{L}{2,}/gu;
const DIGITS = /(?<![\d.,])\d(?:[ -]?\d){12,18}(?![\d]|[.,]\d)/g;
const IBAN = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\p{L}\p{N}])/gu;
const IPV4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d]|\.\d)/g;
const IPV6 = /(?<![\p{L}\p{N}:])[0-9a-fA-F:]{2,39}(?:\d{1,3}(?:\.\d{1,3}){3})?(?![\p{L}\p{N}:])/gu;

/** E.164 after a plus, or 00 for it, in groups. */
const INTERNATIONAL = /(?<![\d+])(?:\+|00)[1-9]\d{0,2}(?:[ .-]?\(0\))?(?:[ .-]?\(?\d{1,5}\)?){2,6}(?!\d)/g;
/** NANP: an area code and an exchange that begin with 2–9, divided. */
const NORTH_AMERICAN = /(?<![\d.+-])(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}(?![\d-])/g;
/** Countries whose trunk prefix is 0 (most of Europe, Asia and Africa): area code and number, divided. */
const TRUNK = /(?<![\d.,/+-])\(?0[1-9]\d{0,4}\)?(?:[ ./-]\d{2,8}){1,5}(?![\d-])/g;

const compact = (text: string): string => text.replace(/[ -]/g, '');
const digitsIn = (text: string): number => text.replace(/\D/g, '').length;

/** First digits and lengths of the large schemes: a Luhn sum alone holds for one number in ten. */
const CARD =
  /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d{2}|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d{2}|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17})$/;

/** Dates (0-led day or month first, or ISO) look like trunk numbers. */
const isDate = (text: string): boolean =>
  /^\(?(?:0[1-9]|1\d|2\d|3[01])[ ./-](?:0[1-9]|1[0-2])[ ./-](?:\d{2}|\d{4})$/.test(text);

/** Dotted versions (1.2.3.4) are told from addresses by no rule: what parses as an address is one. */
const DETECTORS: readonly ((text: string) => Span[])[] = [
  (text) => matches(text, EMAIL, 'email'),
  (text) => matches(text, IBAN, 'iban', (match) => iban(compact(match))),
  (text) => matches(text, DIGITS, 'card', (match) => CARD.test(compact(match)) && luhn(compact(match))),
  (text) => matches(text, IPV4, 'ip', isIPv4),
  (text) => matches(text, IPV6, 'ip', (match) => match.length > 2 && isIPv6(match)),
  (text) => matches(text, INTERNATIONAL, 'phone', (match) => digitsIn(match) >= 8 && digitsIn(match) <= 17),
  (text) => matches(text, NORTH_AMERICAN, 'phone'),
  (text) => matches(text, TRUNK, 'phone', (match) => digitsIn(match) >= 9 && digitsIn(match) <= 12 && !isDate(match)),
  secrets,
];

/**
 * Emails, phones (E.164 and the usual national forms), payment cards (scheme and Luhn), IBANs (length and modulo 97), IPv4 and
 * IPv6 addresses and secrets; `value` is how many.
 */
export const personalData = (text: string): Finding => findingOf(disjoint(DETECTORS.flatMap((detect) => detect(text))));
