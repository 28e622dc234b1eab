const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/**
 * A text in pieces of so many UTF-16 units at most, none of which cuts a character in two: what reads a piece by itself may
 * refuse half of one.
 * @param isWhole false: more follows, and a first half at the end waits for it
 * @returns `rest`: that half
 */
export function inPieces(text: string, most: number, isWhole: boolean): { pieces: string[]; rest: string } {
  const end = !isWhole && isHigh(text.charCodeAt(text.length - 1)) ? text.length - 1 : text.length;
  const pieces: string[] = [];
  for (let at = 0; at < end;) {
    let to = Math.min(end, at + most);
    if (to < end && to - at > 1 && isHigh(text.charCodeAt(to - 1))) to -= 1;
    pieces.push(text.slice(at, to));
    at = to;
  }
  return { pieces, rest: text.slice(end) };
}
