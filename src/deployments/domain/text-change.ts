import { changedShare } from '../../content/public.ts';
import type { Content, LoadedVersion } from '../../content/public.ts';
import { pickLocale } from '../../kernel/locale.ts';
import { contentsOf } from './references.ts';

/** A share that is worth a reason, and where it was found. */
export interface TextChange {
  locale: string;
  /** Of the messages of one role; null for a text. */
  role: string | null;
  /** In percent, rounded up. */
  percent: number;
}

/** More than this share of a text is a large change. */
const LARGE = 0.3;

/** The first large change between two versions, or null. The messages of each role are compared as one text. */
export function largeChange(from: LoadedVersion, to: LoadedVersion, role?: string): TextChange | null {
  for (const [locale, before, after] of comparable(from, to)) {
    const [old, current] = [textByRole(before), textByRole(after)];
    const roles = role === undefined ? new Set([...old.keys(), ...current.keys()]) : [role];
    for (const each of roles) {
      const share = changedShare(old.get(each) ?? '', current.get(each) ?? '');
      if (share > LARGE) return { locale, role: each, percent: Math.ceil(share * 100) };
    }
  }
  return null;
}

/** The locales of a version that another does not have. */
export function lostLocales(from: LoadedVersion, to: LoadedVersion): string[] {
  const kept = new Set(contentsOf(to).map(([locale]) => locale));
  return contentsOf(from).flatMap(([locale]) => (kept.has(locale) ? [] : [locale]));
}

/**
 * What a caller got and will get: without a locale, and for every locale of either version. A fallback is compared
 * only within a language: a translation that comes or goes is no change of the text.
 */
function* comparable(
  from: LoadedVersion,
  to: LoadedVersion,
): Generator<[locale: string, before: Content, after: Content]> {
  const [old, current] = [new Map(contentsOf(from)), new Map(contentsOf(to))];
  const [oldLocales, currentLocales] = [new Set(old.keys()), new Set(current.keys())];
  const seen = new Set<string>();
  for (const wanted of [null, ...oldLocales, ...currentLocales]) {
    const before = pickLocale(wanted, oldLocales, from.locale);
    const after = pickLocale(wanted, currentLocales, to.locale);
    const pair = `${before} ${after}`;
    if (seen.has(pair) || (wanted !== null && languageOf(before) !== languageOf(after))) continue;
    seen.add(pair);
    yield [after, old.get(before) ?? from.content, current.get(after) ?? to.content];
  }
}

const languageOf = (locale: string): string => locale.split('-')[0] ?? locale;

function textByRole(content: Content): Map<string | null, string> {
  if ('text' in content) return new Map([[null, content.text]]);
  const texts = new Map<string | null, string>();
  for (const message of content.messages) {
    const text = texts.get(message.role);
    texts.set(message.role, text === undefined ? message.content : `${text}\n${message.content}`);
  }
  return texts;
}
