import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { sweepExecutions } from '../../../src/executions/public.ts';
import type { Start } from '../../../src/executions/domain/calls.ts';
import { eventually } from '../../support/eventually.ts';
import {
  execute,
  executed,
  model,
  readEvents,
  socketEvents,
  streamedEvents,
  textOf,
} from '../../support/executions.ts';
import { fresh, house, type House, refusal } from '../../support/house.ts';
import { alarmOf, interpose, interrupt, withMethod } from '../../support/interruption.ts';
import { ok, prompt } from '../../support/team.ts';
import { told as toldOf } from '../../support/told.ts';
import { book, upstream } from '../../support/upstream/question.ts';
import { bearer, watch } from '../../support/watcher.ts';
import { contextWith, d1, sendWith } from '../../support/workbench.ts';

const TEXT = 'one two three four five six seven eight nine ten';

let home: House;
let name: string;

beforeAll(async () => {
  home = await house();
  name = fresh('slow');
  await prompt(home.eve, name, TEXT);
  await model(home.ada, 'slow', { parameters: { delayMs: 30 } });
  await model(home.ada, 'quick');
});

afterEach(() => vi.useRealTimers());

const objectOf = (id: string) => env.EXECUTIONS.getByName(`${home.tenantId}:${id}`);
const kill = (id: string) =>
  runInDurableObject(objectOf(id), (_, state) => state.abort('killed')).catch(() => undefined);
const found = (id: string) => ok(home.eve.send('GET', `/v1/executions/${id}`));
const running = async () => (await ok(home.ada.send('GET', '/v1/execution-settings'))).use.running;
const used = async () => (await ok(home.ada.send('GET', '/v1/execution-settings'))).use.executions;
const told = async (id: string) => (await toldOf(home.tenantId, id)).map(({ type }) => type);

/** An execution whose first words have come. */
async function begun(more: object = {}) {
  const { body } = await execute(home.eve, name, { tag: '1.0.0', model: 'slow', ...more });
  const reader = await readEvents(body.links.events, bearer(home.eve));
  const seen = [await reader.next(), await reader.next()];
  expect(seen.map(({ type }) => type)).toEqual(['job_started', 'token_chunk']);
  return { ...body, reader };
}

const ofObject = (id: string) =>
  runInDurableObject(objectOf(id), async (_, { storage }) => ({
    kept: [...(await storage.list())].length,
    alarm: await storage.getAlarm(),
  }));
/** Moves the clock, and lets the object look after itself. */
const lookedAfter = async (id: string, ms: number) => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
  expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
  vi.useRealTimers();
};

describe('an object that is lost in the middle of a stream', () => {
  it.each(['a viewer', 'its alarm'])('says that it broke off, once %s comes', async (who) => {
    const { id, links } = await begun();
    await kill(id);
    if (who === 'its alarm') {
      // Whatever happens, somebody looks within ten seconds.
      expect(((await alarmOf(objectOf(id))) ?? Infinity) - Date.now()).toBeLessThanOrEqual(10_000);
      expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
    }
    const events = await streamedEvents(links.events, bearer(home.eve));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect(events.at(-1)).toMatchObject({ type: 'job_failed', error: { code: 'interrupted', retryable: true } });
    expect(await found(id)).toMatchObject({ status: 'failed', error: { code: 'interrupted' } });
    expect(await told(id)).toEqual(['execution.failed']);
    expect(await running()).toBe(0);
  });

  it('starts anew where the execution says so, and has one result', async () => {
    const { id, links } = await begun({ restartable: true });
    await kill(id);
    expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
    const events = await socketEvents(links.stream);
    const restarts = events.filter(({ type }) => type === 'job_restarted');
    expect(restarts).toMatchObject([{ attempt: 2, reason: 'interrupted' }]);
    expect(textOf(events)).toBe(TEXT);
    expect(events.filter(({ type }) => type === 'job_complete')).toHaveLength(1);
    expect(await found(id)).toMatchObject({ status: 'completed', attempt: 2, output: TEXT });
    expect(await told(id)).toEqual(['execution.completed']);
  });

  it('starts anew by itself before its first token', async () => {
    const { body } = await execute(home.eve, name, { tag: '1.0.0', model: 'slow', parameters: { delayMs: 300 } });
    const reader = await readEvents(body.links.events, bearer(home.eve));
    expect(await reader.next()).toMatchObject({ type: 'job_started' });
    await reader.cancel();
    await kill(body.id);
    const second = await readEvents(body.links.events, bearer(home.eve));
    expect(await second.next()).toMatchObject({ seq: 1, type: 'job_started' });
    expect(await second.next()).toMatchObject({ seq: 2, type: 'job_restarted', reason: 'interrupted', attempt: 2 });
    await second.cancel();
    await ok(home.eve.send('POST', `/v1/executions/${body.id}/cancel`));
  });

  it('is given up after three losses', async () => {
    const { body } = await execute(home.eve, name, {
      tag: '1.0.0',
      model: 'slow',
      restartable: true,
      parameters: { delayMs: 500 },
    });
    for (let loss = 0; loss < 4; loss++) {
      const watcher = await watch(`/v1/executions/${body.id}/stream`, bearer(home.eve));
      for (let seen = 0; seen <= loss; seen++) await watcher.next();
      await kill(body.id);
    }
    const events = await streamedEvents(body.links.events, bearer(home.eve));
    expect(events.filter(({ type }) => type === 'job_restarted')).toHaveLength(3);
    expect(events.at(-1)).toMatchObject({ type: 'job_failed', error: { code: 'interrupted' } });
  });

  it('keeps its WebSockets over an eviction', async () => {
    const { body } = await execute(home.eve, name, { tag: '1.0.0', model: 'slow' });
    const watcher = await watch(body.links.stream, {});
    const events = [await watcher.next()];
    // Waits until it has nothing in hand: the run goes to its end.
    await evictDurableObject(objectOf(body.id));
    while (events.at(-1).type !== 'job_complete') events.push(await watcher.next());
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect(await watcher.closed).toBe(1000);
    expect(await streamedEvents(body.links.events, bearer(home.eve))).toEqual(events);
  });
});

describe('a step at the end that fails', () => {
  const ended = async (step: string, cut: 'throws' | 'aborts', when: 'before' | 'after' = 'before') => {
    const { body } = await execute(home.eve, name, { tag: '1.0.0', model: 'slow', restartable: true });
    await interrupt(objectOf(body.id), step, when, cut);
    return body;
  };

  it('does not keep viewers waiting when D1 will not have it, and is made good by the alarm', async () => {
    const { id, links } = await ended('save', 'throws');
    const events = await streamedEvents(links.events, bearer(home.eve));
    expect(events.at(-1)).toMatchObject({ type: 'job_complete', output: TEXT });
    expect(await found(id)).toMatchObject({ output: null, finishedAt: null });
    expect(await running()).toBe(0);
    expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
    await eventually(async () => expect(await found(id)).toMatchObject({ status: 'completed', output: TEXT }));
    expect(await told(id)).toEqual(['execution.completed']);
    expect(await streamedEvents(links.events, bearer(home.eve))).toEqual(events);
  });

  it.each(['before', 'after'] as const)(
    '%s the row is written by an object that is killed: one result',
    async (when) => {
      const { id, links } = await ended('save', 'aborts', when);
      await eventually(async () => {
        const events = await streamedEvents(links.events, bearer(home.eve)).catch(() => []);
        expect(events.filter(({ type }) => type === 'job_complete')).toHaveLength(1);
      });
      // Its ending was on disk before its row was touched: it was not run once more.
      expect(await found(id)).toMatchObject({ status: 'completed', output: TEXT, attempt: 1 });
      expect(await told(id)).toEqual(['execution.completed']);
      expect(await running()).toBe(0);
    },
  );

  it('gives the place back by the alarm', async () => {
    const { id, links } = await ended('settle', 'throws');
    await streamedEvents(links.events, bearer(home.eve));
    await eventually(async () => expect((await found(id)).status).toBe('completed'));
    expect(await running()).toBe(1);
    await eventually(async () => {
      await runDurableObjectAlarm(objectOf(id));
      expect(await running()).toBe(0);
    });
  });
});

describe('being cancelled', () => {
  it('ends the stream, keeps what was said, and is not possible twice', async () => {
    const { id, links, reader } = await begun();
    const cancelled = await ok(home.eve.send('POST', `${links.self}/cancel`));
    expect(cancelled).toMatchObject({ status: 'cancelled', error: null });
    expect(TEXT.startsWith(cancelled.output)).toBe(true);
    const events = [];
    for (let event = await reader.next(); event !== null; event = await reader.next()) events.push(event);
    expect(events.at(-1)).toMatchObject({ type: 'job_cancelled' });
    expect(refusal(await home.eve.send('POST', `${links.self}/cancel`))).toEqual([409, 'state_conflict']);
    expect(await told(id)).toEqual(['execution.cancelled']);
    expect(await running()).toBe(0);
  });

  it('goes on running when D1 will not have it', async () => {
    const { id, links } = await begun();
    await interrupt(objectOf(id), 'save', 'before', 'throws');
    expect((await home.eve.send('POST', `${links.self}/cancel`)).status).toBe(500);
    const events = await streamedEvents(links.events, bearer(home.eve));
    expect(events.at(-1)).toMatchObject({ type: 'job_complete', output: TEXT });
    expect((await found(id)).status).toBe('completed');
  });

  it.each(['before', 'after'] as const)(
    'is one thing everywhere, when the object is killed %s D1 knows',
    async (when) => {
      const { id, links } = await begun();
      await interrupt(objectOf(id), 'save', when, 'aborts');
      await home.eve.send('POST', `${links.self}/cancel`);
      const events = await streamedEvents(links.events, bearer(home.eve));
      // Killed before, the wish was not on disk yet, and whoever had it was answered 500.
      const status = when === 'before' ? 'failed' : 'cancelled';
      expect(events.at(-1)).toMatchObject({ type: `job_${status}` });
      await eventually(async () => expect((await found(id)).status).toBe(status));
      expect(await told(id)).toEqual([`execution.${status}`]);
    },
  );

  it('and coming to its end at once has one result', async () => {
    const { id, links } = await begun();
    await interpose(objectOf(id), 'save', async (go) => {
      // The run comes to its end while D1 is asked.
      await new Promise((resolve) => {
        setTimeout(resolve, 400);
      });
      return go();
    });
    expect((await ok(home.eve.send('POST', `${links.self}/cancel`))).status).toBe('cancelled');
    const events = await streamedEvents(links.events, bearer(home.eve));
    expect(events.at(-1)).toMatchObject({ type: 'job_cancelled' });
    expect(await told(id)).toEqual(['execution.cancelled']);
  });
});

const gone = () => Promise.reject(new Error('gone'));

/** Objects of which some calls do not arrive; `ids` tells which were called. */
function objects(deaf: Record<string, (...args: any[]) => unknown>) {
  const ids: string[] = [];
  const getByName = (called: string) => {
    ids.push(called.slice(called.indexOf(':') + 1));
    return new Proxy(env.EXECUTIONS.getByName(called), {
      get: (stub, method: string) => deaf[method] ?? ((...args: never[]) => (stub as any)[method](...args)),
    });
  };
  return { ids, EXECUTIONS: { getByName } };
}

describe('an execution that writes its own row', () => {
  const path = () => `/v1/prompts/${name}/execute`;
  const quick = { tag: '1.0.0', model: 'quick' };
  const slow = { tag: '1.0.0', model: 'slow', restartable: true };
  const rows = (id: string) => d1('SELECT status, attempt FROM executions WHERE id = ?', id);
  const created = (id: string) =>
    d1(`SELECT actor_id FROM audit_events WHERE action = 'execution.create' AND entity_id = ?`, id);

  /** Runs it; something else is done in the place of writing its row, with its end or before, the next `times`. */
  async function runWhere(body: object, instead: Parameters<typeof interpose>[2], times = 1): Promise<any> {
    const { EXECUTIONS, ids } = objects({
      start: async (start: never) => {
        for (const step of ['enter', 'save']) await interpose(objectOf(ids[0] ?? ''), step, instead, times);
        return (objectOf(ids[0] ?? '') as any).start(start);
      },
    });
    return ok(sendWith({ EXECUTIONS })('POST', path(), body, bearer(home.eve)), 202);
  }

  it('is found as soon as it was answered, by its own tenant', async () => {
    const other = await house('Zoe');
    const asked = Promise.withResolvers<void>();
    const { id, links } = await runWhere(slow, (go) => asked.promise.then(go));
    expect(refusal(await other.eve.send('GET', links.self))).toEqual([404, 'not_found']);
    expect(await rows(id)).toEqual([]);
    const both = Promise.all([found(id), found(id)]);
    setTimeout(asked.resolve, 20);
    expect(await both).toMatchObject([
      { status: 'running', attempt: 1 },
      { status: 'running', attempt: 1 },
    ]);
    expect(await created(id)).toEqual([{ actor_id: home.eve.id }]);
    expect((await streamedEvents(links.events, bearer(home.eve))).at(-1)).toMatchObject({ type: 'job_complete' });
  });

  it('is written once, with its end, where it is short', async () => {
    let writes = 0;
    const { id, links } = await runWhere(quick, (go) => {
      writes++;
      return go();
    });
    const events = await streamedEvents(links.stream.replace('/stream', '/events'));
    expect(events.at(-1)).toMatchObject({ type: 'job_complete', output: TEXT });
    // Who hears of the end finds it.
    expect(await rows(id)).toEqual([{ status: 'completed', attempt: 1 }]);
    expect(writes).toBe(1);
    expect(await created(id)).toEqual([{ actor_id: home.eve.id }]);
    expect(await told(id)).toEqual(['execution.completed']);
  });

  it('is written after a second, as one that runs, where it takes longer', async () => {
    const { body } = await execute(home.eve, name, { ...slow, parameters: { delayMs: 1_000 } });
    const { id, links } = body;
    const listed = () => ok(home.eve.send('GET', `/v1/executions?prompt=${name}&status=running`));
    await eventually(async () =>
      expect((await listed()).data).toContainEqual(expect.objectContaining({ id, status: 'running' })),
    );
    expect(await rows(id)).toEqual([{ status: 'running', attempt: 1 }]);
    expect(await ok(home.eve.send('POST', `${links.self}/cancel`))).toMatchObject({ status: 'cancelled' });
    expect(await created(id)).toHaveLength(1);
    expect(await told(id)).toEqual(['execution.cancelled']);
  });

  it('is logged as other requests are, and says to nobody who writes it, when it is answered as a stream', async () => {
    const lines = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const answer = await sendWith({})('POST', path(), quick, { ...bearer(home.eve), accept: 'text/event-stream' });
    const said = lines.mock.calls.map(([line]) => JSON.parse(String(line)));
    vi.restoreAllMocks();
    expect(said.filter(({ message }) => message === 'request')).toMatchObject([
      { method: 'POST', route: '/v1/prompts/:prompt/execute', status: 200, durationMs: expect.any(Number) },
    ]);
    expect([...answer.headers.keys()].filter((header) => header.startsWith('x-footlight'))).toEqual([]);
  });

  it('can be cancelled as soon as it was answered', async () => {
    const { body } = await execute(home.eve, name, slow);
    expect(await ok(home.eve.send('POST', `${body.links.self}/cancel`))).toMatchObject({ status: 'cancelled' });
    expect(await created(body.id)).toHaveLength(1);
    expect(await told(body.id)).toEqual(['execution.cancelled']);
  });

  it('runs, and tells its end, though D1 will not have it, and is made good by the alarm', async () => {
    const before = await used();
    let isAway = true;
    const { id, links } = await runWhere(quick, (go) => (isAway ? gone() : go()), Infinity);
    const events = await streamedEvents(links.stream.replace('/stream', '/events'));
    expect(events.at(-1)).toMatchObject({ type: 'job_complete', output: TEXT });
    await eventually(async () => expect(await running()).toBe(0));
    expect(await rows(id)).toEqual([]);
    isAway = false;
    await runDurableObjectAlarm(objectOf(id));
    await eventually(async () => expect(await rows(id)).toEqual([{ status: 'completed', attempt: 1 }]));
    expect(await created(id)).toHaveLength(1);
    expect(await told(id)).toEqual(['execution.completed']);
    expect(await used()).toBe(before + 1);
    expect(await streamedEvents(links.events, bearer(home.eve))).toEqual(events);
  });

  it.each(['before', 'after'] as const)('is killed %s its row is written: one row, one result', async (when) => {
    const { id, links } = await runWhere(slow, async (go, state) => {
      if (when === 'after') await go();
      state.abort('killed');
    });
    await eventually(async () => {
      await runDurableObjectAlarm(objectOf(id));
      expect(await rows(id)).toHaveLength(1);
    });
    const events = await streamedEvents(links.events, bearer(home.eve));
    expect(events.filter(({ type }) => type === 'job_complete')).toMatchObject([{ output: TEXT }]);
    await eventually(async () => expect(await rows(id)).toEqual([{ status: 'completed', attempt: 2 }]));
    expect(await created(id)).toHaveLength(1);
    expect(await told(id)).toEqual(['execution.completed']);
  });

  const older = ({ job, credential, permitted, probes }: Start): Start => ({ job, credential, permitted, probes });

  it.each(['application/json', 'text/event-stream'])(
    'is written by the request where its object is of an older version, and begins under one (%s)',
    async (accept) => {
      const { EXECUTIONS, ids } = objects({
        start: async (start: Start) => {
          await (objectOf(ids[0] ?? '') as any).start(older(start));
        },
        fetch: async (request: Request) => {
          const start = older(await request.json<Start>());
          const { headers } = request;
          const response = await objectOf(ids[0] ?? '').fetch(
            new Request(request.url, { method: 'POST', headers, body: JSON.stringify(start) }),
          );
          return new Response(response.body, { headers: { 'content-type': 'text/event-stream' } });
        },
      });
      const answer = await sendWith({ EXECUTIONS })('POST', path(), slow, { ...bearer(home.eve), accept });
      expect(answer.status).toBeLessThan(300);
      const [id = ''] = ids;
      expect(await rows(id)).toHaveLength(1);
      expect(await created(id)).toHaveLength(1);
      await eventually(async () => expect(await rows(id)).toEqual([{ status: 'completed', attempt: 1 }]));
      expect(await running()).toBe(0);
    },
  );

  it('is one row where D1 had it, and the answer was lost', async () => {
    const { id, links } = await runWhere(quick, async (go) => {
      await go();
      throw new Error('gone');
    });
    const events = await streamedEvents(links.stream.replace('/stream', '/events'));
    expect(events.at(-1)).toMatchObject({ type: 'job_complete', output: TEXT });
    await runDurableObjectAlarm(objectOf(id));
    expect(await rows(id)).toEqual([{ status: 'completed', attempt: 1 }]);
    expect(await created(id)).toHaveLength(1);
    expect(await told(id)).toEqual(['execution.completed']);
    await eventually(async () => expect(await running()).toBe(0));
  });

  it.each([
    ['start', 'application/json'],
    ['fetch', 'text/event-stream'],
  ])('is taken back where nobody knows whether it began (%s)', async (method, accept) => {
    const { EXECUTIONS, ids } = objects({
      [method]: async (...args: never[]) => {
        await (objectOf(ids[0] ?? '') as any)[method](...args);
        throw new Error('gone');
      },
    });
    const before = await used();
    const answer = await sendWith({ EXECUTIONS })('POST', path(), slow, { ...bearer(home.eve), accept });
    expect(answer.status).toBe(500);
    const [id = ''] = ids;
    expect(await ofObject(id)).toEqual({ kept: 0, alarm: null });
    expect([await running(), await used()]).toEqual([0, before]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await rows(id)).toEqual([]);
    expect(refusal(await home.eve.send('GET', `/v1/executions/${id}`))).toEqual([404, 'not_found']);
  });
});

describe('an execution that may be repeated, whose row is being written while it starts', () => {
  const path = (more = '') => `/v1/prompts/${name}/execute${more}`;
  const quick = { tag: '1.0.0', model: 'quick' };
  const slow = { tag: '1.0.0', model: 'slow' };
  /** A repetition is answered by the row: it is there before anybody is answered. */
  const keyed = () => ({ ...bearer(home.eve), 'idempotency-key': crypto.randomUUID() });
  const late = (ms: number) => contextWith({}, { now: () => Date.now() + ms });

  /** D1 in which rows of executions are not, or not yet, written. */
  const d1Where = (insert: (write: () => Promise<unknown>) => Promise<unknown>) => ({
    DB: withMethod(env.DB, 'batch', (batch) => (statements: D1PreparedStatement[]) => {
      const isRow = JSON.stringify(statements).includes('insert into \\"executions\\"');
      return isRow ? insert(() => batch(statements)) : batch(statements);
    }),
  });
  const d1Fails = d1Where(() => Promise.reject(new Error('D1 is away')));
  const d1LosesTheAnswer = d1Where(async (write) => {
    await write();
    throw new Error('D1 is away');
  });

  it('is told of by nobody before the row is there', async () => {
    const written = Promise.withResolvers<void>();
    const { EXECUTIONS, ids } = objects({});
    const DB = d1Where(async (write) => {
      await written.promise;
      return write();
    });
    const headers = { ...keyed(), accept: 'text/event-stream' };
    const answered = sendWith({ EXECUTIONS, ...DB })('POST', path(), quick, headers);
    const id = await eventually(() => ids[0] ?? Promise.reject(new Error('not yet')));
    // It runs to its end meanwhile, and keeps it to itself.
    await eventually(() =>
      runInDurableObject(objectOf(id), (_, { storage }) => expect(storage.kv.get('ending')).toBeDefined()),
    );
    expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
    expect(await runInDurableObject(objectOf(id), (_, { storage }) => storage.kv.get('aftermath'))).toBeUndefined();
    expect(await told(id)).toEqual([]);
    expect(refusal(await home.eve.send('GET', `/v1/executions/${id}`))).toEqual([404, 'not_found']);
    written.resolve();
    expect(await answered).toMatchObject({ status: 200 });
    expect(await found(id)).toMatchObject({ status: 'completed', output: TEXT });
    expect(await told(id)).toEqual(['execution.completed']);
    expect(await running()).toBe(0);
  });

  it.each(['as a stream', 'at once'])('is taken back when D1 will not have it, asked for %s', async (how) => {
    const { EXECUTIONS, ids } = objects({});
    const headers = { ...keyed(), ...(how === 'at once' ? {} : { accept: 'text/event-stream' }) };
    const before = await used();
    expect((await sendWith({ EXECUTIONS, ...d1Fails })('POST', path(), slow, headers)).status).toBe(500);
    expect(await ofObject(ids[0] ?? '')).toEqual({ kept: 0, alarm: null });
    expect(await running()).toBe(0);
    expect(await used()).toBe(before);
    expect(await told(ids[0] ?? '')).toEqual([]);
  });

  it('goes on when D1 has it after all', async () => {
    const { EXECUTIONS, ids } = objects({});
    const send = sendWith({ EXECUTIONS, ...d1LosesTheAnswer });
    expect((await send('POST', path(), slow, keyed())).status).toBe(500);
    const events = await streamedEvents(`/v1/executions/${ids[0]}/events`, bearer(home.eve));
    expect(events.at(-1)).toMatchObject({ type: 'job_complete', output: TEXT });
    expect(await running()).toBe(0);
  });

  it.each(['before', 'after'])('is not accepted when its object is lost to it %s it heard', async (when) => {
    for (const [method, accept] of [
      ['start', 'application/json'],
      ['fetch', 'text/event-stream'],
    ] as const) {
      const lost = async (...args: never[]) => {
        if (when === 'after') await (objectOf(ids[0] ?? '') as any)[method](...args);
        throw new Error('gone');
      };
      const { EXECUTIONS, ids } = objects({ [method]: lost });
      const before = await used();
      const answer = await sendWith({ EXECUTIONS })('POST', path(), slow, { ...keyed(), accept });
      expect(answer.status).toBe(500);
      expect(refusal(await home.eve.send('GET', `/v1/executions/${ids[0]}`))).toEqual([404, 'not_found']);
      expect(await ofObject(ids[0] ?? '')).toEqual({ kept: 0, alarm: null });
      expect([await running(), await used()]).toEqual([0, before]);
    }
  });

  it('lets go of its provider when it is taken back', async () => {
    const { id: asked, baseUrl } = upstream('endless', 'openai-compatible');
    await model(home.ada, 'endless', { provider: 'openai-compatible', model: 'fake-1', baseUrl });
    const DB = d1Where(async () => {
      await eventually(async () => expect((await book(asked)).open).toBe(1));
      throw new Error('D1 is away');
    });
    const body = { tag: '1.0.0', model: 'endless' };
    expect((await sendWith(DB)('POST', path(), body, keyed())).status).toBe(500);
    await eventually(async () => expect(await book(asked)).toMatchObject({ requests: 1, open: 0, aborted: 1 }));
    expect(await running()).toBe(0);
  });

  it('comes to its end though nobody looks', async () => {
    const { id } = await ok(home.eve.send('POST', path(), quick), 202);
    await eventually(async () => expect(await found(id)).toMatchObject({ status: 'completed', output: TEXT }));
  });

  it('counts what it has cost when it is taken back', async () => {
    const prices = { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 1_000_000 };
    await model(home.ada, 'dear', { parameters: { delayMs: 5 }, prices });
    const spent = async () => (await ok(home.ada.send('GET', '/v1/execution-settings'))).use.costMicros;
    const before = await spent();
    const DB = d1Where(async () => {
      await eventually(() =>
        runInDurableObject(objectOf(ids[0] ?? ''), (_, { storage }) => expect(storage.kv.get('ending')).toBeDefined()),
      );
      throw new Error('D1 is away');
    });
    const { EXECUTIONS, ids } = objects({});
    const body = { tag: '1.0.0', model: 'dear' };
    expect((await sendWith({ EXECUTIONS, ...DB })('POST', path(), body, keyed())).status).toBe(500);
    // Ten words there, ten words back.
    expect(await spent()).toBe(before + 20);
    expect(await running()).toBe(0);
  });

  it('ends by its alarm, without a row, when the Worker is gone: not before the row cannot come any more', async () => {
    const { EXECUTIONS, ids } = objects({ accepted: gone, withdraw: gone });
    expect((await sendWith({ EXECUTIONS, ...d1Fails })('POST', path(), slow, keyed())).status).toBe(500);
    const [id = ''] = ids;
    await lookedAfter(id, 10_000);
    expect(await ofObject(id)).toMatchObject({ alarm: expect.any(Number) });
    expect(await running()).toBe(1);
    await lookedAfter(id, 46_000);
    expect(await ofObject(id)).toEqual({ kept: 0, alarm: null });
    expect(await running()).toBe(0);
    expect(await told(id)).toEqual([]);
  });

  it('comes to its end by its alarm when it never heard of its row, and a repetition is told of it', async () => {
    const headers = keyed();
    const { EXECUTIONS } = objects({ accepted: gone });
    const first = await ok(sendWith({ EXECUTIONS })('POST', path(), quick, headers), 202);
    expect(await ok(home.eve.send('POST', path(), quick, headers), 202)).toMatchObject({ id: first.id });
    expect((await found(first.id)).status).toBe('queued');
    expect(await runDurableObjectAlarm(objectOf(first.id))).toBe(true);
    await eventually(async () => expect((await found(first.id)).status).toBe('completed'));
    expect(await running()).toBe(0);
  });

  it('goes on where it is killed before it heard of its row', async () => {
    const { EXECUTIONS } = objects({ accepted: gone });
    const body = { ...slow, restartable: true };
    const { id } = await ok(sendWith({ EXECUTIONS })('POST', path(), body, keyed()), 202);
    await kill(id);
    expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
    const events = await streamedEvents(`/v1/executions/${id}/events`, bearer(home.eve));
    expect(events.at(-1)).toMatchObject({ type: 'job_complete', output: TEXT });
    expect(await found(id)).toMatchObject({ status: 'completed', attempt: 2 });
  });

  /** One whose object has lost all that it kept. */
  const forgotten = async () => {
    const { EXECUTIONS } = objects({ accepted: gone });
    const { id } = await ok(sendWith({ EXECUTIONS })('POST', path(), quick, keyed()), 202);
    await runInDurableObject(objectOf(id), async (_, { storage }) => {
      await storage.deleteAlarm();
      await storage.deleteAll();
    });
    await kill(id);
    return id;
  };

  it('is said to be lost when its object has lost it, and its place is given back', async () => {
    const id = await forgotten();
    await sweepExecutions(contextWith());
    expect((await found(id)).status).toBe('queued');
    await sweepExecutions(late(61_000));
    expect(await found(id)).toMatchObject({ status: 'failed', error: { code: 'lost', retryable: true } });
    expect(await running()).toBe(0);
    expect(await streamedEvents(`/v1/executions/${id}/events`, bearer(home.eve))).toMatchObject([
      { seq: 1, type: 'job_failed', error: { code: 'lost' } },
    ]);
  });

  it('is looked after by the sweep though the one before it cannot be', async () => {
    const [first, second] = [await forgotten(), await forgotten()];
    const getByName = (called: string) =>
      called.endsWith(first) ? { accepted: gone } : env.EXECUTIONS.getByName(called);
    const context = contextWith({ EXECUTIONS: { getByName } }, { now: () => Date.now() + 61_000 });
    await expect(sweepExecutions(context)).rejects.toThrow('gone');
    expect((await found(first)).status).toBe('queued');
    expect((await found(second)).status).toBe('failed');
    await sweepExecutions(late(61_000));
    expect((await found(first)).status).toBe('failed');
  });
});

describe('executions that nobody can look after', () => {
  it('keep no others waiting, however many they are', async () => {
    const { id } = await executed(home.eve, name, { tag: '1.0.0', model: 'quick' });
    const columns = (await d1('PRAGMA table_info(executions)')).map((column) => `"${column.name}"`);
    const copied = (ids: string, where: string) =>
      d1(`INSERT INTO executions (${columns.join()})
        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 249)
        SELECT ${columns.map((column) => ({ '"id"': ids, '"status"': `'queued'` })[column] ?? column).join()}
        FROM executions, n WHERE id = '${id}' AND ${where}`);
    const prefix = id.slice(0, id.indexOf('_') + 1);
    // Older than all others, and behind them one whose object has lost it.
    await copied(`'${prefix}' || printf('%026d', i)`, 'true');
    const lost = `${prefix}00000000000000000000001000`;
    await copied(`'${lost}'`, 'i = 0');
    const stuck: string[] = [];
    const getByName = (called: string) => {
      if (called.endsWith(lost)) return env.EXECUTIONS.getByName(called);
      stuck.push(called);
      return { accepted: () => Promise.reject(new Error('gone')) };
    };
    await expect(sweepExecutions(contextWith({ EXECUTIONS: { getByName } }))).rejects.toThrow('gone');
    expect(await found(lost)).toMatchObject({ status: 'failed', error: { code: 'lost' } });
    expect(new Set(stuck).size).toBe(stuck.length);
    await d1(`DELETE FROM executions WHERE id < ?`, `${prefix}00000000000000000000002000`);
  });
});

describe('after ten minutes', () => {
  it('the log is gone, and its last event is made of the row', async () => {
    const { id } = await executed(home.eve, name, { tag: '1.0.0', model: 'quick' });
    const path = `/v1/executions/${id}/events`;
    const events = await streamedEvents(path, bearer(home.eve));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 60_000 + 1_000 });
    expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
    vi.useRealTimers();
    const kept = await runInDurableObject(objectOf(id), (_, { storage }) => storage.list());
    expect([...kept]).toEqual([]);
    const last = events.at(-1);
    expect(await streamedEvents(path, bearer(home.eve))).toEqual([last]);
    expect(await socketEvents(`/v1/executions/${id}/stream`, bearer(home.eve))).toEqual([last]);
    expect((await readEvents(`${path}?since=${last.seq}`, bearer(home.eve))).status).toBe(204);
    // A ticket is good once, also then; and is not kept for ever.
    const { links } = await found(id);
    expect(await socketEvents(links.stream)).toEqual([last]);
    expect((await readEvents(links.stream, { upgrade: 'websocket' })).status).toBe(401);
    expect((await ofObject(id)).alarm).toBeLessThanOrEqual(Date.now() + 60_000);
    await lookedAfter(id, 61_000);
    expect(await ofObject(id)).toEqual({ kept: 0, alarm: null });
    const late = await watch(`/v1/executions/${id}/stream?since=${last.seq}`, bearer(home.eve));
    expect(await late.closed).toBe(1000);
  });
});
