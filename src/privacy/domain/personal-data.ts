import { ibanSpans } from './bank-numbers.ts';
import { cardSpans } from './cards.ts';
import { firstSighting } from './sighting.ts';
import type { Sighting } from './sighting.ts';
import { socialSecuritySpans } from './social-security.ts';

/** Card, bank and social-security numbers in a text: the first of each kind. In time linear in the text. */
export function findPersonalData(text: string): Sighting[] {
  return [
    ...firstSighting('a card number', text, cardSpans(text)),
    ...firstSighting('a bank account number (IBAN)', text, ibanSpans(text)),
    ...firstSighting('a US social security number', text, socialSecuritySpans(text)),
  ];
}
