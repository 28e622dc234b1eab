/** The longest n-grams that count. */
const ORDER = 4;

/** What a BLEU is computed from: matches and n-grams by their length, and how long the texts are. They add up over sentences. */
export interface BleuCounts {
  matches: number[];
  totals: number[];
  outputLength: number;
  referenceLength: number;
}

/** The tokens of mteval-v13a, as sacreBLEU's tokenizer `13a` has them. Case is kept. */
export function bleuTokens(text: string): string[] {
  const plain = text
    .trimEnd()
    .replaceAll('<skipped>', '')
    .replaceAll('-\n', '')
    .replaceAll('\n', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  const spaced = ` ${plain} `
    .replace(/([{-~[-` -&(-+:-@/])/gu, ' $1 ')
    .replace(/([^0-9])([.,])/gu, '$1 $2 ')
    .replace(/([.,])([^0-9])/gu, ' $1 $2')
    .replace(/([0-9])(-)/gu, '$1 $2 ');
  return spaced.split(/\s+/).filter((token) => token !== '');
}

/** How often each n-gram of a length stands in some tokens. A space is in no token. */
function ngrams(tokens: readonly string[], length: number): Map<string, number> {
  const found = new Map<string, number>();
  for (let at = 0; at + length <= tokens.length; at++) {
    const ngram = tokens.slice(at, at + length).join(' ');
    found.set(ngram, (found.get(ngram) ?? 0) + 1);
  }
  return found;
}

/** One output beside its references, in tokens. The reference of the nearest length counts, of two the shorter. */
export function countBleu(output: readonly string[], references: readonly (readonly string[])[]): BleuCounts {
  const [nearest = []] = references.toSorted(
    (a, b) => Math.abs(a.length - output.length) - Math.abs(b.length - output.length) || a.length - b.length,
  );
  const counts: BleuCounts = { matches: [], totals: [], outputLength: output.length, referenceLength: nearest.length };
  for (let length = 1; length <= ORDER; length++) {
    const inReferences = references.map((tokens) => ngrams(tokens, length));
    let matches = 0;
    for (const [ngram, count] of ngrams(output, length)) {
      matches += Math.min(count, Math.max(0, ...inReferences.map((found) => found.get(ngram) ?? 0)));
    }
    counts.matches.push(matches);
    counts.totals.push(Math.max(0, output.length - length + 1));
  }
  return counts;
}

/**
 * BLEU, 0 to 1: K. Papineni et al., BLEU (2002), smoothed as sacreBLEU does by default (`exp`): each length without a
 * match counts as half the one before it.
 * @param effectiveOrder leave out lengths that the output is too short for, as sacreBLEU's sentence_bleu does
 */
export function bleuOf(
  { matches, totals, outputLength, referenceLength }: BleuCounts,
  effectiveOrder: boolean,
): number {
  if (matches.every((count) => count === 0)) return 0;
  const logarithms: number[] = [];
  let smoothing = 1;
  for (const [index, total] of totals.entries()) {
    if (total === 0) break;
    const count = matches[index] ?? 0;
    if (count === 0) smoothing *= 2;
    logarithms.push(Math.log(count === 0 ? 1 / (smoothing * total) : count / total));
  }
  if (!effectiveOrder && logarithms.length < ORDER) return 0;
  const brevity = outputLength < referenceLength ? Math.exp(1 - referenceLength / outputLength) : 1;
  return brevity * Math.exp(logarithms.reduce((sum, each) => sum + each, 0) / logarithms.length);
}
