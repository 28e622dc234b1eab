import type { JsonValue } from '../../kernel/canonical-json.ts';

export const PROVIDERS = ['openai', 'anthropic', 'openai-compatible', 'mock'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

/** Those that are asked with a key. */
export const KEYED_PROVIDERS = ['openai', 'anthropic', 'openai-compatible'] as const;
export type KeyedProvider = (typeof KEYED_PROVIDERS)[number];

/** How a provider is asked to shape its answer. */
export type ResponseFormat =
  | { type: 'text' }
  | { type: 'json' }
  | { type: 'json_schema'; name?: string | undefined; schema: { [key: string]: JsonValue } };

/**
 * What a model is asked with. These have the same meaning with every provider; any other key goes to the provider as it
 * stands, in its own words.
 */
export interface Parameters {
  [key: string]: JsonValue | undefined;
  temperature?: number;
  maxTokens?: number;
  topP?: number;
  stop?: string[];
  seed?: number;
  responseFormat?: ResponseFormat & { [key: string]: JsonValue };
  /** In the provider's own shape. */
  tools?: JsonValue[];
  toolChoice?: JsonValue;
}

/** Micro-USD for a million tokens. */
export interface Prices {
  inputMicrosPerMillion: number;
  outputMicrosPerMillion: number;
}

export interface Usage {
  inputTokens: number;
  outputTokens: number;
}

/** What a use of a model costs, in micro-USD, rounded up; null where the price or the use is unknown. */
export function costOf(prices: Prices | null, usage: Usage | null): number | null {
  if (prices === null || usage === null) return null;
  const { inputMicrosPerMillion, outputMicrosPerMillion } = prices;
  return Math.ceil(
    (usage.inputTokens * inputMicrosPerMillion + usage.outputTokens * outputMicrosPerMillion) / 1_000_000,
  );
}

/** A revision as an execution holds it: all that is needed to ask it, but no credential. */
export interface RunnableModel {
  name: string;
  revision: number;
  revisionId: string;
  provider: ProviderName;
  /** As the provider calls it. */
  model: string;
  baseUrl: string | null;
  parameters: Parameters;
  contextWindow: number | null;
  prices: Prices | null;
}
