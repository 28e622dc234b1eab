// Both walk one sequence in words of 32 positions and the other one whole, word by word: n·m/32 steps, and memory for
// one row. What passes from a word to the next at each position of the other sequence is kept in `carry`.

/** Positions as small integers, the same for the same symbol in both. */
function encode(a: readonly string[], b: readonly string[]): { rows: Int32Array; columns: Int32Array; count: number } {
  const ids = new Map<string, number>();
  const idOf = (symbol: string): number => {
    let id = ids.get(symbol);
    if (id === undefined) ids.set(symbol, (id = ids.size));
    return id;
  };
  return { rows: Int32Array.from(a, idOf), columns: Int32Array.from(b, idOf), count: ids.size };
}

/** Calls for each word of rows with the positions of every symbol in it, as bits. */
function eachWord(
  rows: Int32Array,
  count: number,
  visit: (positions: Int32Array, bits: number, isLast: boolean) => void,
): void {
  const positions = new Int32Array(count);
  for (let from = 0; from < rows.length; from += 32) {
    const word = rows.subarray(from, from + 32);
    word.forEach((symbol, bit) => (positions[symbol] = (positions[symbol] ?? 0) | (1 << bit)));
    visit(positions, word.length, from + 32 >= rows.length);
    for (const symbol of word) positions[symbol] = 0;
  }
}

/**
 * The Levenshtein distance: insertions, deletions and substitutions that make one of the other.
 * G. Myers, A fast bit-vector algorithm for approximate string matching (1999), in the form of H. Hyyrö (2003).
 */
export function editDistance(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Math.max(a.length, b.length);
  const { rows, columns, count } = encode(a, b);
  // Down the left edge and along the top the distance grows by one a step.
  const carry = new Int8Array(columns.length).fill(1);
  let distance = rows.length;
  eachWord(rows, count, (positions, bits, isLast) => {
    const high = 1 << (bits - 1);
    let [up, down] = [-1, 0];
    for (let column = 0; column < columns.length; column++) {
      const incoming = carry[column] ?? 0;
      let equal = positions[columns[column] ?? 0] ?? 0;
      const vertical = equal | down;
      if (incoming < 0) equal |= 1;
      const horizontal = (((equal & up) + up) ^ up) | equal;
      let plus = down | ~(horizontal | up);
      let minus = up & horizontal;
      const outgoing = (plus & high) !== 0 ? 1 : (minus & high) !== 0 ? -1 : 0;
      plus = (plus << 1) | (incoming > 0 ? 1 : 0);
      minus = (minus << 1) | (incoming < 0 ? 1 : 0);
      up = minus | ~(vertical | plus);
      down = plus & vertical;
      carry[column] = outgoing;
      if (isLast) distance += outgoing;
    }
  });
  return distance;
}

/** The length of the longest common subsequence. H. Hyyrö, Bit-parallel LCS-length computation revisited (2004). */
export function commonLength(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const { rows, columns, count } = encode(a, b);
  const carry = new Uint8Array(columns.length);
  let length = 0;
  eachWord(rows, count, (positions, bits) => {
    let row = -1;
    for (let column = 0; column < columns.length; column++) {
      const matches = row & (positions[columns[column] ?? 0] ?? 0);
      const sum = (row >>> 0) + (matches >>> 0) + (carry[column] ?? 0);
      carry[column] = sum > 0xffff_ffff ? 1 : 0;
      row = sum | (row & ~matches);
    }
    for (let bit = 0; bit < bits; bit++) if ((row & (1 << bit)) === 0) length++;
  });
  return length;
}

/** Steps that a comparison takes. */
export const comparisonWork = (a: number, b: number): number => Math.ceil(a / 32) * b;
