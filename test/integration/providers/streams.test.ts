import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Parameters } from '../../../src/models/domain/model.ts';
import { askModel } from '../../../src/models/providers/ask.ts';
import type { ProviderMessage } from '../../../src/models/providers/port.ts';
import { eventually } from '../../support/eventually.ts';
import {
  type Book,
  book,
  failure,
  hear,
  KEY,
  type Protocol,
  PROTOCOLS,
  question,
  upstream,
} from '../../support/upstream/question.ts';
import { JSON_TEXT, TEXT, TOKENS, TOOL_CALLS, USAGE, WIDE_TEXT } from '../../support/upstream/wire.mjs';

const usage = { inputTokens: USAGE.input, outputTokens: USAGE.output };

const from = (provider: Protocol, scenario: string) =>
  hear(question({ provider, baseUrl: upstream(scenario, provider).baseUrl }));

/** What arrives upstream for these parameters and messages. */
async function sent(
  provider: Protocol,
  parameters: Parameters,
  messages?: ProviderMessage[],
): Promise<NonNullable<Book['last']>> {
  const { id, baseUrl } = upstream('tokens', provider);
  await hear(question({ provider, baseUrl, parameters, ...(messages ? { messages } : {}) }));
  return (await book(id)).last!;
}

/** What the SDKs would take from the environment. */
const ENVIRONMENT = {
  OPENAI_ORG_ID: 'org-ours',
  OPENAI_PROJECT_ID: 'proj-ours',
  OPENAI_ADMIN_KEY: 'admin-ours',
  OPENAI_CUSTOM_HEADERS: 'x-ours: 1',
  ANTHROPIC_AUTH_TOKEN: 'token-ours',
  ANTHROPIC_CUSTOM_HEADERS: 'x-ours: 1',
};

it('an answer that is whole has ended, though its connection stays open', async () => {
  const both = PROTOCOLS.flatMap(
    (provider) =>
      [
        [provider, 'lingering'],
        [provider, 'lingering-500'],
      ] as const,
  );
  const asked = both.map(async ([provider, scenario]) => {
    const { id, baseUrl } = upstream(scenario, provider);
    expect(await hear(question({ provider, baseUrl }))).toMatchObject({
      text: TEXT,
      end: { finishReason: 'stop', usage },
    });
    await eventually(async () => expect(await book(id)).toMatchObject({ open: 0, aborted: 1 }));
  });
  await Promise.all(asked);
});

describe.each(PROTOCOLS)('%s', (provider) => {
  it('streams token by token', async () => {
    const { texts, end } = await from(provider, 'tokens');
    expect(texts).toEqual(TOKENS);
    expect(end).toEqual({ finishReason: 'stop', usage, toolCalls: [] });
  });

  it('reads a stream however the network cuts it', async () => {
    expect(await from(provider, 'lump')).toMatchObject({ texts: TOKENS, end: { usage } });
    expect(await from(provider, 'split')).toMatchObject({ text: WIDE_TEXT, end: { usage } });
    expect((await from(provider, 'slow-first-byte-300')).text).toBe(TEXT);
    expect((await from(provider, 'chunks-1000')).texts).toHaveLength(1000);
  });

  it('gives the first token before the last is there', async () => {
    const { id, baseUrl } = upstream('stall-1', provider);
    const controller = new AbortController();
    const first = Promise.withResolvers<string>();
    const asked = askModel(question({ provider, baseUrl, signal: controller.signal }), (text) => {
      first.resolve(text);
      return true;
    });
    expect(await first.promise).toBe(TOKENS[0]);
    expect((await book(id)).open).toBe(1);
    controller.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  });

  it('gathers tool calls', async () => {
    const { end } = await from(provider, 'tool-calls');
    expect(end).toMatchObject({
      finishReason: 'tool_calls',
      toolCalls: TOOL_CALLS.map(({ id, name, pieces }) => ({ id, name, arguments: pieces.join('') })),
    });
  });

  it('takes 128 tool calls and 512 KiB of them, and leaves the provider alone at more', async () => {
    expect((await from(provider, 'calls-128')).end?.toolCalls).toHaveLength(128);
    expect((await from(provider, 'calls-4-120')).end?.toolCalls[3]?.arguments).toHaveLength(120 * 1024);
    for (const scenario of ['calls-129', 'calls-4-129', 'calls-0-16']) {
      const { id, baseUrl } = upstream(scenario, provider);
      expect((await hear(question({ provider, baseUrl }))).end, scenario).toBeNull();
      await eventually(async () => expect((await book(id)).open).toBe(0));
    }
  });

  it('knows an unknown use from none', async () => {
    expect((await from(provider, 'no-usage')).end).toMatchObject({ finishReason: 'stop', usage: null });
  });

  it.each(['negative', 'fraction', 'huge', 'infinite', 'many'])('knows a count that is none: %s', async (what) => {
    expect(await from(provider, `miscounts-${what}`)).toMatchObject({
      texts: TOKENS,
      end: { finishReason: 'stop', usage: null },
    });
  });

  it('answers in JSON', async () => {
    expect((await from(provider, 'json')).text).toBe(JSON_TEXT);
  });

  it('closes the connection when aborted, and throws the reason', async () => {
    const { id, baseUrl } = upstream('endless', provider);
    const controller = new AbortController();
    const reason = new Error('cancelled by Ada');
    const asked = askModel(question({ provider, baseUrl, signal: controller.signal }), () => {
      controller.abort(reason);
      return true;
    });
    await expect(asked).rejects.toBe(reason);
    await eventually(async () => expect(await book(id)).toMatchObject({ requests: 1, open: 0, aborted: 1 }));
  });

  it.each(['slow-first-byte-20000', 'stall', 'endless-error'])('can be aborted while waiting: %s', async (scenario) => {
    const { id, baseUrl } = upstream(scenario, provider);
    const signal = AbortSignal.timeout(100);
    const asked = hear(question({ provider, baseUrl, signal }));
    await (scenario === 'endless-error'
      ? expect(asked).rejects.toMatchObject({ code: 'provider_unavailable' })
      : expect(asked).rejects.toMatchObject({ name: 'TimeoutError' }));
    await eventually(async () => expect(await book(id)).toMatchObject({ requests: 1, open: 0, aborted: 1 }));
  });

  it('asks nothing when aborted before', async () => {
    const { id, baseUrl } = upstream('tokens', provider);
    const reason = new Error('too late');
    await expect(hear(question({ provider, baseUrl, signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    expect((await book(id)).requests).toBe(0);
  });

  it('closes the connection when the reader goes', async () => {
    const { id, baseUrl } = upstream('endless', provider);
    expect(await askModel(question({ provider, baseUrl }), () => false)).toBeNull();
    await eventually(async () => expect((await book(id)).open).toBe(0));
  });

  it('sends other parameters as they stand, never in the place of ours', async () => {
    const { body, path, method } = await sent(provider, {
      model: 'another',
      messages: [],
      stream: false,
      user_profile_id: 'x',
      metadata: { nested: [1, null] },
    });
    expect(body).toMatchObject({
      model: 'fake-1',
      messages: [{ role: 'user', content: 'Hello' }],
      stream: true,
      user_profile_id: 'x',
      metadata: { nested: [1, null] },
    });
    expect(method).toBe('POST');
    expect(path).toMatch(provider === 'anthropic' ? /^\/tokens\/[^/]+\/v1\/messages$/ : /\/v1\/chat\/completions$/);
  });

  it('sends the key and nothing about this machine or its environment', async () => {
    for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value);
    const { headers } = await sent(provider, {});
    vi.unstubAllEnvs();
    const { host: _, 'content-length': __, 'accept-encoding': ___, connection: ____, ...rest } = headers;
    expect(rest).toMatchObject({ 'content-type': 'application/json', authorization: `Bearer ${KEY}` });
    const names = ['accept', 'authorization', 'content-type', 'user-agent'];
    if (provider === 'anthropic') names.push('anthropic-version');
    expect(
      Object.keys(rest)
        .filter((name) => !name.startsWith('cf-') && name !== 'mf-vitest-noop')
        .toSorted(),
    ).toEqual(names.toSorted());
  });
});

describe('what parameters mean', () => {
  const parameters: Parameters = {
    temperature: 0.2,
    maxTokens: 77,
    topP: 0.9,
    stop: ['END', '###'],
    seed: 7,
    tools: [{ type: 'function', function: { name: 'get_time' } }],
    toolChoice: 'auto',
  };
  const mapped = { temperature: 0.2, top_p: 0.9, tools: parameters.tools, tool_choice: 'auto' };

  it.each([
    ['openai', { ...mapped, max_completion_tokens: 77, stop: ['END', '###'], seed: 7 }],
    ['openai-compatible', { ...mapped, max_tokens: 77, stop: ['END', '###'], seed: 7 }],
    ['anthropic', { ...mapped, max_tokens: 77, stop_sequences: ['END', '###'] }],
  ] as const)('%s', async (provider, expected) => {
    const { body } = await sent(provider, parameters);
    const { model: _, messages: __, stream: ___, stream_options: options, ...rest } = body;
    expect(rest).toEqual(expected);
    expect(options).toEqual(provider === 'anthropic' ? undefined : { include_usage: true });
  });

  it.each(['openai', 'openai-compatible'] as const)(
    '%s: a limit goes out once, however it is said',
    async (provider) => {
      const limits = async (parameters: Parameters) => {
        const { max_tokens, max_completion_tokens } = (await sent(provider, parameters)).body;
        return [max_tokens, max_completion_tokens];
      };
      expect(await limits({})).toEqual([undefined, undefined]);
      expect(await limits({ max_tokens: 9 })).toEqual([9, undefined]);
      expect(await limits({ max_completion_tokens: 9 })).toEqual([undefined, 9]);
      expect(await limits({ maxTokens: 7, max_tokens: 9, max_completion_tokens: 9 })).toEqual(
        provider === 'openai' ? [undefined, 7] : [7, undefined],
      );
    },
  );

  const schema = { type: 'object', properties: { answer: { type: 'number' } }, additionalProperties: false };

  it('shapes of answers, at OpenAI', async () => {
    const format = async (responseFormat: any) => (await sent('openai', { responseFormat })).body.response_format;
    expect(await format({ type: 'text' })).toEqual({ type: 'text' });
    expect(await format({ type: 'json' })).toEqual({ type: 'json_object' });
    expect(await format({ type: 'json_schema', schema })).toEqual({
      type: 'json_schema',
      json_schema: { name: 'answer', schema, strict: true },
    });
    expect(await format({ type: 'json_schema', name: 'sum', schema })).toMatchObject({ json_schema: { name: 'sum' } });
    expect(await format(undefined)).toBeUndefined();
  });

  it('shapes of answers, at Anthropic', async () => {
    const { body } = await sent('anthropic', {
      responseFormat: { type: 'json_schema', schema },
      output_config: { effort: 'low' },
    });
    expect(body.output_config).toEqual({ effort: 'low', format: { type: 'json_schema', schema } });
    expect((await sent('anthropic', { responseFormat: { type: 'text' } })).body.output_config).toBeUndefined();
    const json = question({ provider: 'anthropic', parameters: { responseFormat: { type: 'json' } } });
    expect(await failure(json)).toMatchObject({ code: 'invalid_request', retryable: false });
  });

  it('Anthropic always gets a limit', async () => {
    expect((await sent('anthropic', {})).body.max_tokens).toBe(4096);
    expect((await sent('anthropic', { max_tokens: 9 })).body.max_tokens).toBe(9);
    expect((await sent('anthropic', { max_tokens: 9, maxTokens: 10 })).body.max_tokens).toBe(10);
  });

  const chat: ProviderMessage[] = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'One' },
    { role: 'tool', content: '{"two":2}' },
    { role: 'assistant', content: 'Three' },
    { role: 'assistant', content: 'Four' },
    { role: 'system', content: 'In German.' },
    { role: 'user', content: 'Five' },
  ];

  it('a chat at OpenAI stands as it is, a tool speaking as the user', async () => {
    expect((await sent('openai', {}, chat)).body.messages).toEqual(
      chat.map((message) => (message.role === 'tool' ? { ...message, role: 'user' } : message)),
    );
  });

  it('a chat at Anthropic takes turns, its system apart', async () => {
    const { body } = await sent('anthropic', { system: 'overruled' }, chat);
    expect(body.system).toBe('Be brief.\n\nIn German.');
    expect(body.messages).toEqual([
      { role: 'user', content: 'One\n\n{"two":2}' },
      { role: 'assistant', content: 'Three\n\nFour' },
      { role: 'user', content: 'Five' },
    ]);
    expect((await sent('anthropic', { system: 'kept' })).body.system).toBe('kept');
  });

  it('understands those that imitate OpenAI loosely', async () => {
    const { texts, end } = await from('openai-compatible', 'sloppy');
    expect(texts).toEqual(TOKENS);
    const toolCalls = TOOL_CALLS.map(({ id, name, pieces }) => ({ id, name, arguments: pieces.join('') }));
    expect(end).toMatchObject({ finishReason: 'tool_calls', usage, toolCalls });
  });

  it('understands a name that is said with each piece of a call, and calls with neither index nor id', async () => {
    const callsOf = async (what: string) =>
      (await from('openai-compatible', `odd-${what}`)).end?.toolCalls.map(({ name, arguments: said }) => [name, said]);
    expect(await callsOf('names')).toEqual([['get_weather', '{"city":"Oslo"}']]);
    expect(await callsOf('bare')).toEqual([
      ['get_weather', '{"city":"Oslo"}'],
      ['get_weather', '{}'],
      ['get_time', '{"zone":1}'],
    ]);
  });

  it('understands a text in parts, and leaves out what is none', async () => {
    expect((await from('openai-compatible', 'odd-parts')).texts).toEqual(['Hello world', '.']);
  });

  it('understands those that imitate Anthropic: a whole call, counts not said again, events without a name', async () => {
    const { end } = await from('anthropic', 'odd-whole');
    expect(end?.toolCalls.map((call) => call.arguments)).toEqual(['{"city":"Oslo"}', '{"city":"Rome"}', '{}']);
    expect((await from('anthropic', 'odd-cached')).end?.usage).toEqual({ inputTokens: 1_010, outputTokens: 12 });
    expect((await from('anthropic', 'odd-unnamed')).end?.toolCalls).toHaveLength(1);
  });

  it('an endpoint without a key gets no key', async () => {
    const { id, baseUrl } = upstream('tokens', 'openai-compatible');
    await hear(question({ provider: 'openai-compatible', baseUrl, apiKey: null }));
    expect((await book(id)).last!.headers).not.toHaveProperty('authorization');
  });

  it('a base URL for Anthropic may end with the version', async () => {
    const { id, baseUrl } = upstream('tokens', 'openai');
    await hear(question({ provider: 'anthropic', baseUrl }));
    expect((await book(id)).last!.path).toMatch(/^\/tokens\/[^/]+\/v1\/messages$/);
  });
});

describe('why a model stopped', () => {
  it.each([
    ['openai', 'stop', 'stop'],
    ['openai', 'length', 'length'],
    ['openai', 'tool_calls', 'tool_calls'],
    ['openai', 'function_call', 'tool_calls'],
    ['openai', 'content_filter', 'content_filter'],
    ['openai', 'eos', 'other'],
    ['openai', 'constructor', 'other'],
    ['anthropic', 'end_turn', 'stop'],
    ['anthropic', 'stop_sequence', 'stop'],
    ['anthropic', 'max_tokens', 'length'],
    ['anthropic', 'model_context_window_exceeded', 'length'],
    ['anthropic', 'tool_use', 'tool_calls'],
    ['anthropic', 'refusal', 'content_filter'],
    ['anthropic', 'pause_turn', 'other'],
    ['anthropic', 'constructor', 'other'],
  ] as const)('%s: %s is %s', async (provider, reason, finishReason) => {
    expect((await from(provider, `finish-${reason}`)).end?.finishReason).toBe(finishReason);
  });
});

describe('the mock', () => {
  const mock = (contents: string[], parameters: Parameters = {}, signal?: AbortSignal) =>
    question({
      provider: 'mock',
      parameters,
      messages: contents.map((content) => ({ role: 'user', content })),
      ...(signal ? { signal } : {}),
    });

  it('says any prompt back, the same every time', async () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.stringMatching(/^[ \n\ta-c]{0,60}$/));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 4 }), async (contents) => {
        const prompt = contents.join('\n');
        const heard = await hear(mock(contents));
        expect(heard.text).toBe(prompt);
        expect(heard.texts.every((piece) => piece !== '')).toBe(true);
        const words = prompt.trim() === '' ? heard.texts.length : prompt.trim().split(/\s+/).length;
        expect(heard.end).toEqual({
          finishReason: 'stop',
          usage: { inputTokens: words, outputTokens: words },
          toolCalls: [],
        });
        expect(await hear(mock(contents))).toEqual(heard);
      }),
    );
  });

  it('stops after maxTokens words', async () => {
    const { texts, end } = await hear(mock(['one  two\nthree four'], { maxTokens: 2 }));
    expect(texts).toEqual(['one  ', 'two\n']);
    expect(end).toMatchObject({ finishReason: 'length', usage: { inputTokens: 4, outputTokens: 2 } });
    expect((await hear(mock(['one two'], { maxTokens: 2 }))).end?.finishReason).toBe('stop');
  });

  it('waits before each word, and stops waiting when aborted', async () => {
    const start = Date.now();
    await hear(mock(['one two three'], { delayMs: 20 }));
    expect(Date.now() - start).toBeGreaterThanOrEqual(50);
    const reason = new Error('enough');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 20);
    const aborted = hear(mock(['one'], { delayMs: 10_000 }, controller.signal));
    await expect(Promise.race([aborted, hear(mock(['two'], { delayMs: 5000 }))])).rejects.toBe(reason);
  });

  it('stops between words when aborted without a delay', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const texts: string[] = [];
    const asked = askModel(mock(['one two three'], {}, controller.signal), (text) => {
      texts.push(text);
      controller.abort(reason);
      return true;
    });
    await expect(asked).rejects.toBe(reason);
    expect(texts).toEqual(['one ']);
  });

  it('says 100,000 words without keeping others waiting', async () => {
    let turns = 0;
    const others = setInterval(() => (turns += 1), 0);
    const { texts } = await hear(mock(['word '.repeat(100_000)]));
    clearInterval(others);
    expect(texts).toHaveLength(100_000);
    expect(turns).toBeGreaterThan(50);
  });

  it.each([-1, 10_001, '5', null])('refuses a delay of %j', async (delayMs) => {
    expect(await failure(mock(['x'], { delayMs }))).toMatchObject({ code: 'invalid_request', retryable: false });
  });
});
