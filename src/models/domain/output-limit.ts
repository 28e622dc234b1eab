import type { JsonValue } from '../../kernel/canonical-json.ts';
import type { Parameters, ProviderName } from './model.ts';

/** So many tokens are an answer where one must be limited and nobody says how: Anthropic asks for a limit with each request. */
export const USUAL_OUTPUT_LIMIT = 4096;

/**
 * How many tokens a model may answer with, as the body of its question says it, in whichever words; null: as many as it
 * likes. Budgets hold back by this what the providers' adapters send.
 */
export function outputLimitOf(provider: ProviderName, parameters: Parameters): number | null {
  const { maxTokens, max_tokens: plain, max_completion_tokens: newer } = parameters;
  if (maxTokens !== undefined) return maxTokens;
  if (provider === 'anthropic') return plain === undefined ? USUAL_OUTPUT_LIMIT : largest([plain]);
  // Which of the two an endpoint goes by, it alone knows.
  return largest([plain, newer].filter((limit) => limit !== undefined && limit !== null));
}

function largest(limits: readonly (JsonValue | undefined)[]): number | null {
  const all = limits.filter((limit): limit is number => Number.isSafeInteger(limit) && Number(limit) >= 0);
  return all.length === 0 || all.length < limits.length ? null : Math.max(...all);
}
