// What some send that imitate a protocol: by name, as chunks of OpenAI's or events of Anthropic's.

const delta = (rest) => ({ choices: [{ index: 0, delta: rest }] });
const call = (rest) => delta({ tool_calls: [rest] });
const piece = (name, text) => call({ function: { ...(name === '' ? {} : { name }), arguments: text } });

const block = (index, input, deltas) => [
  {
    type: 'content_block_start',
    index,
    content_block: { type: 'tool_use', id: `toolu_${index}`, name: 'get_weather', input },
  },
  ...deltas.map((partial_json) => ({
    type: 'content_block_delta',
    index,
    delta: { type: 'input_json_delta', partial_json },
  })),
  { type: 'content_block_stop', index },
];

const begin = (usage) => ({ type: 'message_start', message: { id: 'msg_1', role: 'assistant', content: [], usage } });
const end = (usage) => [
  { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage },
  { type: 'message_stop' },
];

export const ODD = {
  /** The name with each piece. */
  names: {
    chunks: [
      call({ index: 0, id: 'call_1', function: { name: 'get_weather', arguments: '' } }),
      call({ index: 0, id: 'call_1', function: { name: 'get_weather', arguments: '{"city"' } }),
      call({ index: 0, function: { name: 'get_weather', arguments: ':"Oslo"}' } }),
    ],
  },
  /** Two calls of one tool and one of another, with neither index nor id. */
  bare: {
    chunks: [
      piece('get_weather', '{"city"'),
      piece('get_weather', ':"Oslo"}'),
      piece('get_weather', '{}'),
      piece('get_time', ''),
      piece('', '{"zone"'),
      piece('', ':1}'),
    ],
  },
  /** Its text in parts, beside what it thinks. */
  parts: {
    chunks: [
      delta({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }] }),
      delta({ content: [{ type: 'text', text: 'Hello' }, { type: 'text', text: ' world' }, { type: 'reference' }] }),
      delta({ content: '.' }),
    ],
  },
  /** A call that comes whole, and one that comes in pieces. */
  whole: {
    events: [
      begin({ input_tokens: 20, output_tokens: 1 }),
      ...block(0, { city: 'Oslo' }, []),
      ...block(1, {}, ['{"city":', '"Rome"}']),
      ...block(2, {}, []),
      ...end({ output_tokens: 12 }),
    ],
  },
  /** Input counted again at the end, without what was cached. */
  cached: {
    events: [
      begin({ input_tokens: 10, cache_creation_input_tokens: 400, cache_read_input_tokens: 600, output_tokens: 1 }),
      ...end({ input_tokens: 10, output_tokens: 12, cache_read_input_tokens: null }),
    ],
  },
  /** Events that only their data names. */
  unnamed: {
    isUnnamed: true,
    events: [begin({ input_tokens: 20, output_tokens: 1 }), ...block(0, {}, ['{}']), ...end({ output_tokens: 12 })],
  },
};
