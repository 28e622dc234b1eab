import { lineAt } from './secrets-in-text.ts';
import type { Sighting } from './secrets-in-text.ts';

/** Card, bank and social-security numbers in a text: the first of each kind. In time linear in the text. */
export function findPersonalData(text: string): Sighting[] {
  const finders: [what: string, find: (text: string) => number | null][] = [
    ['a card number', findCard],
    ['a bank account number (IBAN)', findIban],
    ['a US social security number', findSocialSecurityNumber],
  ];
  return finders.flatMap(([what, find]) => {
    const offset = find(text);
    return offset === null ? [] : [{ what, line: lineAt(text, offset) }];
  });
}

const CARD_MIN = 13;
const CARD_MAX = 19;
/** As cards print their numbers: in fours, or 4-6-5 (American Express) and 4-6-4 (Diners Club). */
const CARD_GROUPS = /^(?:4 4 4 [1-4]|4 4 4 4 [1-3]|4 6 5|4 6 4)$/;

interface Digits {
  text: string;
  at: number;
}

function findCard(text: string): number | null {
  for (const run of digitRuns(text)) {
    for (const [from, group] of run.entries()) {
      const mayBegin =
        group.text.length === 4 || group.text.length >= CARD_MIN || (from === 0 && run.length <= CARD_MAX);
      if (mayBegin && cardsFrom(run, from).some(isCardNumber)) return group.at;
    }
  }
  return null;
}

/** Groups of digits with one space or dash between, as far as they go on. */
function* digitRuns(text: string): Generator<Digits[]> {
  let run: Digits[] = [];
  let end = 0;
  for (const { 0: digits, index } of text.matchAll(/\d+/g)) {
    const goesOn = index === end + 1 && /[ -]/.test(text.charAt(end));
    if (!goesOn && run.length > 0) {
      yield run;
      run = [];
    }
    run.push({ text: digits, at: index });
    end = index + digits.length;
  }
  if (run.length > 0) yield run;
}

/** The numbers that may be a card's from one group on: that group alone, the whole run, or groups as cards print them. */
function cardsFrom(run: readonly Digits[], from: number): string[] {
  const candidates: string[] = [];
  let number = '';
  let groups = '';
  for (let at = from; at < run.length; at += 1) {
    const digits = run[at]?.text ?? '';
    number += digits;
    groups += `${groups === '' ? '' : ' '}${digits.length}`;
    if (number.length > CARD_MAX) break;
    const isWhole = from === 0 && at === run.length - 1;
    if (number.length >= CARD_MIN && (at === from || isWhole || CARD_GROUPS.test(groups))) candidates.push(number);
  }
  return candidates;
}

/** Issuers' prefixes and lengths (ISO/IEC 7812; the ranges as the networks publish them). */
const ISSUERS: readonly [prefix: RegExp, lengths: readonly number[]][] = [
  [/^4/, [13, 16, 19]], // Visa
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]], // Mastercard
  [/^3[47]/, [15]], // American Express
  [/^(?:6011|64[4-9]|65|62)/, [16, 17, 18, 19]], // Discover, UnionPay
  [/^3(?:0[0-5]|[689])/, [14, 15, 16, 17, 18, 19]], // Diners Club
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]], // JCB
  [/^(?:5018|5020|5038|5893|6304|6759|676[1-3])/, [13, 14, 15, 16, 17, 18, 19]], // Maestro
];

function isCardNumber(number: string): boolean {
  const isIssued = ISSUERS.some(([prefix, lengths]) => lengths.includes(number.length) && prefix.test(number));
  return isIssued && passesLuhn(number);
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(number: string): boolean {
  let sum = 0;
  for (let at = 0; at < number.length; at += 1) {
    const digit = Number(number.charAt(number.length - 1 - at));
    const weighted = at % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

/** How long an IBAN is, by country: SWIFT's IBAN registry. */
const IBAN_LENGTHS = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 ' +
    'EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 ' +
    'IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 ' +
    'NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 ' +
    'SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const IBAN_START = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?=[ -]?[A-Z0-9])/gi;

function findIban(text: string): number | null {
  for (const { 0: start, index } of text.matchAll(IBAN_START)) {
    const length = IBAN_LENGTHS.get(start.slice(0, 2).toUpperCase());
    const iban = length === undefined ? null : takeAlphanumerics(text, index, length);
    if (iban !== null && passesMod97(iban)) return index;
  }
  return null;
}

/** As many letters and digits as asked for, single spaces and dashes between them left out; null when they end before or go on. */
function takeAlphanumerics(text: string, from: number, length: number): string | null {
  let taken = '';
  let at = from;
  while (taken.length < length) {
    if (text[at] === ' ' || text[at] === '-') at += 1;
    if (!isAlphanumeric(text, at)) return null;
    taken += text.charAt(at).toUpperCase();
    at += 1;
  }
  return isAlphanumeric(text, at) ? null : taken;
}

function isAlphanumeric(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** ISO 13616: the check digits, by ISO/IEC 7064 MOD 97-10. */
function passesMod97(iban: string): boolean {
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** Numbers that the Social Security Administration may have given out (since 2011: area not 000, 666 or 9xx, no group or serial of zeros). */
const SOCIAL_SECURITY_NUMBER = /(?<![\d-])(?!000|666|9)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])/;

function findSocialSecurityNumber(text: string): number | null {
  return SOCIAL_SECURITY_NUMBER.exec(text)?.index ?? null;
}
