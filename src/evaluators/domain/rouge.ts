import { commonLength } from './sequences.ts';

/** Precision, recall and their harmonic mean. */
export interface RougeScore {
  precision: number;
  recall: number;
  f1: number;
}

/** Scripts that are written without spaces: each character stands for itself. */
const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{M}\p{N}])+/gu;

/**
 * Words in lower case. On texts in ASCII the same as the default tokenizer of google-research/rouge without its stemmer
 * (runs of letters and digits), which knows no others.
 */
export const rougeTokens = (text: string): string[] => text.normalize('NFC').toLowerCase().match(TOKEN) ?? [];

/**
 * ROUGE-L of sentences: C.-Y. Lin, ROUGE: a package for automatic evaluation of summaries (2004), as
 * google-research/rouge computes `rougeL` with `use_stemmer=False`. Nothing in common, or nothing at all, is 0.
 */
export function rougeL(expected: readonly string[], output: readonly string[]): RougeScore {
  const common = commonLength(expected, output);
  if (common === 0) return { precision: 0, recall: 0, f1: 0 };
  const [precision, recall] = [common / output.length, common / expected.length];
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}
