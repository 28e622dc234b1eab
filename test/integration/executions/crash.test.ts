import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { sweepExecutions } from '../../../src/executions/public.ts';
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
import { alarmOf, interpose, interrupt } from '../../support/interruption.ts';
import { ok, prompt } from '../../support/team.ts';
import { told as toldOf } from '../../support/told.ts';
import { bearer, watch } from '../../support/watcher.ts';
import { contextWith, sendWith } from '../../support/workbench.ts';

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
const told = async (id: string) => (await toldOf(home.tenantId, id)).map(({ type }) => type);

/** An execution whose first words have come. */
async function begun(more: object = {}) {
  const { body } = await execute(home.eve, name, { tag: '1.0.0', model: 'slow', ...more });
  const reader = await readEvents(body.links.events, bearer(home.eve));
  const seen = [await reader.next(), await reader.next()];
  expect(seen.map(({ type }) => type)).toEqual(['job_started', 'token_chunk']);
  return { ...body, reader };
}

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
    expect((await found(id)).status).toBe('running');
    expect(await running()).toBe(0);
    expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
    await vi.waitFor(async () => expect(await found(id)).toMatchObject({ status: 'completed', output: TEXT }));
    expect(await told(id)).toEqual(['execution.completed']);
    expect(await streamedEvents(links.events, bearer(home.eve))).toEqual(events);
  });

  it.each(['before', 'after'] as const)(
    '%s the row is written by an object that is killed: one result',
    async (when) => {
      const { id, links } = await ended('save', 'aborts', when);
      await vi.waitFor(async () => {
        const events = await streamedEvents(links.events, bearer(home.eve)).catch(() => []);
        expect(events.filter(({ type }) => type === 'job_complete')).toHaveLength(1);
      });
      // Killed before, nothing of the ending was on disk yet: it was run once more.
      const attempt = when === 'before' ? 2 : 1;
      expect(await found(id)).toMatchObject({ status: 'completed', output: TEXT, attempt });
      expect(await told(id)).toEqual(['execution.completed']);
      expect(await running()).toBe(0);
    },
  );

  it('gives the place back by the alarm', async () => {
    const { id, links } = await ended('settle', 'throws');
    await streamedEvents(links.events, bearer(home.eve));
    await vi.waitFor(async () => expect((await found(id)).status).toBe('completed'));
    expect(await running()).toBe(1);
    await vi.waitFor(async () => {
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
      await vi.waitFor(async () => expect((await found(id)).status).toBe(status));
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

describe('what was accepted and never begun', () => {
  it('is said to be lost, and its place is given back', async () => {
    const deaf = { prepare: async () => undefined, begin: () => Promise.reject(new Error('gone')) };
    const send = sendWith({ EXECUTIONS: { getByName: () => deaf } });
    const body = { tag: '1.0.0', model: 'quick' };
    const headers = bearer(home.eve);
    expect((await send('POST', `/v1/prompts/${name}/execute`, body, headers)).status).toBe(500);
    const [row] = (await ok(home.eve.send('GET', '/v1/executions?status=queued'))).data;
    expect(await running()).toBe(1);
    await sweepExecutions(contextWith());
    expect((await found(row.id)).status).toBe('queued');
    await sweepExecutions(contextWith({}, { now: () => Date.now() + 61_000 }));
    expect(await found(row.id)).toMatchObject({ status: 'failed', error: { code: 'lost', retryable: true } });
    expect(await running()).toBe(0);
    expect(await streamedEvents(`/v1/executions/${row.id}/events`, bearer(home.eve))).toMatchObject([
      { seq: 1, type: 'job_failed', error: { code: 'lost' } },
    ]);
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
    const late = await watch(`/v1/executions/${id}/stream?since=${last.seq}`, bearer(home.eve));
    expect(await late.closed).toBe(1000);
  });
});
