import { changedShare } from '../../content/public.ts';
import type { LoadedVersion } from '../../content/public.ts';
import { pickLocale } from '../../kernel/locale.ts';
import type { BundleContent } from './bundle.ts';
import { contentsOf } from './references.ts';

/** A share that is worth a reason, and where it was found. */
export interface TextChange {
  locale: string;
  /** Of the messages of one role; null for a text. */
  role: string | null;
  /** In percent, rounded up. Null: the texts are too long to be compared, and count as changed. */
  percent: number | null;
}

/** What there is in every locale, and the one that the others fall back to. */
export interface Texts {
  locale: string;
  contents: ReadonlyMap<string, BundleContent>;
}

/** How much of a text changed, from 0 to 1; null where it cannot be told. */
type Share = (from: string, to: string) => number | null;

/** More than this share of a text is a large change. */
const LARGE = 0.3;

/** What is written in a version. */
export const writtenIn = (version: LoadedVersion): Texts => ({
  locale: version.locale,
  contents: new Map(contentsOf(version)),
});

/** Whose text is compared; all without it. */
type Meant = (role: string | null) => boolean;

export const isSystem = (role: string | null): boolean => role === 'system';

/** The first large change between two versions as they are written, or null. */
export function largeChange(from: LoadedVersion, to: LoadedVersion, isMeant?: Meant): TextChange | null {
  const [first] = largeChanges(writtenIn(from), writtenIn(to), changedShare, isMeant);
  return first ?? null;
}

/** Every large change, as they are asked for. The messages of each role are compared as one text. */
export function* largeChanges(
  from: Texts,
  to: Texts,
  shareOf: Share,
  isMeant: Meant = () => true,
): Generator<TextChange> {
  for (const [locale, before, after] of comparable(from, to)) {
    const [old, current] = [textByRole(before), textByRole(after)];
    for (const role of new Set([...old.keys(), ...current.keys()])) {
      if (!isMeant(role)) continue;
      const share = shareOf(old.get(role) ?? '', current.get(role) ?? '');
      if (share === null) yield { locale, role, percent: null };
      else if (share > LARGE) yield { locale, role, percent: Math.ceil(share * 100) };
    }
  }
}

/** The larger of two changes; the first where they are alike. One that could not be told is the smaller, for it says less. */
export function larger(one: TextChange | null, other: TextChange | null): TextChange | null {
  if (one === null || other === null) return one ?? other;
  return (other.percent ?? 0) > (one.percent ?? 0) ? other : one;
}

/** The locales of a version that another does not have. */
export function lostLocales(from: LoadedVersion, to: LoadedVersion): string[] {
  const kept = new Set(contentsOf(to).map(([locale]) => locale));
  return contentsOf(from).flatMap(([locale]) => (kept.has(locale) ? [] : [locale]));
}

/**
 * What a caller got and will get: without a locale, and for every locale of either side. A fallback is compared
 * only within a language: a translation that comes or goes is no change of the text.
 */
function* comparable(from: Texts, to: Texts): Generator<[locale: string, before: BundleContent, after: BundleContent]> {
  const [oldLocales, currentLocales] = [new Set(from.contents.keys()), new Set(to.contents.keys())];
  const seen = new Set<string>();
  for (const wanted of [null, ...oldLocales, ...currentLocales]) {
    const before = pickLocale(wanted, oldLocales, from.locale);
    const after = pickLocale(wanted, currentLocales, to.locale);
    const pair = `${before} ${after}`;
    if (seen.has(pair) || (wanted !== null && languageOf(before) !== languageOf(after))) continue;
    seen.add(pair);
    const [old, current] = [from.contents.get(before), to.contents.get(after)];
    if (old !== undefined && current !== undefined) yield [after, old, current];
  }
}

const languageOf = (locale: string): string => locale.split('-')[0] ?? locale;

function textByRole(content: BundleContent): Map<string | null, string> {
  if ('text' in content) return new Map([[null, content.text]]);
  const texts = new Map<string | null, string>();
  for (const message of content.messages) {
    const text = texts.get(message.role);
    texts.set(message.role, text === undefined ? message.content : `${text}\n${message.content}`);
  }
  return texts;
}
