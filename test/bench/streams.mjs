// What an execution adds to a stream: the same provider asked directly, through Footlight and through Portkey's gateway, in turn.
import { setTimeout as sleep } from 'node:timers/promises';

import { measureCrowd } from './crowd.mjs';
import { openHouse, workerdPid } from './house.mjs';
import { openPortkey } from './portkey.mjs';
import { ask, cpuSeconds, hear, startModule, stop } from './processes.mjs';
import { seedStreams } from './seed.mjs';
import { middle, print, quantile } from './table.mjs';
import { measureWrites } from './writes.mjs';

const ROUNDS = 6;
/** Until V8 has compiled what it will: the first thousand are slower by a sixth. */
const WARM_UP = 1_000;
/** How many streams a round has, for each kind. */
const SIZES = [
  { chunks: 20, connections: 1, streams: 30 },
  { chunks: 20, connections: 16, streams: 128 },
  { chunks: 1000, connections: 1, streams: 20 },
  { chunks: 1000, connections: 16, streams: 32 },
];
/** Before the next stream: what is left to do after the one before is not to be counted with it (ms). */
const PAUSE_MS = 10;
/** Who runs something so seldom finds nothing that was remembered or made ready a second before. One at a time, 20 chunks. */
const SELDOM = { pauseMs: 1_100, streams: 6 };
/** And before the next kind: what the one before has left to do in its queue, and its many objects (ms). */
const BETWEEN_MS = 400;
const LAST_TARGET = { times: 1.5, plusMs: 50 };
const FIRST_TARGET_MS = 8;

/** What the fake provider says in so many chunks. */
const textOf = (chunks) => Array.from({ length: chunks }, (_, index) => `${index} `).join('');

/** @param {{root: string, scratch: string, say: (text: string) => void}} bench */
export async function runStreams({ root, scratch, say }) {
  let house;
  let provider;
  let client;
  let portkey;
  try {
    say('streams: building the production bundle, starting workerd, the provider and the client');
    house = await openHouse(scratch);
    provider = startModule('provider.mjs');
    const { url } = await hear(provider);
    client = startModule('stream-client.mjs');
    portkey = await openPortkey(say);
    const tenant = await seedStreams(house, url);
    const kinds = describeKinds(house, portkey, url, tenant);
    say(`warming up: ${WARM_UP} streams of each kind`);
    for (const kind of kinds.filter(({ isSeldom = false }) => !isSeldom)) {
      await ask(client, jobOf(kind, { chunks: 20, connections: 4, streams: WARM_UP }));
      await ask(client, jobOf(kind, { chunks: 1000, connections: 4, streams: 16 }));
    }
    say(`measuring: ${kinds.length} kinds × ${SIZES.length} × ${ROUNDS} rounds, interleaved`);
    const figures = await measure(kinds, client);
    say('counting what a stream writes');
    const bench = { house, client, tenant, root, textOf };
    const writes = await measureWrites(bench);
    say('200 executions at once, 50 viewers on one; then more of them');
    const crowd = await measureCrowd(bench);
    report(kinds, figures);
    print('What an execution writes', writes);
    print('Memory: 200 executions at once, their streams checked event by event', crowd);
  } finally {
    for (const child of [client, provider, portkey?.child]) stop(child);
    await house?.miniflare.dispose();
  }
}

function describeKinds(house, portkey, provider, { key, bodyFor }) {
  const headers = { authorization: `Bearer ${key}` };
  const question = JSON.stringify({
    model: 'bench',
    messages: [{ role: 'user', content: 'Hello Ada, how are you?' }],
    stream: true,
    stream_options: { include_usage: true },
  });
  const baseUrl = (chunks) => `${provider}/chunks-${chunks}/bench/v1`;
  const ours = (kind, origin) => (chunks) => ({
    kind,
    url: `${origin}/v1/prompts/greeting/execute`,
    headers,
    body: bodyFor(`chunks-${chunks}`),
  });
  const kinds = [
    {
      name: 'the provider, directly',
      asking: (chunks) => ({ kind: 'direct', url: `${baseUrl(chunks)}/chat/completions`, headers, body: question }),
    },
    { name: 'Footlight, SSE', pid: workerdPid, hasTarget: true, asking: ours('sse', house.footlight) },
    { name: 'Footlight, SSE, once in 1.1 s', pid: workerdPid, isSeldom: true, asking: ours('sse', house.footlight) },
    { name: 'Footlight, SSE, without log lines', pid: workerdPid, asking: ours('sse', house.quiet) },
    { name: 'Footlight, POST, then WebSocket', pid: workerdPid, asking: ours('socket', house.footlight) },
  ];
  if (portkey === null) return kinds;
  const through = (chunks) => ({
    kind: 'direct',
    url: `${portkey.url}/v1/chat/completions`,
    headers: { ...headers, 'x-portkey-provider': 'openai', 'x-portkey-custom-host': baseUrl(chunks) },
    body: question,
  });
  return [...kinds, { name: `Portkey ${portkey.version}`, pid: () => portkey.child.pid, asking: through }];
}

const jobOf = ({ asking, isSeldom }, { chunks, connections, streams }) => ({
  ...asking(chunks),
  text: textOf(chunks),
  connections,
  streams,
  pauseMs: connections === 1 ? PAUSE_MS : 0,
  ...(isSeldom === true ? SELDOM : {}),
});

/** Whether a kind is measured at a size. */
const isOf = ({ isSeldom = false }, size) => !isSeldom || size === SIZES[0];

/** @returns for each size and kind its figures, a round each */
async function measure(kinds, client) {
  const figures = new Map(SIZES.map((size) => [size, new Map(kinds.map(({ name }) => [name, []]))]));
  for (let round = 0; round < ROUNDS; round++) {
    // Nobody always comes after the same one.
    const order = [...kinds.slice(round % kinds.length), ...kinds.slice(0, round % kinds.length)];
    for (const size of SIZES) {
      for (const kind of order.filter((each) => isOf(each, size))) {
        await sleep(BETWEEN_MS);
        const pid = kind.pid?.();
        const before = cpuSeconds(pid);
        const job = jobOf(kind, size);
        const result = await ask(client, job);
        const cpu = before === null ? null : ((cpuSeconds(pid) - before) / job.streams) * 1e3;
        figures
          .get(size)
          .get(kind.name)
          .push({ ...result, cpu });
      }
    }
  }
  return figures;
}

function report(kinds, figures) {
  const [direct] = kinds;
  console.log(
    `\nStreams: medians of ${ROUNDS} rounds, each against the direct streams of the same round; milliseconds`,
  );
  for (const [size, ofKinds] of figures) {
    const { chunks, connections, streams } = size;
    const base = ofKinds.get(direct.name);
    const measured = kinds.filter((kind) => isOf(kind, size));
    const rows = measured.map(({ name, hasTarget }) => {
      const mine = ofKinds.get(name);
      const at = (field, share) => middle(mine.map((round) => quantile(round[field], share)));
      const added = (field, share) =>
        name === direct.name
          ? ''
          : middle(mine.map((round, i) => quantile(round[field], share) - middle(base[i][field]))).toFixed(1);
      const most = LAST_TARGET.times * middle(base.map((round) => middle(round.last))) + LAST_TARGET.plusMs;
      return {
        '': name,
        'first token': at('first', 0.5).toFixed(1),
        'added p50': added('first', 0.5),
        'added p99': added('first', 0.99),
        'target p50': hasTarget && connections === 1 ? `≤ ${FIRST_TARGET_MS}` : '',
        '  last token': at('last', 0.5).toFixed(1),
        'added p50 ': added('last', 0.5),
        'added p99 ': added('last', 0.99),
        'last ≤': hasTarget && chunks === 1000 ? most.toFixed(0) : '',
        '  stream ends': at('end', 0.5).toFixed(1),
        'CPU a stream': mine.some(({ cpu }) => cpu === null) ? '' : middle(mine.map(({ cpu }) => cpu)).toFixed(1),
      };
    });
    print(`${chunks} chunks, ${connections} at a time (${streams} a round)`, rows);
  }
}
