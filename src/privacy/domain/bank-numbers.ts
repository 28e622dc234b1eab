import { DASHES, isSeparator, SPACES } from './separators.ts';
import type { Span } from './sighting.ts';

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

const IBAN_START = new RegExp(`(?<![A-Za-z0-9])[A-Z]{2}\\d{2}(?=[${SPACES}${DASHES}]?[A-Z0-9])`, 'gi');

/** Every IBAN whose check digits hold. */
export function* ibanSpans(text: string): Generator<Span> {
  let past = 0;
  for (const { 0: start, index } of text.matchAll(IBAN_START)) {
    const length = IBAN_LENGTHS.get(start.slice(0, 2).toUpperCase());
    const taken = length === undefined || index < past ? null : takeAlphanumerics(text, index, length);
    if (taken === null || !passesMod97(taken.characters)) continue;
    past = taken.end;
    yield { start: index, end: taken.end };
  }
}

/** As many letters and digits as asked for, single spaces and dashes between them left out; null when they end before or go on. */
function takeAlphanumerics(text: string, from: number, length: number): { characters: string; end: number } | null {
  let characters = '';
  let end = from;
  while (characters.length < length) {
    if (isSeparator(text.charAt(end))) end += 1;
    if (!isAlphanumeric(text, end)) return null;
    characters += text.charAt(end).toUpperCase();
    end += 1;
  }
  return isAlphanumeric(text, end) ? null : { characters, end };
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
