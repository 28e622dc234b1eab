const WORD_PER_CHARACTER =
  '\\p{Script=Han}|\\p{Script=Hiragana}|\\p{Script=Katakana}|\\p{Script=Thai}|\\p{Script=Lao}|\\p{Script=Khmer}|\\p{Script=Myanmar}';
// Scripts that do not space their words are taken character by character: else a sentence would be one word.
const WORDS = new RegExp(`(?:(?!${WORD_PER_CHARACTER})[\\p{L}\\p{N}\\p{M}_])+|\\s+|[^]\\p{M}*`, 'gu');

/** A text cut into words, runs of white space and single other characters. Joined, they are the text. */
export function wordsOf(text: string): string[] {
  return text.match(WORDS) ?? [];
}
