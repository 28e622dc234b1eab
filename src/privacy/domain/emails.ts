import type { Span } from './sighting.ts';

const LETTER = /[\p{L}\p{N}\p{M}]/u;
/** Beside letters and digits. RFC 5322 allows more, but `=`, `*`, `{` and the like before an address are mostly not its own. */
const LOCAL = "._%+-'";
/** Taken only where nothing plainer stands before the @. */
const LOCAL_RARE = "!#$%&'*+-/=?^_`{|}~.";
/** What quotes or lists an address rather than begins it. */
const LEADING = /^['.%+-]+/;
/** The last label is of letters: so `name@1.2.3` is a version, not an address. */
const TOP_LEVEL = /^(?:xn--[a-z0-9-]{1,59}|[\p{L}\p{M}]{2,63})/iu;

/** Every email address, of domains with a dot. What stands between two @ is read at most three times. */
export function* emailSpans(text: string): Generator<Span> {
  let past = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const start = localStart(text, at, past);
    const end = start === at ? null : domainEnd(text, at + 1);
    if (end === null) continue;
    past = end;
    yield { start, end };
  }
}

/** Where the part before an @ begins, not before `from`; the @ itself when there is none. */
function localStart(text: string, at: number, from: number): number {
  if (text[at - 1] === '"') {
    const open = text.lastIndexOf('"', at - 2);
    const isQuoted = open >= Math.max(from, at - 66) && open < at - 2 && !text.slice(open, at).includes('\n');
    return isQuoted ? open : at;
  }
  const start = walkBack(text, at, from, LOCAL);
  const trimmed = start + (LEADING.exec(text.slice(start, at))?.[0].length ?? 0);
  return trimmed === at ? walkBack(text, at, from, LOCAL_RARE) : trimmed;
}

function walkBack(text: string, at: number, from: number, others: string): number {
  let start = at;
  while (start > from) {
    const previous = codePointBefore(text, start);
    if (!others.includes(previous) && !LETTER.test(previous)) break;
    start -= previous.length;
  }
  return Math.max(start, from);
}

function codePointBefore(text: string, at: number): string {
  const last = text.charAt(at - 1);
  const isLow = last >= '\uDC00' && last <= '\uDFFF';
  return isLow ? String.fromCodePoint(text.codePointAt(at - 2) ?? 0) : last;
}

/** Where the domain ends: after the last label that a domain may end with. Null when there is none. */
function domainEnd(text: string, from: number): number | null {
  let end: number | null = null;
  let label = from;
  for (;;) {
    const labelEnd = walkLabel(text, label);
    const top = label === from ? null : TOP_LEVEL.exec(text.slice(label, labelEnd));
    if (top !== null) end = label + top[0].length;
    if (labelEnd === label || text[labelEnd] !== '.') return end;
    label = labelEnd + 1;
  }
}

function walkLabel(text: string, from: number): number {
  let end = from;
  while (end < text.length) {
    const next = String.fromCodePoint(text.codePointAt(end) ?? 0);
    if (next !== '-' && next !== '_' && !LETTER.test(next)) break;
    end += next.length;
  }
  return end;
}
