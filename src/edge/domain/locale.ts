import { pickLocale } from '../../kernel/locale.ts';

export interface Selection<T> {
  /** The locale that is served. */
  locale: string;
  /** Whether it is another than the one asked for. */
  fallback: boolean;
  content: T;
}

/**
 * What serves a wish: exact, then shorter, then the version's own.
 * @param wanted a canonical locale, or null for the version's own
 * @throws Error when not even the version's own is there
 */
export function selectLocale<T>(
  { locale: own, locales }: { locale: string; locales: Readonly<Record<string, T>> },
  wanted: string | null,
): Selection<T> {
  const locale = pickLocale(wanted, new Set(Object.keys(locales)), own);
  const content = locales[locale];
  if (content === undefined) throw new Error(`a bundle lacks its own locale ${own}`);
  return { locale, fallback: wanted !== null && locale !== wanted, content };
}
