import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { commit } from '../../../../src/audit/public.ts';
import { newId } from '../../../../src/kernel/ids.ts';
import { type Context, forActor, type TenantContext } from '../../../../src/platform/context.ts';
import { parseEvent } from '../../../../src/platform/queue/events.ts';
import { keepEvent } from '../../../../src/platform/queue/outbox.ts';
import { sweepOutbox } from '../../../../src/platform/queue/relay.ts';
import { enqueue } from '../../../../src/platform/queue/send.ts';
import { withMethod } from '../../../support/interruption.ts';
import { KeptQueue } from '../../../support/queues.ts';
import { ok } from '../../../support/team.ts';
import { told } from '../../../support/told.ts';
import { contextWith, d1, sendWith } from '../../../support/workbench.ts';

const LATER = { now: () => Date.now() + 31_000 };

let queue: KeptQueue;
let tenantId: string;

beforeEach(async () => {
  queue = new KeptQueue();
  tenantId = newId('tenant', Date.now());
  await d1('DELETE FROM outbox');
});

const left = async () => (await d1('SELECT id FROM outbox ORDER BY id')).map(({ id }) => id);
const sent = () => queue.sent.map(({ body }) => body.id);
const ids = async () => (await told(tenantId)).map(({ id }) => id);

/** The context of the system in the test's tenant, and how to wait for what it leaves to do. */
function work(changed: object = {}): { context: TenantContext; after: () => Promise<unknown> } {
  const running: Promise<unknown>[] = [];
  const base: Context = contextWith({ EVENTS: queue, ...changed }, { waitUntil: (promise) => running.push(promise) });
  const context = forActor(base, { kind: 'system', id: 'footlight', tenantId });
  return { context, after: () => Promise.all(running) };
}

async function change(context: TenantContext, events = 1): Promise<void> {
  const statements = Array.from({ length: events }, () => keepEvent(context, 'budget.warning', { usedShare: 0.8 }));
  await commit(context, statements, []);
}

/** A D1 in which the relay cannot forget what it has sent: a crash in between. */
const forgetful = () =>
  withMethod(env.DB, 'prepare', (prepare) => (sql: string) => {
    if (sql.startsWith('delete from "outbox"')) throw new Error('gone');
    return prepare(sql);
  });

describe('a change that is told of', () => {
  it('is sent after the answer, as it was written, and forgotten then', async () => {
    const { context, after } = work();
    await change(context, 3);
    await after();
    expect(queue.sent.map(({ body }) => body)).toEqual(await told(tenantId));
    expect(queue.batches).toEqual([3]);
    expect(queue.sent[0]?.body).toEqual({
      v: 1,
      id: expect.stringMatching(/^out_/),
      tenantId,
      type: 'budget.warning',
      at: expect.any(Number),
      body: { usedShare: 0.8 },
    });
    expect(await left()).toEqual([]);
  });

  it('is sent and forgotten together with what is told of at the same time', async () => {
    const deletes: string[] = [];
    const DB = withMethod(env.DB, 'prepare', (prepare) => (sql: string) => {
      if (sql.startsWith('delete from "outbox"')) deletes.push(sql);
      return prepare(sql);
    });
    const { context, after } = work({ DB });
    for (let i = 0; i < 5; i++) await change(context);
    await after();
    expect(queue.batches).toEqual([5]);
    expect(deletes).toHaveLength(1);
    await change(context);
    await after();
    expect(queue.batches).toEqual([5, 1]);
    expect(await left()).toEqual([]);
  });

  it('is told of to nobody when it does not happen', async () => {
    const { context, after } = work();
    const send = sendWith({ EVENTS: queue });
    await ok(send('POST', '/v1/auth/register', REGISTRATION), 201);
    expect(queue.sent.map(({ body }) => body.type)).toEqual(['user.registered', 'tenant.created']);
    expect((await send('POST', '/v1/auth/register', REGISTRATION)).status).toBe(409);
    const statement = keepEvent(context, 'budget.warning', { usedShare: 1 });
    await expect(commit(context, [statement, statement], [])).rejects.toThrow('UNIQUE constraint failed');
    await after();
    expect(queue.sent).toHaveLength(2);
    expect(await left()).toEqual([]);
  });

  it('stands when the queue is not there, and is sent by the sweep', async () => {
    queue.refuses = () => true;
    const { context, after } = work();
    await change(context);
    await after();
    expect(await left()).toEqual(await ids());
    queue.refuses = () => false;
    // At first somebody may be about to send it.
    await sweepOutbox(contextWith({ EVENTS: queue }));
    expect(queue.sent).toEqual([]);
    await sweepOutbox(contextWith({ EVENTS: queue }, LATER));
    expect(queue.sent.map(({ body }) => body)).toEqual(await told(tenantId));
    expect(await left()).toEqual([]);
  });

  it('is sent twice when it crashes between sending and forgetting, as the same message', async () => {
    const { context, after } = work({ DB: forgetful() });
    await change(context);
    await after();
    expect(await left()).toEqual(await ids());
    await expect(sweepOutbox(contextWith({ EVENTS: queue, DB: forgetful() }, LATER))).rejects.toThrow('gone');
    await sweepOutbox(contextWith({ EVENTS: queue }, LATER));
    const [message] = await told(tenantId);
    for (const { body } of queue.sent) expect(body).toEqual(message);
    expect(queue.sent.length).toBeGreaterThan(1);
    expect(await left()).toEqual([]);
  });
});

describe('the sweep', () => {
  const rows = async (count: number, body: object = { usedShare: 1 }, v = 1) => {
    const values = Array.from({ length: count }, (_, i) => [newId('outboxEvent', 1_000 + i), JSON.stringify(body)]);
    await d1(
      `INSERT INTO outbox (tenant_id, id, type, v, body, created_at)
       SELECT ?, value ->> 0, 'budget.warning', ?, value ->> 1, 1 FROM json_each(?)`,
      tenantId,
      v,
      JSON.stringify(values),
    );
    return values.map(([id]) => id);
  };

  it('sends all that was left, page by page, each once', async () => {
    const all = await rows(250);
    await sweepOutbox(contextWith({ EVENTS: queue }));
    expect(sent()).toEqual(all);
    expect(queue.batches).toEqual([100, 100, 50]);
    expect(await left()).toEqual([]);
  });

  it('is not held up by one message that cannot be sent', async () => {
    const all = await rows(150);
    const poison = all[7];
    queue.refuses = (bodies) => bodies.some(({ id }) => id === poison);
    await expect(sweepOutbox(contextWith({ EVENTS: queue }))).rejects.toThrow('the queue is not there');
    expect(new Set(sent())).toEqual(new Set(all.filter((id) => id !== poison)));
    expect(await left()).toEqual([poison]);
  });

  it('stops where nothing can be sent at all', async () => {
    const all = await rows(250);
    let asked = 0;
    queue.refuses = () => ++asked > 0;
    await expect(sweepOutbox(contextWith({ EVENTS: queue }))).rejects.toThrow('the queue is not there');
    expect(asked).toBe(101);
    expect(await left()).toEqual(all);
  });

  it('never sends more than a queue takes at a time', async () => {
    const bytes: number[] = [];
    queue.refuses = (bodies) => bytes.push(new TextEncoder().encode(JSON.stringify(bodies)).length) === 0;
    const all = await rows(60, { usedShare: 1, note: 'é'.repeat(5_000) });
    await sweepOutbox(contextWith({ EVENTS: queue }));
    expect(sent()).toEqual(all);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(256_000);
    expect(queue.batches).toEqual([24, 24, 12]);
  });

  it('forgets what was written before there was anybody to tell', async () => {
    await rows(3, { v: 1, executionId: 'exe_1' }, 0);
    const [fresh] = await rows(1);
    await sweepOutbox(contextWith({ EVENTS: queue }));
    expect(sent()).toEqual([fresh]);
    expect(await left()).toEqual([]);
    await d1(`DELETE FROM told WHERE v = 0 OR body LIKE '%note%'`);
  });
});

describe('enqueue', () => {
  it('sends each to the queue of its type, at once or later', async () => {
    const tasks = new KeptQueue();
    const context = contextWith({ EVENTS: queue, EVALUATIONS_QUEUE: tasks });
    const body = { evaluationId: 'evl_1', made: 0, after: null };
    await enqueue(context, [
      { tenantId, type: 'evaluation.fan_out', body },
      { tenantId, type: 'budget.warning', body: { usedShare: 1 } },
    ]);
    expect(tasks.sent).toMatchObject([{ body: { v: 1, tenantId, type: 'evaluation.fan_out', body }, delaySeconds: 0 }]);
    expect(queue.sent).toHaveLength(1);
    expect(parseEvent(queue.sent[0]?.body)).toEqual(queue.sent[0]?.body);
    await enqueue(context, [{ tenantId, type: 'evaluation.fan_out', body }], { delaySeconds: 1.2 });
    await enqueue(context, [{ tenantId, type: 'evaluation.fan_out', body }], { delaySeconds: 1e6 });
    expect(tasks.sent.map(({ delaySeconds }) => delaySeconds)).toEqual([0, 2, 43_200]);
    expect(await left()).toEqual([]);
  });

  it('says when it could not', async () => {
    queue.refuses = () => true;
    const message = { tenantId, type: 'budget.warning', body: { usedShare: 1 } } as const;
    await expect(enqueue(contextWith({ EVENTS: queue }), [message])).rejects.toThrow('the queue is not there');
  });
});

const REGISTRATION = {
  email: 'ada@example.com',
  password: 'correct horse battery',
  name: 'Ada',
  tenantName: 'Analytical',
};
