import { ibanSpans } from './bank-numbers.ts';
import { cardSpans } from './cards.ts';
import { emailSpans } from './emails.ts';
import { phoneSpans } from './phones.ts';
import { secretSpans } from './secrets-in-text.ts';
import type { Span } from './sighting.ts';
import { labelledSocialSecuritySpans, socialSecuritySpans } from './social-security.ts';

/** What is masked, and what it is told as: of two findings of one width, the first kind here is the one. */
const FINDERS = [
  ['secret', secretSpans],
  ['card', cardSpans],
  ['iban', ibanSpans],
  ['ssn', socialSecuritySpans],
  ['ssn', labelledSocialSecuritySpans],
  ['email', emailSpans],
  ['phone', phoneSpans],
] as const;

export type MaskedKind = (typeof FINDERS)[number][0];

/** What stands in a masked text instead of what was found. */
export const placeholder = (kind: MaskedKind): string => `[${kind}]`;

interface Found extends Span {
  kind: MaskedKind;
  /** Of the widest finding in it. */
  width: number;
}

/** Shorter than a Slack token, no address, no name with a value, fewer digits than a telephone has: JSON has many of them. */
const TOO_SHORT = 15;
const SHORT_FINDING = /[@:=]|(?:\D*\d){7}/;

/** What a mask takes away can bring a neighbour to light, which then is masked too; real texts are done in one round. */
const ROUNDS = 8;

/**
 * The text with each email address, telephone, card, bank and social security number and each secret replaced: `[email]`, `[phone]`, `[card]`,
 * `[iban]`, `[ssn]`, `[secret]`. Where findings overlap, one placeholder stands for all, named after the widest. All else stays as it is, and
 * masking what is masked changes nothing. In time linear in the text.
 */
export function maskText(text: string): string {
  if (text.length < TOO_SHORT && !SHORT_FINDING.test(text)) return text;
  let masked = text;
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = maskOnce(masked);
    if (next === masked) break;
    masked = next;
  }
  return masked;
}

function maskOnce(text: string): string {
  const found = findings(text);
  if (found.length === 0) return text;
  const pieces: string[] = [];
  let past = 0;
  for (const { start, end, kind } of found) {
    pieces.push(text.slice(past, start), placeholder(kind));
    past = end;
  }
  return pieces.join('') + text.slice(past);
}

/** From left to right, what overlaps made one. */
function findings(text: string): Found[] {
  const all = FINDERS.flatMap(([kind, find]) =>
    Array.from(find(text), ({ start, end }): Found => ({ kind, start, end, width: end - start })),
  );
  const secretEnds = new Set(all.filter(({ kind }) => kind === 'secret').map(({ end }) => end));
  const joined: Found[] = [];
  for (const each of all.toSorted((a, b) => a.start - b.start)) {
    // `//user:password@host` is no address: what stands before the @ is masked as what it is.
    if (each.kind === 'email' && secretEnds.has(text.indexOf('@', each.start))) continue;
    const last = joined.at(-1);
    if (last === undefined || each.start >= last.end) {
      joined.push({ ...each });
      continue;
    }
    last.end = Math.max(last.end, each.end);
    if (each.width > last.width) [last.kind, last.width] = [each.kind, each.width];
  }
  return joined;
}
