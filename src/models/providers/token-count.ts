import type { Usage } from '../domain/model.ts';

/** More tokens than any answer has: whoever counts so many has miscounted. */
const MOST = 1_000_000_000;

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0 && value <= MOST;

/**
 * What a provider says that was used, where it can be that: budgets are charged by it, and an endpoint may be anybody's.
 * JSON has numbers below zero, with fractions, and beyond all bounds (1e400).
 * @param input counts that are input together
 * @returns null: unknown
 */
export function usageOf(input: readonly number[], outputTokens: number): Usage | null {
  const inputTokens = input.reduce((sum, count) => sum + count, 0);
  return [...input, inputTokens, outputTokens].every(isCount) ? { inputTokens, outputTokens } : null;
}
