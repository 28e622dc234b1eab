import { exports } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { fresh, house, type House, refusal } from '../../support/house.ts';
import {
  execute,
  executed,
  model,
  readEvents,
  socketEvents,
  streamedEvents,
  textOf,
} from '../../support/executions.ts';
import { apiKey, ok, prompt } from '../../support/team.ts';
import { bearer, watch } from '../../support/watcher.ts';

let home: House;
let other: House;
let name: string;

beforeAll(async () => {
  home = await house();
  other = await house('Zoe');
  name = fresh('greeting');
  await prompt(home.eve, name, 'Hello {{who}}, how are you today?');
  await model(home.ada, 'echo', { prices: { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 2_000_000 } });
});

const run = (more: object = {}) =>
  execute(home.eve, name, { tag: '1.0.0', model: 'echo', variables: { who: 'Ada' }, ...more });

describe('an execution', () => {
  it('is accepted, streams, and is found as it ended', async () => {
    const answer = await run({ metadata: { ticket: 7 } });
    expect(answer.status).toBe(202);
    const { id, status, links } = answer.body;
    expect([status, links.self, links.events]).toEqual([
      'queued',
      `/v1/executions/${id}`,
      `/v1/executions/${id}/events`,
    ]);
    const events = await socketEvents(links.stream);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect(events[0]).toMatchObject({ type: 'job_started', attempt: 1, model: { name: 'echo', revision: 1 } });
    expect(textOf(events)).toBe('Hello Ada, how are you today?');
    expect(events.at(-1)).toMatchObject({
      type: 'job_complete',
      output: 'Hello Ada, how are you today?',
      usage: { inputTokens: 6, outputTokens: 6, costMicros: 18 },
      finishReason: 'stop',
    });
    const found = await ok(home.ben.send('GET', links.self));
    expect(found).toMatchObject({
      id,
      prompt: name,
      tag: '1.0.0',
      environment: null,
      deploymentId: null,
      model: { name: 'echo', revision: 1, provider: 'mock', model: 'echo' },
      locale: 'en',
      status: 'completed',
      output: 'Hello Ada, how are you today?',
      usage: { inputTokens: 6, outputTokens: 6, costMicros: 18 },
      attempt: 1,
      cached: false,
      error: null,
      metadata: { ticket: 7 },
      variables: { who: 'Ada' },
    });
    expect(await streamedEvents(links.events, bearer(home.eve))).toEqual(events);
  });

  it('is answered when it has ended, for who waits', async () => {
    expect(await executed(home.eve, name, { tag: 'latest', model: 'echo', variables: { who: 'Bob' } })).toMatchObject({
      status: 'completed',
      output: 'Hello Bob, how are you today?',
    });
  });

  it('streams in its answer, for who accepts that', async () => {
    const reader = await readEvents(
      `/v1/prompts/${name}/execute`,
      { ...bearer(home.eve), 'content-type': 'application/json', accept: 'text/event-stream' },
      { method: 'POST', body: JSON.stringify({ tag: '1.0.0', model: 'echo', variables: { who: 'Cy' } }) },
    );
    const types = [];
    for (let event = await reader.next(); event !== null; event = await reader.next()) types.push(event.type);
    expect([types[0], types.at(-1)]).toEqual(['job_started', 'job_complete']);
  });

  it('is nobody else’s', async () => {
    const { body } = await run();
    expect(refusal(await other.ada.send('GET', body.links.self))).toEqual([404, 'not_found']);
    expect(refusal(await other.ada.send('GET', body.links.events))).toEqual([404, 'not_found']);
    expect(refusal(await other.ada.send('POST', `${body.links.self}/cancel`))).toEqual([404, 'not_found']);
    const key = await apiKey(home.ada, ['executions:read']);
    expect((await key.send('GET', body.links.self)).status).toBe(200);
  });
});

describe('who watches', () => {
  const slowly = { tag: '1.0.0', model: 'echo', variables: { who: 'Ada' }, parameters: { delayMs: 200 } };

  it('and claims to have seen more than there is, is told nothing, on a socket as on a stream', async () => {
    const { links } = await ok(execute(home.eve, name, slowly), 202);
    const [onSocket, onStream] = await Promise.all([
      socketEvents(`${links.stream}&since=1000`),
      streamedEvents(`${links.events}?since=1000`, bearer(home.eve)),
    ]);
    expect([onSocket, onStream]).toEqual([[], []]);
  });

  it('is one of a hundred at most, on sockets and streams together', async () => {
    const { id, links } = await ok(execute(home.eve, name, { ...slowly, parameters: { delayMs: 1_000 } }), 202);
    const watching = await Promise.all([
      ...Array.from({ length: 50 }, () => watch(`${links.self}/stream`, bearer(home.eve))),
      ...Array.from({ length: 50 }, () => readEvents(links.events, bearer(home.eve))),
    ]);
    expect(watching).toHaveLength(100);
    const refused = await home.eve.send('GET', links.events);
    expect(refusal(refused)).toEqual([429, 'rate_limited']);
    expect(refused.headers.get('retry-after')).toBe('5');
    await ok(home.eve.send('POST', `/v1/executions/${id}/cancel`));
    // Those who only look at what was are not many at once.
    expect((await streamedEvents(links.events, bearer(home.eve))).at(-1)).toMatchObject({ type: 'job_cancelled' });
  });

  it('is answered the subprotocol that we have, and no longer one', async () => {
    const { links } = await ok(run(), 202);
    const offering = async (protocols: string) => {
      const request = new Request(`https://footlight.test${links.self}/stream`, {
        headers: { upgrade: 'websocket', 'sec-websocket-protocol': protocols, ...bearer(home.eve) },
      });
      const { status, headers, webSocket } = await exports.default.fetch(request);
      webSocket?.accept();
      webSocket?.close();
      return [status, headers.get('sec-websocket-protocol')];
    };
    expect(await offering('footlight.v1')).toEqual([101, 'footlight.v1']);
    expect(await offering('other,footlight.v1')).toEqual([101, 'footlight.v1']);
    expect(await offering('footlight.v10')).toEqual([101, null]);
  });
});
