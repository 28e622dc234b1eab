import { DASHES, plainly, SPACES } from './separators.ts';
import type { Span } from './sighting.ts';

/** Digits of one group of a number, and what stands between it and the group before. */
interface Group extends Span {
  digits: string;
  /** In plain spaces and hyphens. Null where the group before is no part of the same number. */
  gap: string | null;
}

/** `555-0100`, `555 (0100`, `(555) 0100`. */
const GAP = /^(?:[ .\-/]|\) ?-?|[ \-.]\(|\) ?\()$/;
/** E.164: at most 15 digits with the country's. */
const INTERNATIONAL_MAX = 15;
const LONGEST = 17; // 00 before them
const CURRENCY = /[$€£¥₹]/;

/** Telephone numbers: what is a number only by its digits stays, for that may be anything. In time linear in the text. */
export function* phoneSpans(text: string): Generator<Span> {
  let past = 0;
  for (const run of runs(text)) {
    for (const [index, group] of run.entries()) {
      if (group.start < past || !mayBegin(text, group, run[index + 1])) continue;
      const end = numberEnd(text, run, index);
      if (end === null) continue;
      past = end;
      // The bracket belongs to the number where it closes within: `(030) 901820`, not `(030-901820)`.
      const opening = run[index + 1]?.gap?.startsWith(')') === true ? /(?:\(\+?|\+\(?)$/ : /\+$/;
      const before = text.slice(Math.max(0, group.start - 2), group.start);
      yield { start: group.start - (opening.exec(before)?.[0].length ?? 0), end };
    }
  }
  yield* labelledSpans(text);
}

/** Tells most groups that begin no number from the others in one look. */
function mayBegin(text: string, { start, digits }: Group, next: Group | undefined): boolean {
  if (text[start - 1] === '+' || (text[start - 1] === '(' && text[start - 2] === '+')) return true;
  if (next === undefined) return false;
  if (digits === '1' || (digits.length === 3 && digits >= '200')) return next.digits.length === 3;
  return digits.length > 1 && digits.length < 7 && digits.startsWith('0');
}

function* runs(text: string): Generator<Group[]> {
  let run: Group[] = [];
  let end = -1;
  for (const { 0: digits, index } of text.matchAll(/\d+/g)) {
    const gap = run.length > 0 && index - end <= 3 ? plainly(text.slice(end, index)) : '';
    const goesOn = GAP.test(gap);
    if (!goesOn && run.length > 0) {
      yield run;
      run = [];
    }
    end = index + digits.length;
    run.push({ digits, start: index, end, gap: goesOn ? gap : null });
  }
  if (run.length > 0) yield run;
}

function numberEnd(text: string, run: readonly Group[], from: number): number | null {
  const taken = taking(run, from);
  const before = text.slice(Math.max(0, (taken[0]?.start ?? 0) - 3), taken[0]?.start);
  for (const rule of RULES) {
    for (let count = taken.length; count > 0; count -= 1) {
      const groups = taken.slice(0, count);
      const last = groups.at(-1);
      if (last === undefined || !rule({ groups, before, run, from })) continue;
      if (endsThere(text, last.end)) return last.end;
    }
  }
  return null;
}

/** From one group on, as many as a telephone number may have. */
function taking(run: readonly Group[], from: number): Group[] {
  const taken: Group[] = [];
  let digits = 0;
  for (let at = from; at < run.length; at += 1) {
    const group = run[at];
    digits += group?.digits.length ?? 0;
    if (group === undefined || digits > LONGEST) break;
    taken.push(group);
  }
  return taken;
}

/** No word and no further piece of an identifier: `555-0100x12` has an extension, `555-0100-a1` is no number. */
function endsThere(text: string, end: number): boolean {
  const after = text.slice(end, end + 2);
  return !/^(?:(?!x\d)[\p{L}\p{N}_]|[-./:@][\p{L}\p{N}])/u.test(after);
}

interface Candidate {
  groups: readonly Group[];
  /** The three characters before. */
  before: string;
  run: readonly Group[];
  from: number;
}

const digitsOf = (groups: readonly Group[]): string => groups.map(({ digits }) => digits).join('');
const gapsOf = (groups: readonly Group[]): string[] => groups.slice(1).map(({ gap }) => gap ?? '');
const isFresh = (before: string): boolean => !/[\p{L}\p{N}_]$|[\p{L}\p{N}_][-./,]$|\d:$/u.test(before);
/** `1.23456789` is a number, and so is `0.5`. */
const isDecimal = (gaps: readonly string[]): boolean => gaps.length === 1 && gaps[0] === '.';

/** `+49 30 901820`, `+1 (415) 555-0100`, `(+44) 20 7946 0958`. */
function isInternational({ groups, before }: Candidate): boolean {
  if (!/(?:^|[^\p{L}\p{N}_+])\(?\+\(?$/u.test(before)) return false;
  const digits = digitsOf(groups);
  const max = digits.startsWith('1') ? 11 : INTERNATIONAL_MAX;
  return /^[1-9]/.test(digits) && digits.length >= 8 && digits.length <= max && !isDecimal(gapsOf(groups));
}

/** `0044 20 7946 0958`. Without a gap, it is an id with zeros before. */
function isDialledAbroad(candidate: Candidate): boolean {
  const { groups } = candidate;
  const digits = digitsOf(groups);
  return (
    begins(candidate) && groups.length > 1 && /^00[1-9]\d{0,2}$/.test(groups[0]?.digits ?? '') && digits.length >= 11
  );
}

/** `415-555-0100`, `1 415 555 0100`, `(415) 555-0100`: North America. */
function isNorthAmerican(candidate: Candidate): boolean {
  const { groups, run, from } = candidate;
  const [area, exchange, line] = groups[0]?.digits === '1' ? groups.slice(1) : groups;
  if (area === undefined || exchange === undefined || line === undefined) return false;
  const count = groups[0]?.digits === '1' ? 4 : 3;
  if (groups.length !== count || !begins(candidate)) return false;
  const sizes = `${area.digits.length} ${exchange.digits.length} ${line.digits.length}`;
  const isWhole = from === 0 && groups.length === run.length;
  const isBare = gapsOf(groups).every((gap) => gap === ' ');
  return sizes === '3 3 4' && /^[2-9]/.test(area.digits) && /^[2-9]/.test(exchange.digits) && (isWhole || !isBare);
}

/** `020 7946 0958`, `(030) 901820`, `0171/1234567`, `06.12.34.56.78`: a trunk 0, then separators of one kind. */
function hasTrunkZero(candidate: Candidate): boolean {
  const { groups, before } = candidate;
  const digits = digitsOf(groups);
  const [first, ...gaps] = gapsOf(groups);
  if (!begins(candidate) || first === undefined || digits.length > 11) return false;
  if (!/^0[1-9]\d{0,3}$/.test(groups[0]?.digits ?? '') || groups.some((group) => group.digits.length < 2)) return false;
  const isBracketed = before.endsWith('(') && first.startsWith(')');
  if (digits.length < (isBracketed ? 8 : 9)) return false;
  const rest = new Set(/[ .]/.test(first) && !isBracketed ? [first, ...gaps] : gaps);
  return rest.size <= 1 && !rest.has('/') && !isDecimal([first, ...gaps]) && !isDate(groups);
}

/** A number begins with its run, or after a space: not in the middle of an identifier. */
function begins({ groups, before }: Candidate): boolean {
  const [first] = groups;
  if (CURRENCY.test(before)) return false;
  return first?.gap === null ? isFresh(before) && !before.endsWith('+') : first?.gap === ' ' || first?.gap === ' (';
}

/** `05-11-2026 …`. */
function isDate(groups: readonly Group[]): boolean {
  const [day, month, year] = groups.map(({ digits }) => digits);
  return day?.length === 2 && month?.length === 2 && /^(?:19|20)\d{2}$/.test(year ?? '');
}

const RULES: readonly ((candidate: Candidate) => boolean)[] = [
  isInternational,
  isDialledAbroad,
  isNorthAmerican,
  hasTrunkZero,
];

/** `Tel. 4155550100`, `"phone": "030901820"`: the number is the first group. */
const LABELLED = new RegExp(
  `(?<![A-Za-z])(?:telephone|telefon|phone|tel|mobile|fax|whatsapp)(?:[${SPACES}_](?:number|no|nr)){0,1}\\.?["'*]{0,3}` +
    `[${SPACES}\\t]{0,2}[:=#]?[${SPACES}\\t]{0,2}["'*]{0,3}(\\(?\\+?\\d(?:[${SPACES}${DASHES}./()]{0,2}\\d){6,14})(?![\\d])`,
  'gi',
);

function* labelledSpans(text: string): Generator<Span> {
  for (const { 0: match, 1: number = '', index } of text.matchAll(LABELLED)) {
    const end = index + match.length;
    if (endsThere(text, end)) yield { start: end - number.length, end };
  }
}
