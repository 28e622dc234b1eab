import { endOf } from './sighting.ts';
import type { Span } from './sighting.ts';

/** `password: …`, `"api_key": "…"`, `CLIENT_SECRET=…`: the value is its first group. */
const ASSIGNMENT =
  /(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key)["'`*]{0,4}[ \t]{0,8}[:=][:=>]?["'`*]{0,4}[ \t]{0,8}(?:Bearer[ \t]{1,4})?(\S{8,256})/gi;
/** `postgres://user:…@host`: the value is its first group. */
const IN_URL = /:\/\/[^\s:@/]{1,100}:([^\s:@/]{8,256})@/g;

/** What masking asks beside that: more names, and quotes that JSON within JSON has escaped. */
const NAME =
  /(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|authorization)(?:\\{0,3}["'`*]){0,4}[ \t]{0,8}[:=][:=>]?/gi;
const NAME_HERE = new RegExp(NAME, 'iy');
const OPENING = /(?:\\{0,3}["'`*]){0,4}[ \t]{0,8}(?:\\{0,3}["'`*]){0,4}(?:(?:Bearer|Basic|Token)[ \t]{1,4})?/iy;
const ANY_IN_URL = /:\/\/[^\s:@/]{1,100}:([^\s:@/]{1,256})@/g;

/** Where a value only stands for one: `<token>`, `[token]`, `${TOKEN}`, `%TOKEN%`, `xxxx…`, `your-…`. */
const PLACEHOLDERS: readonly RegExp[] = [
  /^[<[]|^\$[{(]|^\$[A-Z_]+$|^%[A-Z_]+%$/i,
  /^[x0*•.…_#?-]+$/i,
  /^(?:your|my|the|some|insert|replace|enter|example|sample|dummy|fake|placeholder)[_-]/i,
  /^(?:placeholder|change[_-]?me|redacted|required|optional|undefined)$/i,
  /^(?:process\.env|import\.meta|os\.environ|env)\b/i,
];
const VALUE_MIN = 8;
/** In quotes it is a value whatever its length; tokens are words as well. */
const QUOTED_MIN = 4;

function isSecretValue(raw: string, min = VALUE_MIN): boolean {
  // What a variable stands for is not in the text; what stands beside it is.
  const literal = raw.replace(/\{\{[^{}]{0,255}(?:\}\}|$)/g, '').replace(/^["'`*(]+|["'`*),.;}\]]+$/g, '');
  return literal.length >= min && !PLACEHOLDERS.some((placeholder) => placeholder.test(literal));
}

/** The values that stand beside a name like `password`, then those in URLs, as far as they look real to a reviewer. */
export function* seenValueSpans(text: string): Generator<Span> {
  for (const { span, raw } of seenBesideNames(text)) yield span ?? raw;
  yield* passwordsInUrls(text, IN_URL, VALUE_MIN);
}

/** What is taken for a value, however far it goes on, and where the value in it is, if it has one. */
function* seenBesideNames(text: string): Generator<{ raw: Span; span: Span | null }> {
  const values = new Values(text);
  let past = 0;
  for (const { 0: match, 1: value = '', index } of text.matchAll(ASSIGNMENT)) {
    if (index < past || !isSecretValue(value)) continue;
    const end = index + match.length;
    const span = values.trimmed(values.after(index));
    past = span?.end ?? end;
    yield { raw: { start: end - value.length, end }, span };
  }
}

/** The values that are masked: the same and, judged each without what is written behind it, what that hides, and phrases in quotes. */
export function* assignedValueSpans(text: string): Generator<Span> {
  for (const { span } of seenBesideNames(text)) {
    const standsForOne = span === null || '[<'.includes(text.charAt(span.start));
    if (!standsForOne) yield span;
  }
  const values = new Values(text);
  const names = new RegExp(NAME);
  for (let name = names.exec(text); name !== null; name = names.exec(text)) {
    const value = values.after(name.index);
    const min = value.isQuoted && !/^token/i.test(name[0]) ? QUOTED_MIN : VALUE_MIN;
    const judged = text.slice(value.start, Math.min(value.end, value.start + JUDGED));
    const span = isSecretValue(judged, min) ? values.trimmed(value) : null;
    if (span === null) continue;
    yield span;
    names.lastIndex = span.end;
  }
}

/** Every password in a URL, whatever its length. */
export const urlPasswordSpans = (text: string): Generator<Span> => passwordsInUrls(text, ANY_IN_URL, 1);

function* passwordsInUrls(text: string, pattern: RegExp, min: number): Generator<Span> {
  for (const { 0: match, 1: value = '', index } of text.matchAll(pattern)) {
    const end = index + match.length - 1;
    if (isSecretValue(value, min)) yield { start: end - value.length, end };
  }
}

interface Value extends Span {
  isQuoted: boolean;
}

const JUDGED = 256;
const QUOTED_MAX = 1024;
/** Where a value without quotes ends: at a space, at a quote or tag that closes around it, at the next parameter of a query. */
const VALUE_END = /\s|\\{0,3}["'`](?=\\{0,3}[\s,;:)}\]]|$)|&(?=[\w.-]{1,64}=)|<\//g;
const AROUND = '"\'`*),.;}]';

/** Reads values from left to right, each unit of the text a bounded number of times. */
class Values {
  readonly #text: string;
  /** The first end at or after where it was last looked for. */
  #next = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** What stands after the name that begins at an offset. */
  after(name: number): Value {
    const afterName = endOf(NAME_HERE, this.#text, name);
    const start = endOf(OPENING, this.#text, afterName);
    const opening = /(\\{0,3})(["'`])[^"'`]*$/.exec(this.#text.slice(afterName, start));
    const closing = opening === null ? null : this.#closing(start, opening[2] ?? '', opening[1]?.length ?? 0);
    return closing === null
      ? { start, end: this.#end(start), isQuoted: false }
      : { start, end: closing, isQuoted: true };
  }

  /** Without what is only around it; null when nothing is left. */
  trimmed({ start, end, isQuoted }: Value): Span | null {
    let [from, to] = [start, end];
    while (from < to && '"\'`*('.includes(this.#text.charAt(from))) from += 1;
    const around = isQuoted ? '' : AROUND;
    while (to > from && around.includes(this.#text.charAt(to - 1))) to -= 1;
    return from < to ? { start: from, end: to } : null;
  }

  /** The same quote, escaped no deeper, on the same line. */
  #closing(from: number, quote: string, depth: number): number | null {
    const last = Math.min(this.#text.length, from + QUOTED_MAX);
    let escapes = 0;
    for (let at = from; at < last; at += 1) {
      const character = this.#text.charAt(at);
      if (character === '\n') return null;
      if (character === quote && escapes <= depth) return at - escapes;
      escapes = character === '\\' ? escapes + 1 : 0;
    }
    return null;
  }

  #end(from: number): number {
    if (this.#next < from) {
      VALUE_END.lastIndex = from;
      this.#next = VALUE_END.exec(this.#text)?.index ?? this.#text.length;
    }
    return this.#next;
  }
}
