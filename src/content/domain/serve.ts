import { pickLocale } from '../../kernel/locale.ts';
import type { Content } from './content.ts';

/** What a version serves, and in which locale. */
export interface Served {
  locale: string;
  content: Content;
  /** Whether it is in another locale than the one asked for. */
  fallback: boolean;
}

/**
 * What a version serves in a locale: exact, then shorter, then its own.
 * @param wanted canonical, or null for the version's own
 */
export function serveIn(
  version: { locale: string; content: Content; translations: readonly { locale: string; content: Content }[] },
  wanted: string | null,
): Served {
  const byLocale = new Map(version.translations.map(({ locale, content }) => [locale, content]));
  byLocale.set(version.locale, version.content);
  const locale = pickLocale(wanted, new Set(byLocale.keys()), version.locale);
  return { locale, content: byLocale.get(locale) ?? version.content, fallback: wanted !== null && wanted !== locale };
}
