import type { Content, LoadedVersion } from '../../content/public.ts';
import { pickLocale } from '../../kernel/locale.ts';
import { resolveIncludes } from '../../templates/public.ts';
import type { Lookup, ResolveFinding } from '../../templates/public.ts';
import { BUNDLE_MAX, bytesOf } from './bundle.ts';
import type { BundleContent } from './bundle.ts';
import { contentsOf, keyOf, labelOf } from './references.ts';
import type { Reference, Versions } from './references.ts';

/** One moment of an environment: what includes stand for, and what to say of one that stands for nothing. */
export interface Moment {
  versions: Versions;
  explain: (reference: Reference) => string;
}

/** A finding before it is known whose it is. */
export interface Problem {
  code: string;
  message: string;
  /** Equal for what is the same mistake, however one comes across it. */
  signature: string;
}

export interface Resolved {
  /** Only the locales that could be resolved. */
  locales: Record<string, BundleContent>;
  /** The version itself, then all that comes inside, in the order of the text. */
  parts: LoadedVersion[];
  /** Of all texts together, in UTF-8. */
  bytes: number;
  problems: Problem[];
}

/** No list of findings grows beyond this. */
export const MAX_FINDINGS = 100;

interface Walk {
  moment: Moment;
  version: LoadedVersion;
  /** By version id: what the keys of the resolver stand for. */
  parts: Map<string, LoadedVersion>;
  problems: Problem[];
  /** Bytes of text that the bundle may still take. */
  left: number;
  /** Nothing more is read once there is enough to say. */
  stopped: boolean;
}

/** Resolves every locale of a version as it would be served at that moment. */
export function resolveVersion(moment: Moment, version: LoadedVersion): Resolved {
  const parts = new Map([[version.versionId, version]]);
  const walk: Walk = { moment, version, parts, problems: [], left: BUNDLE_MAX, stopped: false };
  const locales: [string, BundleContent][] = [];
  for (const [locale, content] of contentsOf(version)) {
    const resolved = resolveContent(walk, locale, content);
    if (resolved !== null) locales.push([locale, resolved]);
  }
  const bytes = BUNDLE_MAX - walk.left;
  return { locales: Object.fromEntries(locales), parts: [...parts.values()], bytes, problems: walk.problems };
}

function resolveContent(walk: Walk, locale: string, content: Content): BundleContent | null {
  if ('text' in content) {
    const text = resolveText(walk, locale, content.text);
    return text === null ? null : { text };
  }
  const messages: { role: string; content: string }[] = [];
  let whole = true;
  for (const message of content.messages) {
    const text = resolveText(walk, locale, message.content);
    if (text === null) whole = false;
    else messages.push({ role: message.role, content: text });
  }
  return whole ? { messages } : null;
}

function resolveText(walk: Walk, locale: string, text: string): string | null {
  if (walk.stopped) return null;
  const options = { root: walk.version.versionId, maxBytes: walk.left };
  const result = resolveIncludes(text, lookupIn(walk, locale), options);
  if (result.ok) {
    walk.left -= bytesOf(result.text);
    return result.text;
  }
  for (const finding of result.findings) walk.problems.push(toProblem(walk, locale, finding));
  walk.stopped = walk.problems.length >= MAX_FINDINGS || result.findings.some(({ code }) => code === 'too_large');
  return null;
}

function lookupIn({ moment, parts }: Walk, locale: string): Lookup {
  return (include) => {
    const version = moment.versions.get(keyOf(include));
    if (version === undefined) return { ok: false, code: 'include_unresolved', message: moment.explain(include) };
    const content = contentIn(version, locale);
    if (!('text' in content)) {
      const message = `${labelOf(include)} is a chat: only texts can be included.`;
      return { ok: false, code: 'include_kind', message };
    }
    parts.set(version.versionId, version);
    return { ok: true, key: version.versionId, text: content.text };
  };
}

function contentIn(version: LoadedVersion, locale: string): Content {
  const available = new Set([version.locale, ...version.translations.map((translation) => translation.locale)]);
  const picked = pickLocale(locale, available, version.locale);
  if (picked === version.locale) return version.content;
  return version.translations.find((translation) => translation.locale === picked)?.content ?? version.content;
}

function toProblem(walk: Walk, locale: string, { code, message, path, position }: ResolveFinding): Problem {
  const { version } = walk;
  if (code === 'too_large') return tooLarge(version);
  const chain = path.map((key) => partLabel(walk.parts.get(key)));
  const line = position === null ? '' : `, line ${position.line}`;
  const where = `${chain.join(' → ')}${line}, locale ${locale}`;
  return { code, message: `${message} (${where})`, signature: signatureOf(version, code, message, path) };
}

function signatureOf(version: LoadedVersion, code: string, message: string, path: readonly string[]): string {
  if (code === 'include_too_deep') return `${code} ${version.versionId}`;
  if (code !== 'include_cycle') return `${code} ${path.at(-1)} ${message}`;
  // The same cycle is entered at any of its members.
  const members = path.slice(path.indexOf(path.at(-1) ?? ''));
  return `${code} ${[...new Set(members)].toSorted().join(' ')}`;
}

/** That a version's bundle would be beyond what a row holds. */
export function tooLarge(version: LoadedVersion): Problem {
  const message = `With all it includes, in every locale, ${partLabel(version)} is larger than ${BUNDLE_MAX} bytes. Include less, or split it.`;
  return { code: 'bundle_too_large', message, signature: `bundle_too_large ${version.versionId}` };
}

/** The same where others are served beside it. */
export function tooLargeWithVariants(version: LoadedVersion): Problem {
  const message = `With its variants and all they include, in every locale, ${partLabel(version)} is larger than ${BUNDLE_MAX} bytes. Serve fewer at once, or include less.`;
  return { code: 'bundle_too_large', message, signature: `bundle_too_large ${version.versionId}` };
}

function partLabel(version: LoadedVersion | undefined): string {
  return version === undefined ? '?' : labelOf(version);
}
