// What OpenAI's /chat/completions and Anthropic's /v1/messages put on the wire, frame by frame. Pure: tests in workerd read it too.

/** What the ordinary scenarios say: one string for each chunk. */
export const TOKENS = ['Hello', ' world', ',', ' this', ' is', ' a', ' stream', ' of', ' tokens', '.'];
export const TEXT = TOKENS.join('');

/** Two, three and four bytes a character, so that a cut between bytes is a cut inside a character. */
export const WIDE_TOKENS = ['Grüße', ' 東京', ' 🌍', '\n', '"quoted"', ' \\ end'];
export const WIDE_TEXT = WIDE_TOKENS.join('');

export const JSON_TOKENS = ['{"answer"', ':', ' 42', ', "unit"', ': "km"}'];
export const JSON_TEXT = JSON_TOKENS.join('');

export const TOOL_CALLS = [
  { id: 'call_weather_1', name: 'get_weather', pieces: ['{"city"', ': "Os', 'lo"}'] },
  { id: 'call_time_2', name: 'get_time', pieces: ['{}'] },
];

export const USAGE = { input: 25, output: 12 };

const ANTHROPIC_WORDS = new Map([
  ['stop', 'end_turn'],
  ['length', 'max_tokens'],
  ['tool_calls', 'tool_use'],
]);
const anthropicWord = (finish) => ANTHROPIC_WORDS.get(finish) ?? finish;

/** The frames of one answer: in `body` one for each token and piece of a tool call, around it what the protocol wants. */
export function answer(protocol, plan, request) {
  return protocol === 'openai' ? openai(plan, request) : anthropic(plan, request);
}

function openai({ tokens = TOKENS, toolCalls = [], finish = 'stop', usage = USAGE }, request) {
  const chunk = (rest) =>
    `data: ${JSON.stringify({
      id: 'chatcmpl-BxFake0001',
      object: 'chat.completion.chunk',
      created: 1760000000,
      model: request.model ?? 'gpt-fake',
      service_tier: 'default',
      system_fingerprint: 'fp_fake',
      ...rest,
    })}\n\n`;
  const delta = (delta, finish_reason = null) =>
    chunk({ choices: [{ index: 0, delta, logprobs: null, finish_reason }], usage: null });
  const withUsage = usage !== null && request.stream_options?.include_usage === true;
  return {
    head: [delta({ role: 'assistant', content: '', refusal: null })],
    body: [
      ...tokens.map((content) => delta({ content })),
      ...toolCalls.flatMap(({ id, name, pieces }, index) => [
        delta({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
        ...pieces.map((piece) => delta({ tool_calls: [{ index, function: { arguments: piece } }] })),
      ]),
    ],
    tail: [
      delta({}, finish),
      ...(withUsage
        ? [
            chunk({
              choices: [],
              usage: {
                prompt_tokens: usage.input,
                completion_tokens: usage.output,
                total_tokens: usage.input + usage.output,
                prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
                completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
              },
            }),
          ]
        : []),
      'data: [DONE]\n\n',
    ],
  };
}

function anthropic({ tokens = TOKENS, toolCalls = [], finish = 'stop', usage = USAGE }, request) {
  const event = (type, rest) => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
  const block = (index, content_block, deltas) => [
    event('content_block_start', { index, content_block }),
    ...deltas.map((delta) => event('content_block_delta', { index, delta })),
    event('content_block_stop', { index }),
  ];
  const [open, ...rest] = block(
    0,
    { type: 'text', text: '' },
    tokens.map((text) => ({ type: 'text_delta', text })),
  );
  return {
    head: [
      event('message_start', {
        message: {
          id: 'msg_01Fake0001',
          type: 'message',
          role: 'assistant',
          model: request.model ?? 'claude-fake',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          ...(usage === null
            ? {}
            : {
                usage: {
                  input_tokens: usage.input - 5,
                  cache_creation_input_tokens: 2,
                  cache_read_input_tokens: 3,
                  output_tokens: 1,
                  service_tier: 'standard',
                },
              }),
        },
      }),
      open,
      event('ping', {}),
    ],
    body: [
      ...rest,
      ...toolCalls.flatMap(({ id, name, pieces }, index) =>
        block(
          index + 1,
          { type: 'tool_use', id, name, input: {} },
          ['', ...pieces].map((partial_json) => ({ type: 'input_json_delta', partial_json })),
        ),
      ),
    ],
    tail: [
      event('message_delta', {
        delta: { stop_reason: anthropicWord(finish), stop_sequence: null },
        ...(usage === null ? {} : { usage: { output_tokens: usage.output } }),
      }),
      event('message_stop', {}),
    ],
  };
}

/** An error inside a stream that began with a 200. */
export function errorEvent(protocol, label) {
  return protocol === 'openai'
    ? `data: ${JSON.stringify({
        error: {
          message: 'The server had an error while processing your request.',
          type: label,
          param: null,
          code: null,
        },
      })}\n\n`
    : `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type: label, message: 'Overloaded' } })}\n\n`;
}

const ANTHROPIC_LABELS = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
};

/** The body of an answer that is not a 200. */
export function errorBody(protocol, status, message, code = null) {
  return protocol === 'openai'
    ? { error: { message, type: status >= 500 ? 'server_error' : 'invalid_request_error', param: null, code } }
    : {
        type: 'error',
        error: { type: ANTHROPIC_LABELS[status] ?? 'api_error', message },
        request_id: 'req_011CFake0001',
      };
}
