// A process of its own, that reads streams. Takes one job a message, answers with its figures.
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @typedef {{url: string, headers: Record<string, string>, body: string, text: string}} Asking `text`: what the model is known to say
 * @typedef {Asking & {kind: 'direct' | 'sse' | 'socket', connections: number, streams: number, pauseMs: number}} Job `streams` in all,
 * `connections` of them at a time, each begun so long after the one before it has ended
 * @typedef {{first: number[], last: number[], end: number[]}} Figures milliseconds from the request to the first token, to the last, and
 * to the end of the stream
 * @typedef {Asking & {crowd: number, viewers: number}} CrowdJob so many executions at once, so many viewers on one of them
 */

const READERS = { direct: readOpenAi, sse: readEvents, socket: readSocket };

/** @param {Job} job @returns {Promise<Figures>} */
async function run({ kind, connections, streams, pauseMs, ...asking }) {
  const figures = { first: [], last: [], end: [] };
  let left = streams;
  const worker = async () => {
    while (left-- > 0) {
      const began = performance.now();
      let first = null;
      let last = null;
      let text = '';
      await READERS[kind](asking, (more) => {
        last = performance.now();
        first ??= last;
        text += more;
      });
      const end = performance.now();
      if (text !== asking.text) throw new Error(`${kind}: a stream said something else: ${text.slice(0, 200)}`);
      figures.first.push(first - began);
      figures.last.push(last - began);
      figures.end.push(end - began);
      await sleep(pauseMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return figures;
}

async function post({ url, headers, body }, more = {}) {
  const sent = { ...headers, ...more, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers: sent, body });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response;
}

/** Goes through the data of Server-Sent Events. */
async function eachData(response, onData) {
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) if (line.startsWith('data: ')) onData(line.slice(6));
  }
}

async function readOpenAi(asking, onText) {
  let done = false;
  await eachData(await post(asking), (data) => {
    if (data === '[DONE]') done = true;
    else {
      const text = JSON.parse(data).choices?.[0]?.delta?.content;
      if (text) onText(text);
    }
  });
  if (!done) throw new Error('a stream was cut off');
}

function readEvents(asking, onText) {
  return check(onText, async (onData) => eachData(await post(asking, { accept: 'text/event-stream' }), onData));
}

function readSocket(asking, onText) {
  return check(onText, async (onData) => {
    const { links } = await (await post(asking)).json();
    await eachMessage(new WebSocket(new URL(links.stream, asking.url.replace(/^http/, 'ws'))), onData);
  });
}

function eachMessage(socket, onData) {
  return new Promise((resolve, reject) => {
    socket.addEventListener('message', ({ data }) => {
      try {
        onData(data);
      } catch (error) {
        reject(error);
        socket.close();
      }
    });
    socket.addEventListener('close', resolve);
    socket.addEventListener('error', ({ message }) => reject(new Error(`a WebSocket failed: ${message}`)));
  });
}

/** Reads an execution's events and sees to it that all are there: numbered from 1 without a gap, the last one `job_complete`. */
async function check(onText, read) {
  let count = 0;
  let event;
  await read((data) => {
    event = JSON.parse(data);
    if (event.seq !== ++count) throw new Error(`event ${event.seq} came as number ${count}`);
    if (event.type === 'token_chunk') onText(event.text);
  });
  if (event?.type !== 'job_complete') throw new Error(`a stream ended with ${JSON.stringify(event)}`);
}

/** @param {CrowdJob} job @returns {Promise<{events: number, viewersEvents: number}>} what the streams had in all, and each viewer's */
async function gather({ crowd, viewers, ...asking }) {
  let events = 0;
  const one = async () => {
    let text = '';
    await readEvents(asking, (more) => {
      events++;
      text += more;
    });
    if (text !== asking.text) throw new Error(`an execution said something else: ${text.slice(0, 200)}`);
  };
  const watched = async () => {
    if (viewers === 0) return one();
    const { links } = await (await post(asking)).json();
    // Each brings its own credential: a ticket opens one stream.
    const watch = async (index) => {
      const seen = [];
      let text = '';
      const options = { headers: asking.headers };
      await check(
        (more) => {
          text += more;
        },
        async (onData) => {
          const keep = (data) => {
            seen.push(data);
            onData(data);
          };
          if (index % 2 === 0) return eachData(await fetch(new URL(links.events, asking.url), options), keep);
          const { origin, pathname } = new URL(links.stream, asking.url.replace(/^http/, 'ws'));
          return eachMessage(new WebSocket(`${origin}${pathname}`, options), keep);
        },
      );
      if (text !== asking.text) throw new Error(`a viewer heard something else: ${text.slice(0, 200)}`);
      return seen;
    };
    const all = await Promise.all(Array.from({ length: viewers }, (_, index) => watch(index)));
    const [first] = all;
    if (all.some((seen) => seen.join('\n') !== first.join('\n'))) throw new Error('viewers saw different events');
    return first.length;
  };
  const [viewersEvents] = await Promise.all([watched(), ...Array.from({ length: crowd - 1 }, one)]);
  return { events, viewersEvents: viewersEvents ?? 0 };
}

process.once('disconnect', () => process.exit());
process.on('message', (job) => {
  (job.crowd === undefined ? run(job) : gather(job)).then(
    (figures) => process.send(figures),
    (error) =>
      process.send({ error: [error.message, error.cause?.code, error.cause?.message].filter(Boolean).join(': ') }),
  );
});
