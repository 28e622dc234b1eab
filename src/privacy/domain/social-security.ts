import { DASHES, SPACES } from './separators.ts';
import type { Span } from './sighting.ts';

/** Numbers that the Social Security Administration may have given out (since 2011: area not 000, 666 or 9xx, no group or serial of zeros). */
const SOCIAL_SECURITY_NUMBER = new RegExp(
  // A dash in front may be the sentence's, but a hyphen, or one behind a digit, is an identifier's.
  `(?<![\\d-]|\\d[${DASHES}])(?!000|666|9)\\d{3}([${SPACES}${DASHES}])(?!00)\\d{2}\\1(?!0000)\\d{4}(?![\\d-]|[${DASHES}]\\d)`,
  'g',
);
/** Nine digits in a row are anything, unless it says before them what they are. */
const LABELLED = new RegExp(
  `(?<![A-Za-z])(?:ssn|social[${SPACES}${DASHES}]security)(?:[${SPACES}${DASHES}](?:number|no\\.?|is)){0,2}` +
    `["']{0,2}[${SPACES}\\t]{0,4}[:=#]?[${SPACES}\\t]{0,4}["']{0,2}(?!000|666|9)(\\d{9})(?!\\d)`,
  'gi',
);

/** Every US social security number as it is written, 3-2-4. */
export function* socialSecuritySpans(text: string): Generator<Span> {
  for (const { 0: number, index } of text.matchAll(SOCIAL_SECURITY_NUMBER)) {
    yield { start: index, end: index + number.length };
  }
}

/** Every one that stands without separators beside its name. */
export function* labelledSocialSecuritySpans(text: string): Generator<Span> {
  for (const { 0: match, 1: number = '', index } of text.matchAll(LABELLED)) {
    const end = index + match.length;
    yield { start: end - number.length, end };
  }
}
