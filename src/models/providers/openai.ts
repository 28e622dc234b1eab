import type { EventSourceMessage } from 'eventsource-parser';
import { OpenAI } from 'openai/client';
import type { ChatCompletionChunk, ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { Parameters, Usage } from '../domain/model.ts';
import { failedStream, malformed, refused } from './failures.ts';
import { GatheredCalls } from './gathered-calls.ts';
import type { Ask, End, FinishReason, Question, ToolCall } from './port.ts';
import { type Answer, relay } from './relay.ts';
import { usageOf } from './token-count.ts';
import { type Fetch, openStream, SDK_TIMEOUT, sendableKey } from './way-out.ts';

const OPENAI_URL = 'https://api.openai.com/v1';

const FINISH_REASONS = new Map<string, FinishReason>([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool_calls'],
  ['function_call', 'tool_calls'],
  ['content_filter', 'content_filter'],
]);

/** Asks by chat completions: OpenAI itself, or an endpoint that speaks as it does. @throws ProviderError */
export const askOpenAi: Ask = async (question, onText) => {
  const body = await openStream(question, (fetch) =>
    clientFor(question, fetch).chat.completions.create(bodyOf(question)).asResponse(),
  );
  return relay(question, onText, new Completion(question), body);
};

function clientFor(question: Question, fetch: Fetch): OpenAI {
  const { provider, baseUrl, apiKey } = question;
  const own = provider === 'openai';
  if (own && apiKey === null) throw refused('credential_missing', 'There is no key for openai. Store one.');
  if (!own && baseUrl === null) throw refused('base_url_refused', 'An openai-compatible model needs a base URL.');
  return new OpenAI({
    // The SDK insists on a key; where there is none, its header is left out.
    apiKey: apiKey === null ? 'none' : sendableKey(apiKey),
    ...(apiKey === null ? { defaultHeaders: { authorization: null } } : {}),
    // Each of these would otherwise come from the environment.
    baseURL: baseUrl ?? OPENAI_URL,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    // It would log what it cannot parse.
    logLevel: 'off',
    maxRetries: 0,
    timeout: SDK_TIMEOUT,
    fetch,
  });
}

function bodyOf({ provider, model, messages, parameters }: Question): ChatCompletionCreateParamsStreaming {
  const { temperature, maxTokens, topP, stop, seed, responseFormat, tools, toolChoice, ...rest } = parameters;
  const { max_tokens, max_completion_tokens, ...own } = rest;
  // OpenAI's newer models refuse max_tokens; what imitates OpenAI often knows nothing else. Together they are refused too.
  const named = provider === 'openai' ? 'max_completion_tokens' : 'max_tokens';
  return {
    ...own,
    ...defined({
      temperature,
      top_p: topP,
      ...(maxTokens === undefined ? { max_tokens, max_completion_tokens } : { [named]: maxTokens }),
      stop,
      seed,
      response_format: formatOf(responseFormat),
      tools,
      tool_choice: toolChoice,
    }),
    model,
    // A tool's answer without the call that it answers would be refused: it is told as the user's.
    messages: messages.map(({ role, content }) => ({ role: role === 'tool' ? 'user' : role, content })),
    stream: true,
    stream_options: { include_usage: true },
  };
}

const defined = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

function formatOf(format: Parameters['responseFormat']): unknown {
  switch (format?.type) {
    case 'json':
      return { type: 'json_object' };
    case 'json_schema':
      return {
        type: 'json_schema',
        json_schema: { name: format.name ?? 'answer', schema: format.schema, strict: true },
      };
    case 'text':
      return { type: 'text' };
    case undefined:
      return undefined;
  }
}

/** Some give a text in parts, among others that are none: what the model thinks. Else it is what it is. */
function textIn(content: unknown): string {
  if (!Array.isArray(content)) return content as string;
  return (content as { type?: unknown; text?: unknown }[])
    .map(({ type, text }) => (type === 'text' && typeof text === 'string' ? text : ''))
    .join('');
}

/** Longer arguments are not looked at for whether they are whole, in UTF-16 units: it would be done with each piece. */
const LOOKED_AT = 16 * 1024;

/** Whether a call has come to its end before a name that follows. */
function isOver({ name, arguments: said }: ToolCall, following: string): boolean {
  if (said === '') return false;
  if (name !== following) return true;
  if (said.length > LOOKED_AT) return false;
  try {
    JSON.parse(said);
    return true;
  } catch {
    return false;
  }
}

/** What stands in the place of a last chunk. */
const DONE = '[DONE]';

class Completion implements Answer {
  over = false;
  readonly #apiKey: string | null;
  #finish: FinishReason | null = null;
  #refusing = false;
  #usage: Usage | null = null;
  readonly #calls = new GatheredCalls();
  readonly #latestCall = new Map<number, ToolCall>();

  constructor({ apiKey }: Question) {
    this.#apiKey = apiKey;
  }

  take({ event, data }: EventSourceMessage): string {
    if (data === DONE) {
      this.over = true;
      return '';
    }
    if (event === 'error') throw failedStream(data, this.#apiKey);
    const chunk = JSON.parse(data) as ChatCompletionChunk & { error?: unknown };
    if (chunk.error) throw failedStream(data, this.#apiKey);
    if (Array.isArray(chunk)) throw malformed();
    const { prompt_tokens: input, completion_tokens: output } = chunk.usage ?? {};
    if (typeof input === 'number' && typeof output === 'number') this.#usage = usageOf([input], output);

    // Some chunks carry only usage, and some endpoints null, or no index. Other choices than the first are not asked for.
    const choices = chunk.choices as Partial<ChatCompletionChunk.Choice>[] | null | undefined;
    const choice = choices?.find(({ index = 0 }) => index === 0);
    if (choice === undefined) return '';
    if (choice.finish_reason) this.#finish = FINISH_REASONS.get(choice.finish_reason) ?? 'other';
    const { delta } = choice;
    for (const [at, call] of (delta?.tool_calls ?? []).entries()) this.#gather(call, at);
    if (delta?.refusal) this.#refusing = true;
    return textIn(delta?.content) || delta?.refusal || '';
  }

  get whole(): boolean {
    return this.#finish !== null;
  }

  get tooMuch(): boolean {
    return this.#calls.tooMuch;
  }

  end(): End {
    const finishReason = this.#refusing && this.#finish === 'stop' ? 'content_filter' : (this.#finish ?? 'other');
    return { finishReason, usage: this.#usage, toolCalls: this.#calls.all };
  }

  /** Calls come in pieces: id and name first, then the arguments, bit by bit. */
  #gather(delta: Partial<ChatCompletionChunk.Choice.Delta.ToolCall>, at: number): void {
    const id = delta.id ?? '';
    const name = delta.function?.name ?? '';
    const index = delta.index ?? at;
    const isBare = id === '' && (delta.index ?? null) === null && name !== '';
    let call = this.#latestCall.get(index);
    // Some give all calls the same index: another id is another call. Some give neither: then a name begins another one,
    // unless it is said again in the middle.
    const isAnother =
      call !== undefined && (isBare ? isOver(call, name) : id !== '' && call.id !== '' && id !== call.id);
    if (call === undefined || isAnother) {
      call = this.#calls.begin(id);
      this.#latestCall.set(index, call);
    }
    // Some say the name with each piece.
    this.#calls.add(call, { name: name === call.name ? '' : name, text: delta.function?.arguments ?? '' });
  }
}
