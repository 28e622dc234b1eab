// A fake of the providers: plain Node, no dependencies. The base URL says how it behaves, and who counts:
//   http://127.0.0.1:PORT/<scenario>/<id>/v1   (OpenAI: /chat/completions is added)
//   http://127.0.0.1:PORT/<scenario>/<id>      (Anthropic: /v1/messages is added)
// GET /stats/<id> tells what arrived, POST /reset/<id> forgets it. `node test/support/upstream/server.mjs 9999` runs it alone.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { argv, stdout } from 'node:process';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { constants, createGzip } from 'node:zlib';
import { ODD } from './odd.mjs';
import { answer, errorBody, errorEvent, JSON_TOKENS, TOKENS, TOOL_CALLS, USAGE, WIDE_TOKENS } from './wire.mjs';

/** Keeps nothing alive: a caller that has gone holds up no exit. */
const pause = (ms) => sleep(ms, undefined, { ref: false });

/** How each scenario answers; what stands in brackets in a name is an argument. */
const SCENARIOS = {
  /** A write a token. */
  tokens: (call) => call.stream({}),
  /** The whole answer in one write. */
  lump: (call) => call.raw([call.frames({}).join('')]),
  /** Frames cut after every seventh byte, characters too. */
  split: (call) => call.raw(sevens(Buffer.from(call.frames({ tokens: WIDE_TOKENS }).join('')))),
  /** The socket is torn down after three tokens. */
  async cut(call) {
    const { head, body } = call.parts({});
    await call.raw([...head, ...body.slice(0, 3)], { end: false });
    await pause(20);
    call.response.destroy();
  },
  /** A clean end after three tokens, without the protocol's end. */
  'early-end'(call) {
    const { head, body } = call.parts({});
    return call.raw([...head, ...body.slice(0, 3)]);
  },
  /** The whole answer, and no end of the connection: silence, or a comment every [ms]. */
  async lingering(call, ms = '0') {
    const frames = call.frames({}).filter((frame) => !frame.includes('[DONE]'));
    await call.raw(frames, { end: false });
    if (ms === '0') return;
    while (!call.closed) {
      await call.write(': still here\n\n');
      await pause(Number(ms));
    }
  },
  malformed(call) {
    const { head, body, tail } = call.parts({});
    const event = call.protocol === 'openai' ? '' : 'event: content_block_delta\n';
    return call.raw([...head, ...body.slice(0, 2), `${event}data: {"id": "brok\n\n`, ...body.slice(2), ...tail]);
  },
  /** JSON, but not of the protocol. */
  nonsense(call) {
    const event = call.protocol === 'openai' ? '' : 'event: content_block_delta\n';
    return call.raw([...call.parts({}).head, `${event}data: [1, "x", null]\n\n`]);
  },
  /** [ms] before anything is answered. */
  async 'slow-first-byte'(call, ms = '300') {
    await pause(Number(ms));
    await call.stream({});
  },
  /** 429 once, then an answer. [s seconds | date | ms milliseconds | always] */
  'rate-limited'(call, kind = '1', ms = '50') {
    if (kind !== 'always' && call.count > 1) return call.stream({});
    const after = {
      ms: { 'retry-after-ms': ms },
      date: { 'retry-after': new Date(Date.now() + 5000).toUTCString() },
      always: { 'retry-after': '1' },
    };
    return call.fail(429, 'Rate limit reached.', 'rate_limit_exceeded', after[kind] ?? { 'retry-after': kind });
  },
  /** 500 [times], then an answer. */
  flaky: (call, times = '1') => (call.count > Number(times) ? call.stream({}) : call.fail(500, 'Internal error.')),
  down: (call) => call.fail(500, 'Internal error.'),
  /** Says the key that it got, as some do. */
  refused: (call) =>
    call.fail(
      401,
      `Incorrect API key provided: ${call.key}. See https://x.test/keys?key=${call.key}`,
      'invalid_api_key',
    ),
  'bad-request': (call) => call.fail(400, "Unsupported parameter: 'temperatur'."),
  'content-policy': (call) =>
    call.fail(400, 'The request was rejected by our content filtering policy.', 'content_policy_violation'),
  /** 400 that says the last message back. */
  'error-echo': (call) => call.fail(400, `Cannot be said: ${call.said}`),
  /** A tool call with the last message in it. */
  'tool-echo': (call) =>
    call.stream({
      toolCalls: [{ id: 'call_echo_1', name: 'send', pieces: [JSON.stringify({ to: call.said })] }],
      finish: 'tool_calls',
    }),
  /** [n] tokens of [kib] each. */
  large: (call, n, kib) =>
    call.stream({ tokens: Array.from({ length: Number(n) }, () => 'x'.repeat(1024 * Number(kib))) }),
  /** Any [status], with an error in the protocol's words. */
  status: (call, status) => call.fail(Number(status), `Failed with ${status}.`),
  /** [status] with a page, as a proxy in front answers. */
  page: (call, status = '200') => call.send(Number(status), 'text/html', '<html><body>Bad gateway</body></html>'),
  /** A body without end behind a 500. */
  async 'endless-error'(call) {
    call.response.writeHead(500, { 'content-type': 'text/plain' });
    while (!call.closed) await call.write('x'.repeat(65_536));
  },
  /** An event without end. */
  async 'endless-event'(call) {
    await call.raw([...call.parts({}).head, 'data: '], { end: false });
    while (!call.closed) await call.write('x'.repeat(65_536));
  },
  redirect(call, status = '302') {
    call.response.writeHead(Number(status), { location: 'http://169.254.169.254/latest/meta-data/' }).end();
  },
  /** A token every [ms], until the caller goes. */
  async endless(call, ms = '20') {
    const { head, body } = call.parts({});
    await call.raw(head, { end: false });
    for (let index = 0; !call.closed; index += 1) {
      await call.write(body[index % 3]);
      await pause(Number(ms));
    }
  },
  /** An error in the middle of the stream. [label] */
  'error-event'(call, label = call.protocol === 'openai' ? 'server_error' : 'overloaded_error') {
    const { head, body } = call.parts({});
    return call.raw([...head, ...body.slice(0, 3), errorEvent(call.protocol, label)]);
  },
  'tool-calls': (call) => call.stream({ toolCalls: TOOL_CALLS, finish: 'tool_calls' }),
  /** [n] tool calls, with [kib] of arguments each; 0 is without end. */
  async calls(call, n, kib = '0') {
    const pieces = Array.from({ length: Number(kib) || 1 }, () => (kib === '0' ? '{}' : 'x'.repeat(1024)));
    const calls = Array.from({ length: Number(n) || 1 }, (_, at) => ({ id: `call_${at}`, name: 'find', pieces }));
    if (n !== '0') return call.stream({ toolCalls: calls, finish: 'tool_calls' });
    const { head, body } = call.parts({ tokens: [], toolCalls: calls });
    await call.raw([...head, ...body.slice(0, -1)], { end: false });
    while (!call.closed) await call.write(body.at(call.protocol === 'openai' ? -1 : -2));
  },
  /** As some that imitate OpenAI stream: no type, no indices or always the same, null for none, no [DONE]. */
  sloppy(call) {
    call.response.writeHead(200);
    const calls = TOOL_CALLS.map(({ id, name, pieces }) => ({
      id,
      index: 0,
      type: 'function',
      function: { name, arguments: pieces.join('') },
    }));
    const chunks = [
      { choices: [{ delta: { role: 'assistant', content: null } }] },
      ...TOKENS.map((content) => ({ choices: [{ delta: { content } }] })),
      { choices: [{ delta: { tool_calls: calls } }] },
      { choices: [{ finish_reason: 'tool_calls' }] },
      { choices: null, usage: { prompt_tokens: USAGE.input, completion_tokens: USAGE.output } },
    ];
    return call.raw(chunks.map((chunk) => `data:${JSON.stringify(chunk)}\n\n`));
  },
  /** Whatever chunks [what] means, as some that imitate a protocol stream them. */
  async odd(call, what) {
    call.begin();
    const { chunks, events, isUnnamed } = ODD[what];
    const usage = { choices: [], usage: { prompt_tokens: USAGE.input, completion_tokens: USAGE.output } };
    const frames =
      call.protocol === 'openai'
        ? [...chunks, { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] }, usage].map(
            (chunk) => `data: ${JSON.stringify(chunk)}\n\n`,
          )
        : events.map((event) => `${isUnnamed ? '' : `event: ${event.type}\n`}data: ${JSON.stringify(event)}\n\n`);
    await call.raw(frames);
  },
  /** Gives a [score] as a judge does, after so many [times] in which it does not. */
  judge(call, score, times = '0') {
    const said = call.count > Number(times) ? `{"reasons":"It is so.","score":${score}}` : 'I would rather not say.';
    return call.stream({ tokens: [said] });
  },
  /** Nothing. */
  silent: (call) => call.stream({ tokens: [] }),
  /** Characters cut in two between tokens. */
  halves: (call) => call.stream({ tokens: ['one \ud83c', '\udf0d two \ud83c', '\udf89'] }),
  /** Tokens that are nearly as long as an event may be, with one character beyond Latin-1. */
  wide: (call) => call.stream({ tokens: ['λ', `${'x'.repeat(60_000)}λ`, `${'x'.repeat(1_040_000)}λ`] }),
  json: (call) => call.stream({ tokens: JSON_TOKENS }),
  length: (call) => call.stream({ finish: 'length' }),
  /** Stops for the [reason], in the provider's word. */
  finish: (call, reason) => call.stream({ finish: reason }),
  'no-usage': (call) => call.stream({ usage: null }),
  /** Counts [what] cannot be counted. */
  miscounts(call, what) {
    const counts = { negative: '-1000000', fraction: '12.5', huge: '1e300', infinite: '1e400', many: '1000000001' };
    const mark = 987654321;
    const frames = call.frames({ usage: { input: USAGE.input, output: mark } });
    return call.raw(frames.map((frame) => frame.replaceAll(String(mark), counts[what])));
  },
  /** [n] tokens, [ms] between them. */
  chunks(call, n, ms = '0') {
    const tokens = Array.from({ length: Number(n) }, (_, index) => `${index} `);
    return call.stream({ tokens, usage: { input: 25, output: tokens.length } }, Number(ms));
  },
  /** What the caller says, which is of no protocol: `pieces` so many `times`, in UTF-8 or another `encoding`, then a clean `end`, `cut`, or nothing more. */
  async pieces(call) {
    const { pieces, end, gzip } = call.body;
    if (gzip) call.zip();
    for (const { text, encoding = 'utf8', times = 1, ms = 0 } of pieces) {
      await call.raw(Array.from({ length: times }).fill(Buffer.from(text, encoding)), { end: false, ms });
    }
    if (end === 'cut') call.response.destroy();
    if (end === 'end') call.out.end();
  },
  /** Headers and [n] tokens, then nothing. */
  async stall(call, n = '0') {
    const { head, body } = call.parts({});
    const count = Number(n);
    call.begin();
    if (count > 0) await call.raw([...head, ...body.slice(0, count)], { end: false });
  },
};

function sevens(bytes) {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += 7) pieces.push(bytes.subarray(at, at + 7));
  return pieces;
}

/** `rate-limited-ms-20` is the scenario `rate-limited` with the arguments `ms` and `20`. */
function find(name) {
  const known = Object.keys(SCENARIOS)
    .filter((each) => name === each || name.startsWith(`${each}-`))
    .toSorted((a, b) => b.length - a.length)[0];
  if (known === undefined) return null;
  const rest = name.slice(known.length + 1);
  return { play: SCENARIOS[known], args: rest === '' ? [] : rest.split('-') };
}

/** One request, and the means to answer it. */
class Call {
  constructor(protocol, request, response, book) {
    this.protocol = protocol;
    this.response = response;
    /** Where pieces are written. */
    this.out = response;
    this.book = book;
    this.body = book.last.body ?? {};
    /** Which request of this id it is, from 1. */
    this.count = book.requests;
    this.key = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    /** The last message. */
    this.said = this.body.messages?.at(-1)?.content;
    this.closed = false;
    this.gone = once(response, 'close').then(() => {
      this.closed = true;
    });
  }

  parts(plan) {
    return answer(this.protocol, plan, this.body);
  }

  frames(plan) {
    const { head, body, tail } = this.parts(plan);
    return [...head, ...body, ...tail];
  }

  begin() {
    if (this.response.headersSent) return;
    this.response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      [this.protocol === 'openai' ? 'x-request-id' : 'request-id']: 'req_fake0001',
    });
    this.response.flushHeaders();
  }

  /** From now on each write goes out compressed. */
  zip() {
    this.response.setHeader('content-encoding', 'gzip');
    this.begin();
    const zipped = createGzip({ flush: constants.Z_SYNC_FLUSH });
    zipped.pipe(this.response);
    this.out = zipped;
  }

  /** Waits for the caller to keep up. */
  async write(piece) {
    if (this.closed) return;
    this.book.writes += 1;
    if (this.out.write(piece)) return;
    await Promise.race([once(this.out, 'drain'), this.gone]);
  }

  /** A write each, a turn of the event loop between them. */
  async raw(pieces, { end = true, ms = 0 } = {}) {
    this.begin();
    for (const piece of pieces) {
      if (this.closed) return;
      await this.write(piece);
      await (ms > 0 ? pause(ms) : turn());
    }
    if (end) this.out.end();
  }

  stream(plan, ms = 0) {
    return this.raw(this.frames(plan), { ms });
  }

  send(status, type, text, headers = {}) {
    this.response.writeHead(status, { 'content-type': type, ...headers }).end(text);
  }

  fail(status, message, code = null, headers = {}) {
    this.send(status, 'application/json', JSON.stringify(errorBody(this.protocol, status, message, code)), headers);
  }
}

async function read(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const PATH = /^\/([\w-]+)\/([\w-]+)\/(?:v1\/)?(chat\/completions|messages)$/;

/**
 * Starts it on a port, 0 for a free one.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} url without a slash at its end
 */
export async function startUpstream(port = 0) {
  const books = new Map();
  const bookOf = (id) => {
    const book = books.get(id) ?? { requests: 0, open: 0, aborted: 0, writes: 0, last: null };
    books.set(id, book);
    return book;
  };

  async function handle(request, response) {
    const json = (status, value) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const { pathname } = new URL(request.url ?? '/', 'http://upstream');
    const [, verb, id] = /^\/(stats|reset)\/([\w-]+)$/.exec(pathname) ?? [];
    if (verb === 'stats') return json(200, bookOf(id));
    if (verb === 'reset') return json(200, { forgotten: books.delete(id) });
    const match = PATH.exec(pathname);
    const scenario = match && find(match[1]);
    const text = await read(request);
    if (!scenario || request.method !== 'POST') return json(404, { error: { message: `Nothing here: ${pathname}` } });

    const book = bookOf(match[2]);
    book.requests += 1;
    book.open += 1;
    book.last = { method: request.method, path: request.url, headers: request.headers, body: parsed(text) };
    response.once('close', () => {
      book.open -= 1;
      if (!response.writableFinished) book.aborted += 1;
    });
    const protocol = match[3] === 'messages' ? 'anthropic' : 'openai';
    await scenario.play(new Call(protocol, request, response, book), ...scenario.args);
  }

  // As real ones keep a connection: Node's five seconds race with whoever is about to use it again.
  const server = createServer({ noDelay: true, keepAliveTimeout: 60_000 }, (request, response) => {
    handle(request, response).catch((error) => response.destroy(error));
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startUpstream(Number(argv[2] ?? 0));
  stdout.write(`${url}\n`);
}
