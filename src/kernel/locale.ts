/** The canonical form of a BCP 47 tag (`pt-br` → `pt-BR`), or null when it is none. At most 35 characters (RFC 5646, 4.4.1). */
export function canonicalLocale(value: string): string | null {
  if (value.length === 0 || value.length > 35) return null;
  try {
    return Intl.getCanonicalLocales(value)[0] ?? null;
  } catch {
    return null;
  }
}

/** The locales to try for one asked for: exact, then shorter (`fr-CA` → `fr`). RFC 4647, 3.4 (lookup). */
export function localeChain(locale: string): string[] {
  const parts = locale.split('-');
  const chain: string[] = [];
  while (parts.length > 0) {
    chain.push(parts.join('-'));
    parts.pop();
    // A single letter announces an extension and means nothing alone.
    if (parts.at(-1)?.length === 1) parts.pop();
  }
  return chain;
}

/** Which of the locales at hand serves a wish: exact, then shorter, then the version's own. */
export function pickLocale(wanted: string | null, available: ReadonlySet<string>, own: string): string {
  if (wanted === null) return own;
  return localeChain(wanted).find((candidate) => available.has(candidate)) ?? own;
}
