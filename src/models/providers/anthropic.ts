import { BaseAnthropic } from '@anthropic-ai/sdk/client';
import type {
  MessageDeltaUsage,
  MessageParam,
  RawMessageStreamEvent,
  ToolUseBlock,
} from '@anthropic-ai/sdk/resources/messages/messages';
import type { EventSourceMessage } from 'eventsource-parser';
import type { Parameters, Usage } from '../domain/model.ts';
import { USUAL_OUTPUT_LIMIT } from '../domain/output-limit.ts';
import { failedStream, malformed, refused } from './failures.ts';
import { GatheredCalls } from './gathered-calls.ts';
import type { Ask, End, FinishReason, ProviderMessage, Question, ToolCall } from './port.ts';
import { type Answer, relay } from './relay.ts';
import { usageOf } from './token-count.ts';
import { type Fetch, openStream, SDK_TIMEOUT, sendableKey } from './way-out.ts';

const ANTHROPIC_URL = 'https://api.anthropic.com';

const FINISH_REASONS = new Map<string, FinishReason>([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'content_filter'],
]);

/** Asks by Anthropic's messages. @throws ProviderError */
export const askAnthropic: Ask = async (question, onText) => {
  const body = await openStream(question, (fetch) =>
    // Not messages.create: it takes some of the body's keys for headers, and brings helpers larger than the client.
    clientFor(question, fetch)
      .post('/v1/messages', { body: bodyOf(question), stream: true })
      .asResponse(),
  );
  return relay(question, onText, new Message(question), body);
};

function clientFor({ apiKey, baseUrl }: Question, fetch: Fetch): BaseAnthropic {
  if (apiKey === null) throw refused('credential_missing', 'There is no key for anthropic. Store one.');
  return new BaseAnthropic({
    apiKey: sendableKey(apiKey),
    // The SDK adds the version itself.
    baseURL: (baseUrl ?? ANTHROPIC_URL).replace(/\/v1\/?$/, ''),
    webhookKey: null,
    openTelemetry: false,
    // It would log what it cannot parse.
    logLevel: 'off',
    maxRetries: 0,
    timeout: SDK_TIMEOUT,
    fetch,
  });
}

function bodyOf({ model, messages, parameters }: Question): Record<string, unknown> {
  // There is no seed at Anthropic's.
  const { temperature, maxTokens, topP, stop, seed: _, responseFormat, tools, toolChoice, ...own } = parameters;
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const mapped = {
    max_tokens: maxTokens,
    temperature,
    top_p: topP,
    stop_sequences: stop,
    output_config: outputOf(responseFormat, own.output_config),
    tools,
    tool_choice: toolChoice,
    system: system.length === 0 ? undefined : system.join('\n\n'),
  };
  return {
    max_tokens: USUAL_OUTPUT_LIMIT,
    ...own,
    ...Object.fromEntries(Object.entries(mapped).filter(([, value]) => value !== undefined)),
    model,
    messages: turns(messages),
    stream: true,
  };
}

/** Users and assistants in turn, as Anthropic wants them. A tool's answer without its call is told as the user's. */
function turns(messages: readonly ProviderMessage[]): MessageParam[] {
  const merged: { role: 'user' | 'assistant'; content: string }[] = [];
  for (const { role, content } of messages) {
    if (role === 'system') continue;
    const speaker = role === 'assistant' ? 'assistant' : 'user';
    const last = merged.at(-1);
    if (last?.role === speaker) last.content += `\n\n${content}`;
    else merged.push({ role: speaker, content });
  }
  return merged;
}

function outputOf(format: Parameters['responseFormat'], own: unknown): unknown {
  switch (format?.type) {
    case 'json':
      throw refused(
        'invalid_request',
        'Anthropic has no JSON mode without a schema: give responseFormat the type json_schema and a schema.',
      );
    case 'json_schema':
      return { ...(own as object | undefined), format: { type: 'json_schema', schema: format.schema } };
    case 'text':
    case undefined:
      return undefined;
  }
}

const COUNTS = [
  'input_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'output_tokens',
] as const satisfies readonly (keyof MessageDeltaUsage)[];
type Count = (typeof COUNTS)[number];

class Message implements Answer {
  whole = false;
  readonly #apiKey: string | null;
  #finish: FinishReason | null = null;
  #counts: Partial<Record<Count, number>> = {};
  readonly #calls = new GatheredCalls();
  readonly #callAt = new Map<number, ToolCall>();
  /** Arguments that came whole, with the beginning of their call: not Anthropic's way, but of some that imitate it. */
  readonly #given = new Map<ToolCall, string>();

  constructor({ apiKey }: Question) {
    this.#apiKey = apiKey;
  }

  /** Nothing follows its end. */
  get over(): boolean {
    return this.whole;
  }

  take({ event: name, data }: EventSourceMessage): string {
    if (name === 'error') throw failedStream(data, this.#apiKey);
    const event = JSON.parse(data) as RawMessageStreamEvent;
    switch (event.type) {
      case 'message_start':
        this.#count(event.message.usage);
        return '';
      case 'content_block_start': {
        const block = event.content_block;
        if (block.type === 'tool_use') this.#begin(event.index, block);
        return block.type === 'text' ? block.text : '';
      }
      case 'content_block_delta': {
        const { delta } = event;
        if (delta.type === 'text_delta') return delta.text;
        const call = this.#callAt.get(event.index);
        if (delta.type === 'input_json_delta' && call !== undefined)
          this.#calls.add(call, { text: delta.partial_json });
        return '';
      }
      case 'message_delta':
        this.#count(event.usage);
        if (event.delta.stop_reason !== null) this.#finish = FINISH_REASONS.get(event.delta.stop_reason) ?? 'other';
        return '';
      case 'message_stop':
        this.whole = true;
        return '';
      default:
        // A kind that is yet to come, or nothing of the kind.
        if (typeof (event as { type?: unknown }).type !== 'string') throw malformed();
        return '';
    }
  }

  get tooMuch(): boolean {
    return this.#calls.tooMuch;
  }

  end(): End {
    return {
      finishReason: this.#finish ?? 'other',
      usage: this.#usage,
      toolCalls: this.#calls.all.map((call) => ({
        ...call,
        arguments: call.arguments || this.#given.get(call) || '{}',
      })),
    };
  }

  #begin(index: number, { id, name, input }: Pick<ToolUseBlock, 'id' | 'name' | 'input'>): void {
    const call = this.#calls.begin(id);
    this.#calls.add(call, { name });
    this.#callAt.set(index, call);
    if (typeof input === 'object' && input !== null) this.#given.set(call, this.#calls.counted(JSON.stringify(input)));
  }

  /** Counts are of all so far; one that is not said again stands. */
  #count(usage: Partial<MessageDeltaUsage> | undefined): void {
    for (const name of COUNTS) {
      const count = usage?.[name];
      if (typeof count === 'number') this.#counts[name] = count;
    }
  }

  /** What was read from a cache or written to it is input as well. */
  get #usage(): Usage | null {
    const { input_tokens: input, output_tokens: output, ...cached } = this.#counts;
    if (input === undefined || output === undefined) return null;
    return usageOf([input, ...Object.values(cached)], output);
  }
}
