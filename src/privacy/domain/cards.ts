import { isSeparator } from './separators.ts';
import type { Span } from './sighting.ts';

const CARD_MIN = 13;
const CARD_MAX = 19;
/** As cards print their numbers: in fours, or 4-6-5 (American Express) and 4-6-4 (Diners Club). */
const CARD_GROUPS = /^(?:4 4 4 [1-4]|4 4 4 4 [1-3]|4 6 5|4 6 4)$/;

interface Digits {
  text: string;
  at: number;
}

/** Every payment card's number; the longest where several begin at one place. */
export function* cardSpans(text: string): Generator<Span> {
  let end = 0;
  for (const run of digitRuns(text)) {
    for (const [from, group] of run.entries()) {
      const mayBegin =
        group.text.length === 4 || group.text.length >= CARD_MIN || (from === 0 && run.length <= CARD_MAX);
      if (!mayBegin || group.at < end) continue;
      const card = cardsFrom(run, from).findLast(({ number }) => isCardNumber(number));
      if (card === undefined) continue;
      end = card.end;
      yield { start: group.at, end };
    }
  }
}

/** Groups of digits with one space or dash between, as far as they go on. */
function* digitRuns(text: string): Generator<Digits[]> {
  let run: Digits[] = [];
  let end = 0;
  for (const { 0: digits, index } of text.matchAll(/\d+/g)) {
    const goesOn = index === end + 1 && isSeparator(text.charAt(end));
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
function cardsFrom(run: readonly Digits[], from: number): { number: string; end: number }[] {
  const candidates: { number: string; end: number }[] = [];
  let number = '';
  let groups = '';
  for (let at = from; at < run.length; at += 1) {
    const digits = run[at] ?? { text: '', at: 0 };
    number += digits.text;
    groups += `${groups === '' ? '' : ' '}${digits.text.length}`;
    if (number.length > CARD_MAX) break;
    const isWhole = from === 0 && at === run.length - 1;
    if (number.length >= CARD_MIN && (at === from || isWhole || CARD_GROUPS.test(groups))) {
      candidates.push({ number, end: digits.at + digits.text.length });
    }
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

/** Whether digits without anything between are a number that a card may have. */
export function isCardNumber(number: string): boolean {
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
