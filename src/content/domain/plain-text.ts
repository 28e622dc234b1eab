import { utf8Length } from '../../kernel/bytes.ts';
import type { JsonValue } from '../../kernel/canonical-json.ts';

/** Why a text cannot be kept as it is: SQLite ends texts at NUL, UTF-8 has no lone surrogates. Null when it can. */
export function plainTextProblem(text: string): string | null {
  if (text.includes('\0')) return 'must not contain NUL (U+0000)';
  return text.isWellFormed() ? null : 'must not contain unpaired surrogates';
}

/** The same for every text in a JSON value, keys included, and its depth. */
export function jsonProblem(value: JsonValue, maxDepth: number): string | null {
  if (typeof value === 'string') return plainTextProblem(value);
  if (typeof value !== 'object' || value === null) return null;
  if (maxDepth === 0) return 'is nested too deep';
  for (const [key, child] of Object.entries(value)) {
    const problem = plainTextProblem(key) ?? jsonProblem(child, maxDepth - 1);
    if (problem !== null) return problem;
  }
  return null;
}

export const jsonBytes = (value: unknown): number => utf8Length(JSON.stringify(value));
