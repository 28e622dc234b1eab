/** In characters: enough for any sentence, too little for a page. */
const LONGEST = 500;

/** How much is looked at, in characters: the patterns below take quadratic time for a text made to be slow. */
const LOOKED_AT = 4000;

/** Keys as providers write them (sk-…, hf_…, AIza…), whole or starred, and whatever follows Bearer. */
const KEYS = /\b(?:gsk|hf|xai|nvapi|pplx|r8)[-_][\w*.-]{8,}|\bAIza[\w-]{20,}|\bsk-[\w*.-]+|\bbearer\s+\S+/gi;
/** Something of which the middle is starred: providers show beginnings and ends of keys so. */
const STARRED = /[\w.-]*\*{3,}[\w.*-]*/g;
const QUERY = /(https?:\/\/[^\s?"'<>]*)\?[^\s"'<>]*/gi;
const USER = /(https?:\/\/)[^\s/?@]*@/gi;

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/**
 * A provider's words as callers may see them: without the key that was used, a piece of it or anything like a key, without
 * the queries and users of URLs, at most 500 characters.
 */
export function withoutSecrets(text: string, apiKey: string | null): string {
  let clean = text.slice(0, LOOKED_AT).replace(QUERY, '$1').replace(USER, '$1');
  if (apiKey !== null && apiKey !== '') {
    clean = clean.replaceAll(apiKey, '[removed]').replaceAll(encodeURIComponent(apiKey), '[removed]');
    // Some echo a key cut short.
    if (apiKey.length >= 12) {
      const pieces = [apiKey.slice(0, 8), apiKey.slice(-8)].map(escaped).join('|');
      clean = clean.replace(new RegExp(`[^\\s"']*(?:${pieces})[^\\s"']*`, 'g'), '[removed]');
    }
  }
  clean = clean.replace(KEYS, '[removed]').replace(STARRED, '[removed]').trim();
  return clean.length <= LONGEST ? clean : `${clean.slice(0, LONGEST - 1)}…`;
}
