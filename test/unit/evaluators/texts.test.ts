import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bleuOf, bleuTokens, countBleu } from '../../../src/evaluators/domain/bleu.ts';
import { rougeL, rougeTokens } from '../../../src/evaluators/domain/rouge.ts';
import { commonLength, editDistance } from '../../../src/evaluators/domain/sequences.ts';

/** Both by the textbook: a table of n·m cells. */
function byTable(a: readonly string[], b: readonly string[]): { distance: number; common: number } {
  let row = Array.from({ length: b.length + 1 }, (_, column) => ({ distance: column, common: 0 }));
  for (const [i, left] of a.entries()) {
    const next = [{ distance: i + 1, common: 0 }];
    for (const [j, right] of b.entries()) {
      const [up, diagonal, before] = [row[j + 1]!, row[j]!, next[j]!];
      next.push({
        distance: Math.min(up.distance + 1, before.distance + 1, diagonal.distance + (left === right ? 0 : 1)),
        common: left === right ? diagonal.common + 1 : Math.max(up.common, before.common),
      });
    }
    row = next;
  }
  return row.at(-1)!;
}

const characters = (text: string): string[] => Array.from(text);
const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 150 });

describe('the edit distance', () => {
  // https://rapidfuzz.github.io/RapidFuzz/Usage/distance/Levenshtein.html (the first), rapidfuzz/Levenshtein
  // tests/test_levenshtein_distance.py (ABCD, ÁÄ), V. Levenshtein's own by way of strsim's documentation (kitten).
  it.each([
    ['lewenstein', 'levenshtein', 2],
    ['kitten', 'sitting', 3],
    ['ABCD', 'AF', 3],
    ['ÁÄ', 'ABCD', 4],
    ['ÁÄ', 'ÁÄ', 0],
    ['', '', 0],
    ['', 'second', 6],
    ['👩‍👧', '👩', 2],
  ])('of %s and %s is %i', (a, b, distance) => {
    expect(editDistance(characters(a), characters(b))).toBe(distance);
    expect(editDistance(characters(b), characters(a))).toBe(distance);
  });

  it('and the longest common subsequence are what the table says, over any number of words of bits', () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        expect({ distance: editDistance(a, b), common: commonLength(a, b) }).toEqual(byTable(a, b));
      }),
      { numRuns: 300 },
    );
  });

  it('is a metric', () => {
    fc.assert(
      fc.property(words, words, words, (a, b, c) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a.join() === b.join());
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
      { numRuns: 100 },
    );
  });
});

describe('ROUGE-L', () => {
  const of = (expected: string, output: string) => rougeL(rougeTokens(expected), rougeTokens(output));

  // What google-research/rouge prints for the example of its README: RougeScorer(['rougeL']).score(target, prediction).
  it('of the README’s example is what google-research/rouge prints', () => {
    const score = of('The quick brown fox jumps over the lazy dog', 'The quick brown dog jumps on the log.');
    expect(score.precision).toBeCloseTo(0.625, 12);
    expect(score.recall).toBeCloseTo(0.5555555555555556, 12);
    expect(score.f1).toBeCloseTo(0.5882352941176471, 12);
  });

  // google-research/rouge, rouge_scorer_test.py: testRougeLConsecutive, testRougeLNonConsecutive, testRougeEmpty.
  it.each([
    ['testing one two', 'testing one', 1, 2 / 3, 4 / 5],
    ['testing one two', 'testing two', 1, 2 / 3, 4 / 5],
    ['testing one two', '', 0, 0, 0],
    ['w1 w2 w3 w4 w5', '/', 0, 0, 0],
    ['', 'w1', 0, 0, 0],
  ])('of “%s” and “%s” is what its tests say', (expected, output, precision, recall, f1) => {
    const score = of(expected, output);
    expect(score.precision).toBeCloseTo(precision, 12);
    expect(score.recall).toBeCloseTo(recall, 12);
    expect(score.f1).toBeCloseTo(f1, 12);
  });

  it('knows words of other alphabets, and characters where there are no spaces', () => {
    expect(rougeTokens('Über-Straße, 2 Äpfel_im Korb')).toEqual(['über', 'straße', '2', 'äpfel', 'im', 'korb']);
    expect(rougeTokens('東京へ行く ok')).toEqual(['東', '京', 'へ', '行', 'く', 'ok']);
    expect(of('東京へ行く', '東京に行く').f1).toBeCloseTo(0.8, 12);
  });

  it('tokenizes ASCII as the reference does', () => {
    const reference = (text: string) =>
      text
        .toLowerCase()
        .split(/[^a-z0-9]+/)
        .filter(Boolean);
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        expect(rougeTokens(text)).toEqual(reference(text));
      }),
    );
  });
});

describe('BLEU', () => {
  const sentence = (output: string, expected: string, lower = false) => {
    const [a, b] = [output, expected].map((text) => bleuTokens(lower ? text.toLowerCase() : text));
    return bleuOf(countBleu(a!, [b!]), true);
  };

  // mjpost/sacrebleu, README.md and test/test_bleu.py (test_corpus_bleu_cases): two references for each of three sentences.
  it('of the README’s corpus is what sacreBLEU says', () => {
    const outputs = ['The dog bit the man.', "It wasn't surprising.", 'The man had just bitten him.'];
    const references = [
      ['The dog bit the man.', 'It was not unexpected.', 'The man bit him first.'],
      ['The dog had bit the man.', 'No one was surprised.', 'The man had bitten the dog.'],
    ];
    const counts = outputs.map((output, i) =>
      countBleu(
        bleuTokens(output),
        references.map((list) => bleuTokens(list[i]!)),
      ),
    );
    const sum = counts.reduce((a, b) => ({
      matches: a.matches.map((n, i) => n + b.matches[i]!),
      totals: a.totals.map((n, i) => n + b.totals[i]!),
      outputLength: a.outputLength + b.outputLength,
      referenceLength: a.referenceLength + b.referenceLength,
    }));
    expect(sum).toMatchObject({ outputLength: 17, referenceLength: 18 });
    expect(bleuOf(sum, false) * 100).toBeCloseTo(48.530827, 6);
  });

  // test/test_sentence_bleu.py: sentence_bleu with tokenizer 13a, smoothing exp, effective order.
  it('of its test’s sentence is what sacreBLEU says', () => {
    const expected = 'producţia de zahăr brut se exprimă în zahăr alb;';
    const output = 'Producția de zahăr primă va fi exprimată în ceea ce privește zahărul alb;';
    expect(sentence(output, expected) * 100).toBeCloseTo(8.493, 3);
    expect(sentence('this is a cat', 'okay thanks')).toBe(0);
  });

  // test/test_bleu.py: test_case_statistics, test_case_scoring, test_case_effective_order, test_case_degenerate_stats.
  it('is computed from counts as sacreBLEU computes it', () => {
    const split = (text: string) => text.split(' ');
    const counts = countBleu(split('am I am a character sequence'), [split('I am a symbol string sequence a a')]);
    expect(counts).toMatchObject({ matches: [4, 2, 1, 0], totals: [6, 5, 4, 3] });
    const scoring = { matches: [9, 7, 5, 3], totals: [10, 8, 6, 4], outputLength: 11, referenceLength: 11 };
    expect(bleuOf(scoring, false)).toBeCloseTo(0.8375922397, 8);
    expect(sentence('test', 'a test')).toBeCloseTo(0.3678794411714425, 12);
    expect(sentence('a test', 'a test')).toBe(1);
    const nothing = { matches: [0, 0, 0, 0], totals: [0, 0, 0, 0], outputLength: 0, referenceLength: 1 };
    expect([bleuOf(nothing, true), bleuOf(nothing, false)]).toEqual([0, 0]);
    expect(bleuOf({ ...scoring, matches: [1, 0, 0, 0], totals: [1, 0, 0, 0] }, false)).toBe(0);
  });

  it('tokenizes as mteval-v13a does', () => {
    expect(bleuTokens('It costs $3,000.50 (net)—or 2-3% &quot;more&quot;.').join(' ')).toBe(
      'It costs $ 3,000.50 ( net ) —or 2 - 3 % " more " .',
    );
    expect(bleuTokens('  a well-known e.g. x,y \n')).toEqual(['a', 'well-known', 'e', '.', 'g', '.', 'x', ',', 'y']);
    expect(bleuTokens('')).toEqual([]);
  });

  it('is 1 for the same text, and from 0 to 1 for any', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', '.', 'd-e'), { maxLength: 12 }).map((list) => list.join(' '));
    fc.assert(
      fc.property(text, text, (a, b) => {
        const value = sentence(a, b);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1 + 1e-12);
        expect(sentence(a, a)).toBeCloseTo(bleuTokens(a).length === 0 ? 0 : 1, 12);
      }),
    );
  });
});
