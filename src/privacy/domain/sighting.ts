/** A piece of a text, in UTF-16 units; the end is the first unit after it. */
export interface Span {
  start: number;
  end: number;
}

/** Something found in a text that does not belong there. Never the thing itself: findings are stored, shown and logged. */
export interface Sighting extends Span {
  /** For people: `an AWS access key`. */
  what: string;
  /** Counted from 1. */
  line: number;
}

/** The first of the spans as a sighting, or none. */
export function firstSighting(what: string, text: string, spans: Iterable<Span>): Sighting[] {
  for (const { start, end } of spans) return [{ what, line: lineAt(text, start), start, end }];
  return [];
}

/** The line of an offset, counted from 1. */
function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** How far a sticky pattern goes on from an offset: the offset itself where it does not match. */
export function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}
