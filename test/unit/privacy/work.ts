import { vi } from 'vitest';

/**
 * How many units of text a piece of code looks over, counted rather than timed: each search of an expression from where it begins to where
 * it matches (or to the text's end), each character read, each piece cut out. What one search does within its match is not seen.
 */
export function workOf(run: () => void): number {
  let work = 0;
  // oxlint-disable-next-line typescript/unbound-method -- each is called with the `this` of its call
  const { exec } = RegExp.prototype;
  // oxlint-disable-next-line typescript/unbound-method -- each is called with the `this` of its call
  const { slice, charAt, indexOf, lastIndexOf } = String.prototype;
  const spies = [
    vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function counted(this: RegExp, text: string) {
      const from = this.global || this.sticky ? this.lastIndex : 0;
      const match = exec.call(this, text);
      const stopped = match === null ? (this.sticky ? from : text.length) : match.index + match[0].length;
      work += 1 + Math.max(0, stopped - from);
      return match;
    }),
    vi.spyOn(String.prototype, 'charAt').mockImplementation(function counted(this: string, at: number) {
      work += 1;
      return charAt.call(this, at);
    }),
    vi.spyOn(String.prototype, 'slice').mockImplementation(function counted(this: string, from?: number, to?: number) {
      const piece = slice.call(this, from, to);
      work += 1 + piece.length;
      return piece;
    }),
    vi.spyOn(String.prototype, 'indexOf').mockImplementation(function counted(this: string, what: string, from = 0) {
      const found = indexOf.call(this, what, from);
      work += 1 + (found === -1 ? this.length : found) - from;
      return found;
    }),
    vi.spyOn(String.prototype, 'lastIndexOf').mockImplementation(function counted(
      this: string,
      what: string,
      from?: number,
    ) {
      const found = lastIndexOf.call(this, what, from);
      work += 1 + Math.max(0, (from ?? this.length) - found);
      return found;
    }),
  ];
  try {
    run();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return work;
}
