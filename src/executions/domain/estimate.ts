import { costOf, type Prices, type ProviderMessage, type RunnableModel } from '../../models/public.ts';

/** English text has about four characters to a token (OpenAI, "What are tokens and how to count them?"); others have fewer. */
const CHARACTERS_A_TOKEN = 3;
/** What is thought to come back where nobody limits it. */
const USUAL_OUTPUT_TOKENS = 1_000;

const tokensOf = (length: number): number => Math.ceil(length / CHARACTERS_A_TOKEN);

/**
 * What a run may cost, in micro-USD, before anybody knows: held back from the budget meanwhile. The dearest of the models
 * that may be asked. An unknown price counts as nothing: src/executions/commands/execute.ts keeps those away from budgets in money.
 */
export function reservationFor(models: readonly RunnableModel[], messages: readonly ProviderMessage[]): number {
  return Math.max(0, ...models.map((model) => reservation(model, messages)));
}

function reservation({ provider, parameters, prices }: RunnableModel, messages: readonly ProviderMessage[]): number {
  if (provider === 'mock') {
    // It counts words, and says all of them back: this is what it will cost.
    const inputTokens = messages.reduce((sum, { content }) => sum + (content.match(/\S+/g)?.length ?? 0), 0);
    return costOf(prices, { inputTokens, outputTokens: Math.min(inputTokens, parameters.maxTokens ?? Infinity) }) ?? 0;
  }
  const length = messages.reduce((sum, message) => sum + message.content.length, 0);
  const outputTokens = parameters.maxTokens ?? USUAL_OUTPUT_TOKENS;
  return costOf(prices, { inputTokens: tokensOf(length), outputTokens }) ?? 0;
}

/** What a run that broke off has cost, as far as one can tell: the provider says so only at the end. */
export function spentUntilBrokenOff(
  prices: Prices | null,
  messages: readonly ProviderMessage[],
  output: string,
): number {
  if (output === '') return 0;
  const inputLength = messages.reduce((sum, message) => sum + message.content.length, 0);
  return costOf(prices, { inputTokens: tokensOf(inputLength), outputTokens: tokensOf(output.length) }) ?? 0;
}
