import { LIMITS } from './limits.ts';

/** What a provider's key is sealed for: it opens for no other tenant and no other provider. */
export const sealPurpose = ({ tenantId, provider }: { tenantId: string; provider: string }): string =>
  `provider credential\n${tenantId}\n${provider}`;

/** The end of a key, by which people tell keys apart; nothing of a key so short that it would help to guess the rest. */
export const lastFour = (apiKey: string): string => (apiKey.length >= LIMITS.shownKey ? apiKey.slice(-4) : '');
