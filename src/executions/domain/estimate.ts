import { utf8Length } from '../../kernel/bytes.ts';
import {
  costOf,
  outputLimitOf,
  type ProviderMessage,
  type RunnableModel,
  USUAL_OUTPUT_LIMIT,
} from '../../models/public.ts';
import type { Job } from './job.ts';

/** English text has about four characters to a token (OpenAI, "What are tokens and how to count them?"); others have fewer. */
const CHARACTERS_A_TOKEN = 3;
/** What a provider puts around each message, in tokens at most: roles and separators. */
const AROUND_A_MESSAGE = 16;
/** What it says of tools, or of the shape of an answer, in its own words (Anthropic, "Tool use": up to 530 tokens). */
const AROUND_TOOLS = 1_000;

const tokensOf = (length: number): number => Math.ceil(length / CHARACTERS_A_TOKEN);

/**
 * What a run may cost at most, in micro-USD, before anybody knows: held back from the budget meanwhile. The dearest of the
 * models that may be asked. An unknown price counts as nothing: src/executions/commands/execute.ts keeps those away from
 * budgets in money, and sees to it that answers are limited there.
 */
export function reservationFor(models: readonly RunnableModel[], messages: readonly ProviderMessage[]): number {
  const bytes = bytesOf(messages);
  return Math.max(...models.map((model) => reservation(model, messages, bytes)));
}

function reservation(model: RunnableModel, messages: readonly ProviderMessage[], bytes: number): number {
  const { provider, parameters, prices } = model;
  if (provider === 'mock') {
    // It counts words, and says all of them back: this is what it will cost.
    const inputTokens = messages.reduce((sum, { content }) => sum + (content.match(/\S+/g)?.length ?? 0), 0);
    return costOf(prices, { inputTokens, outputTokens: Math.min(inputTokens, parameters.maxTokens ?? Infinity) }) ?? 0;
  }
  const outputTokens = outputLimitOf(provider, parameters) ?? USUAL_OUTPUT_LIMIT;
  return costOf(prices, { inputTokens: inputMost(model, bytes), outputTokens }) ?? 0;
}

/**
 * The same models, none of which answers with more than is held back for it: where nothing limits an answer, the limit
 * that was counted with is sent.
 */
export function limited(
  [first, ...rest]: Job['models'],
  messages: readonly ProviderMessage[],
): [RunnableModel, ...RunnableModel[]] {
  const bytes = bytesOf(messages);
  return [withLimit(first, bytes), ...rest.map((model) => withLimit(model, bytes))];
}

function withLimit(model: RunnableModel, bytes: number): RunnableModel {
  const { provider, parameters, contextWindow } = model;
  if (provider === 'mock' || outputLimitOf(provider, parameters) !== null) return model;
  // Endpoints refuse a limit that does not fit into the window behind the question.
  const room =
    contextWindow === null
      ? USUAL_OUTPUT_LIMIT
      : Math.max(1, Math.ceil(contextWindow / 4), contextWindow - inputMost(model, bytes));
  return { ...model, parameters: { ...parameters, maxTokens: Math.min(USUAL_OUTPUT_LIMIT, room) } };
}

/** A token has a byte at least, in whatever language; tools and schemas are among the parameters. */
function inputMost({ parameters }: RunnableModel, bytes: number): number {
  const isShaped = parameters.tools !== undefined || parameters.responseFormat !== undefined;
  return bytes + utf8Length(JSON.stringify(parameters)) + (isShaped ? AROUND_TOOLS : 0);
}

const bytesOf = (messages: readonly ProviderMessage[]): number =>
  messages.reduce((sum, { content }) => sum + utf8Length(content) + AROUND_A_MESSAGE, 0);

/** What an attempt that broke off has cost, as far as one can tell: the provider says so only at the end. */
export function spentUntilBrokenOff(
  { provider, parameters, prices }: RunnableModel,
  messages: readonly ProviderMessage[],
  output: string,
): number {
  if (output === '') return 0;
  const inputLength = messages.reduce((sum, message) => sum + message.content.length, 0);
  const outputTokens = Math.min(tokensOf(output.length), outputLimitOf(provider, parameters) ?? Infinity);
  return costOf(prices, { inputTokens: tokensOf(inputLength), outputTokens }) ?? 0;
}
