import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../../src/kernel/errors.ts';
import { newId } from '../../../../src/kernel/ids.ts';
import { consume, consumeEach, type Consumer, RetryLater } from '../../../../src/platform/queue/consume.ts';
import type { EventMessage, TaskMessage } from '../../../../src/platform/queue/events.ts';
import type { Outgoing } from '../../../../src/platform/queue/send.ts';
import { sweepMessages } from '../../../../src/platform/queue/sweep.ts';
import { withMethod } from '../../../support/interruption.ts';
import { deliver, KeptQueue, message } from '../../../support/queues.ts';
import { contextWith, d1 } from '../../../support/workbench.ts';

const QUEUE = 'footlight-events';
const OURS = newId('tenant', 1);
const THEIRS = newId('tenant', 2);
const DAY = 24 * 60 * 60_000;

let errors: ReturnType<typeof vi.spyOn>;

beforeAll(async () => {
  await d1('CREATE TABLE toys (consumer, tenant_id, share, n, PRIMARY KEY (consumer, tenant_id, share))');
});

beforeEach(async () => {
  errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  for (const table of ['toys', 'processed_messages', 'message_failures']) await d1(`DELETE FROM ${table}`);
});

/** Counts events by what they say: whatever happens twice is seen. */
const toy = (more: Partial<Consumer> = {}, name = 'toy'): Consumer => ({
  name,
  effect: async (context, events) =>
    events.map(({ tenantId, body }) =>
      context.db.run(
        `INSERT INTO toys VALUES ('${name}', '${tenantId}', ${shareOf(body)}, 1)
         ON CONFLICT DO UPDATE SET n = n + 1`,
      ),
    ),
  ...more,
});

const shareOf = (body: unknown): number => (body as { usedShare: number }).usedShare;
const event = (usedShare: number, tenantId = OURS): Outgoing => message(tenantId, 'budget.warning', { usedShare });
const receive =
  (consumer: Consumer, changed: object = {}) =>
  (batch: MessageBatch) =>
    consume(batch, contextWith(changed), consumer);
const hand = (bodies: readonly unknown[], consumer = toy(), changed: object = {}, attempts = 1) =>
  deliver(QUEUE, bodies, attempts, receive(consumer, changed));
const counted = async (name = 'toy') =>
  (await d1('SELECT tenant_id AS t, share, n FROM toys WHERE consumer = ? ORDER BY t, share', name)).map(
    ({ t, share, n }) => [t === OURS ? 'ours' : 'theirs', share, n],
  );
const failures = () => d1('SELECT tenant_id, id, code, message, attempts FROM message_failures ORDER BY id');

/** A D1 of which one call goes wrong as it is told. */
const withDb = (method: string, make: (original: (...args: any[]) => any) => (...args: any[]) => any) => ({
  DB: withMethod(env.DB, method, make),
});

describe('events', () => {
  it('of several tenants take effect together, and are acknowledged', async () => {
    const asked: number[] = [];
    const { effect } = toy();
    const consumer = toy({
      effect: async (context, events) => {
        asked.push(events.length);
        return effect(context, events);
      },
    });
    const events = [event(1), event(1), event(2), event(1, THEIRS)];
    expect(await hand(events, consumer)).toEqual({ acknowledged: [0, 1, 2, 3], later: {} });
    expect(asked).toEqual([4]);
    expect(await counted()).toEqual([
      ['ours', 1, 2],
      ['ours', 2, 1],
      ['theirs', 1, 1],
    ]);
  });

  it('that come again, in the same batch or another, have no more effect', async () => {
    const [a, b] = [event(1), event(2)];
    const { effect } = toy();
    const asked = vi.fn(effect);
    expect(await hand([a, b, a], toy({ effect: asked }))).toEqual({ acknowledged: [0, 1, 2], later: {} });
    expect(await hand([b, a], toy({ effect: asked }))).toEqual({ acknowledged: [0, 1], later: {} });
    expect(asked).toHaveBeenCalledOnce();
    expect(await counted()).toEqual([
      ['ours', 1, 1],
      ['ours', 2, 1],
    ]);
    // Another consumer has its own.
    await hand([a], toy({}, 'another'));
    expect(await counted('another')).toEqual([['ours', 1, 1]]);
  });

  it.each([1, 3])('that two receive at the same moment take effect once (%i)', async (count) => {
    const events = [1, 2, 3].slice(0, count).map((share) => event(share));
    let met = 0;
    let meet: () => void;
    const both = new Promise<void>((resolve) => (meet = resolve));
    const { effect } = toy();
    const consumer = toy({
      effect: async (context, all) => {
        if (++met === 2) meet();
        await both;
        return effect(context, all);
      },
    });
    const results = await Promise.all([hand(events, consumer), hand(events.toReversed(), consumer)]);
    for (const result of results) expect(result).toEqual({ acknowledged: events.map((_, i) => i), later: {} });
    expect(await counted()).toEqual(events.map((_, i) => ['ours', i + 1, 1]));
    expect(await failures()).toEqual([]);
  });

  it('that crash between their effect and being acknowledged have no more effect when they come again', async () => {
    const events = [event(1), event(2)];
    const crash = withDb('batch', (batch) => async (...args) => {
      await batch(...args);
      throw new Error('gone');
    });
    const first = await hand(events, toy(), crash);
    // It looked again, one by one, and found them processed.
    expect(first).toEqual({ acknowledged: [0, 1], later: {} });
    await hand(events);
    expect(await counted()).toEqual([
      ['ours', 1, 1],
      ['ours', 2, 1],
    ]);
  });

  it('leaves a poisonous one alone, whether its effect throws or its statement will not go through', async () => {
    const events = Array.from({ length: 20 }, (_, i) => event(i));
    const asked: number[] = [];
    const { effect } = toy();
    const consumer = toy({
      effect: async (context, all) => {
        asked.push(all.length);
        if (all.some(({ body }) => shareOf(body) === 7)) throw new AppError('not_found', 'The seventh was not found.');
        const statements = await effect(context, all);
        return all.some(({ body }) => shareOf(body) === 13)
          ? [...statements, context.db.run('INSERT INTO toys (nothing) VALUES (1)')]
          : statements;
      },
    });
    const { acknowledged, later } = await hand(events, consumer, {}, 3);
    expect(acknowledged).toEqual(events.map((_, i) => i).filter((i) => i !== 7 && i !== 13));
    expect(Object.keys(later)).toEqual(['7', '13']);
    for (const seconds of Object.values(later)) {
      expect(seconds).toBeGreaterThanOrEqual(16);
      expect(seconds).toBeLessThanOrEqual(32);
    }
    expect(await counted()).toEqual(acknowledged.map((share) => ['ours', share, 1]));
    // By halves, not one by one.
    expect(asked.length).toBeLessThan(20);
    const [seventh, thirteenth] = [events[7], events[13]];
    const failed = await failures();
    expect(failed).toHaveLength(2);
    expect(failed).toContainEqual({
      tenant_id: OURS,
      id: seventh?.id,
      code: 'not_found',
      message: 'The seventh was not found.',
      attempts: 3,
    });
    // What is of the inside stays in the log, where its id is.
    const inside = failed.find(({ id }) => id === thirteenth?.id);
    expect(inside).toMatchObject({ code: 'internal_error' });
    expect(inside.message).not.toContain('toys');
    expect(errors.mock.calls.join('\n')).toContain(thirteenth?.id);
  });

  it('keeps the newest reason of each that failed', async () => {
    const one = event(1);
    const failing = (why: string) =>
      toy({
        effect: async () => {
          throw new AppError('state_conflict', why);
        },
      });
    await hand([one], failing('first'));
    await hand([one], failing('second'), {}, 2);
    expect(await failures()).toMatchObject([{ id: one.id, message: 'second', attempts: 2 }]);
  });

  it('of no known shape come again by themselves, with the others through', async () => {
    const good = event(1);
    const later = { ...event(2), v: 2 };
    const result = await hand([good, later, 'nonsense', { ...event(3), tenantId: 'nobody' }]);
    expect(result.acknowledged).toEqual([0]);
    expect(Object.keys(result.later)).toEqual(['1', '2', '3']);
    expect(await failures()).toMatchObject([{ id: later.id, code: 'malformed_message' }]);
    expect(await counted()).toEqual([['ours', 1, 1]]);
  });

  it('all come again when D1 is not there, at the price of one look', async () => {
    let asked = 0;
    const down = withDb('prepare', () => () => {
      asked++;
      throw new Error('D1 is not there');
    });
    const events = Array.from({ length: 100 }, (_, i) => event(i));
    const { acknowledged, later } = await hand(events, toy(), down);
    expect(acknowledged).toEqual([]);
    expect(Object.keys(later)).toHaveLength(100);
    // One look, and one try to keep why.
    expect(asked).toBe(2);
    expect(await hand(events)).toMatchObject({ later: {} });
    expect(await counted()).toHaveLength(100);
  });

  it('that are large are taken a megabyte at a time', async () => {
    const asked: number[] = [];
    const cell = { kind: 'fetch', environment: 'e', promptId: 'p', tag: 't', versionId: 'v', variant: null } as const;
    const cells = Array.from({ length: 300 }, () => ({
      ...cell,
      prompt: 'p'.repeat(255),
      personId: null,
      apiKeyId: null,
      count: 1,
    }));
    const large = Array.from({ length: 20 }, () => ({
      ...message(OURS, 'edge.fetched', { from: 0, cells }),
    }));
    const size = JSON.stringify(large[0]).length;
    expect(size).toBeGreaterThan(100_000);
    const counting = toy({
      effect: async (_context, events) => {
        asked.push(events.length);
        return [];
      },
    });
    expect((await hand(large, counting)).acknowledged).toHaveLength(20);
    const most = Math.floor(1_000_000 / size);
    expect(asked).toEqual([most, most, 20 - 2 * most]);
  });

  it('are seen by what comes after once they went through, and its failure is nothing to them', async () => {
    const seen: string[] = [];
    const after = (_: unknown, events: readonly EventMessage[]) => {
      seen.push(...events.map(({ id }) => id));
      throw new Error('it is only an extra');
    };
    const [a, b] = [event(1), event(2)];
    await hand([a], toy({ after }));
    expect(await hand([a, b, b], toy({ after }))).toEqual({ acknowledged: [0, 1, 2], later: {} });
    expect(seen).toEqual([a.id, b.id]);
    const broken = toy({ after, effect: async () => Promise.reject(new Error('no')) });
    await hand([event(3)], broken);
    expect(seen).toHaveLength(2);
  });
});

/** Where a consumer goes to pieces. */
type Crash = 'look' | 'effect' | 'statement' | 'before commit' | 'after commit' | 'after everything';
const CRASHES: readonly Crash[] = ['look', 'effect', 'statement', 'before commit', 'after commit', 'after everything'];

describe('whatever the order, the repetitions and the crashes', () => {
  /** What is to be delivered: each three times, in some order, some batches at once with others, crashing now and then. */
  const plan = fc.record({
    events: fc.array(fc.record({ share: fc.nat({ max: 3 }), ours: fc.boolean() }), { minLength: 1, maxLength: 25 }),
    order: fc.array(fc.nat(), { minLength: 75, maxLength: 75 }),
    sizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 75, maxLength: 75 }),
    atOnce: fc.integer({ min: 1, max: 3 }),
    crashes: fc.array(fc.option(fc.constantFrom(...CRASHES)), { maxLength: 60 }),
  });

  it('events have the effect that they have once and in order', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(plan, async ({ events, order, sizes, atOnce, crashes }) => {
        run++;
        const messages = events.map(({ share, ours }) => event(share, ours ? OURS : THEIRS));
        for (const one of messages) await hand([one], toy({}, `once${run}`));
        const waiting = messages
          .flatMap((one) => [one, one, one])
          .map((one, i) => ({ one, at: order[i] ?? 0 }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ one }) => one);
        const left = [...crashes];
        const sizesLeft = [...sizes];
        while (waiting.length > 0) {
          const batches = Array.from({ length: atOnce }, () => waiting.splice(0, sizesLeft.shift() ?? 10));
          const again = await Promise.all(batches.map((batch) => crashing(batch, `often${run}`, left.shift() ?? null)));
          waiting.push(...again.flat());
        }
        expect(await counted(`often${run}`)).toEqual(await counted(`once${run}`));
        const processed = await d1('SELECT id FROM processed_messages WHERE consumer = ? ORDER BY id', `often${run}`);
        expect(processed.map(({ id }) => id)).toEqual(messages.map(({ id }) => id).toSorted());
      }),
      { numRuns: Number((env as any).FOOTLIGHT_RUNS || 15) },
    );
  });

  /** Hands over a batch to a consumer that may crash. @returns what comes again */
  async function crashing(batch: readonly Outgoing[], name: string, crash: Crash | null): Promise<Outgoing[]> {
    let armed = true;
    const once = (where: Crash): void => {
      if (crash !== where || !armed) return;
      armed = false;
      throw new Error(`gone: ${where}`);
    };
    const { effect } = toy({}, name);
    const consumer = toy(
      {
        effect: async (context, events) => {
          once('effect');
          const statements = await effect(context, events);
          if (crash !== 'statement' || !armed) return statements;
          armed = false;
          return [...statements, context.db.run('INSERT INTO toys (nothing) VALUES (1)')];
        },
      },
      name,
    );
    const changed = {
      DB: withMethod(
        withMethod(env.DB, 'batch', (go) => async (...args: any[]) => {
          once('before commit');
          const result = await go(...args);
          once('after commit');
          return result;
        }),
        'prepare',
        (prepare) => (sql: string) => {
          if (/^select .* from "processed_messages"/.test(sql)) once('look');
          return prepare(sql);
        },
      ),
    };
    try {
      const { later } = await deliver(QUEUE, batch, 1, async (messages) => {
        await receive(consumer, changed)(messages);
        // The isolate is gone: what was acknowledged is as if it had not been.
        once('after everything');
      });
      return Object.keys(later)
        .map((i) => batch[Number(i)])
        .filter((one) => one !== undefined);
    } catch {
      return [...batch];
    }
  }
});

describe('tasks', () => {
  const TASKS = 'footlight-evaluations';
  const task = (evaluationId: string): Outgoing => message(OURS, 'evaluation.item', { evaluationId, seq: 0, epoch: 1 });
  const handEach = (
    bodies: readonly unknown[],
    handle: (message: TaskMessage) => Promise<void>,
    changed: object = {},
    more: object = {},
  ) => deliver(TASKS, bodies, 1, (batch) => consumeEach(batch, contextWith(changed, more), (_, one) => handle(one)));
  const itemOf = ({ body }: TaskMessage): string => body.evaluationId;

  it('are done all at once, each in a context that names it', async () => {
    const tasks = [task('a'), task('b'), task('c')];
    let met = 0;
    let meet: () => void;
    const all = new Promise<void>((resolve) => (meet = resolve));
    const requestIds: (string | null)[] = [];
    const result = await deliver(TASKS, tasks, 1, (batch) =>
      consumeEach(batch, contextWith(), async ({ requestId }) => {
        requestIds.push(requestId);
        if (++met === 3) meet();
        await all;
      }),
    );
    expect(result).toEqual({ acknowledged: [0, 1, 2], later: {} });
    expect(requestIds).toEqual(tasks.map(({ id }) => id));
  });

  it('come again by themselves where they failed, with why kept', async () => {
    const tasks = [task('a'), task('b'), task('c')];
    const result = await handEach([...tasks, event(1), null], async (one) => {
      if (itemOf(one) === 'b') throw new AppError('unavailable', 'Not now.');
      if (itemOf(one) === 'c') throw new Error('secret inside');
    });
    expect(result.acknowledged).toEqual([0]);
    expect(Object.keys(result.later)).toEqual(['1', '2', '3', '4']);
    for (const seconds of Object.values(result.later)) expect([1, 2]).toContain(seconds);
    const failed = await failures();
    expect(failed).toHaveLength(3);
    expect(failed).toContainEqual(
      expect.objectContaining({ id: tasks[1]?.id, code: 'unavailable', message: 'Not now.' }),
    );
    expect(JSON.stringify(failed)).not.toContain('secret inside');
  });

  it('that came too early are sent anew, so that it does not count as a try', async () => {
    const queue = new KeptQueue();
    const one = task('a');
    const limited = new AppError('rate_limited', 'Too many at once.');
    const later = async () => Promise.reject(new RetryLater(90, limited));
    const result = await handEach([one], later, { EVALUATIONS_QUEUE: queue });
    expect(result).toEqual({ acknowledged: [0], later: {} });
    expect(queue.sent).toEqual([{ body: one, delaySeconds: 90 }]);
    expect(await failures()).toEqual([]);
  });

  it('come again when they cannot be sent anew', async () => {
    const queue = new KeptQueue();
    queue.refuses = () => true;
    const later = async () => Promise.reject(new RetryLater(90, new AppError('rate_limited', 'Too many.')));
    const result = await handEach([task('a')], later, { EVALUATIONS_QUEUE: queue });
    expect(result.acknowledged).toEqual([]);
    expect(Object.keys(result.later)).toEqual(['0']);
  });

  it('that came too early for three days have failed', async () => {
    const queue = new KeptQueue();
    const one = task('a');
    const later = async () => Promise.reject(new RetryLater(90, new AppError('rate_limited', 'Too many at once.')));
    const patient = { now: () => one.at + 3 * DAY };
    await handEach([one], later, { EVALUATIONS_QUEUE: queue }, patient);
    expect(queue.sent).toHaveLength(1);
    const result = await handEach([one], later, { EVALUATIONS_QUEUE: queue }, { now: () => one.at + 3 * DAY + 1 });
    expect(Object.keys(result.later)).toEqual(['0']);
    expect(queue.sent).toHaveLength(1);
    expect(await failures()).toMatchObject([{ id: one.id, code: 'rate_limited', message: 'Too many at once.' }]);
  });
});

it('what was processed is forgotten when it can come no more', async () => {
  const events = [event(1), event(2)];
  await hand(events);
  await hand([event(3)], toy({ effect: async () => Promise.reject(new Error('no')) }));
  await sweepMessages(contextWith({}, { now: () => Date.now() + 35 * DAY }));
  expect(await d1('SELECT id FROM processed_messages')).toHaveLength(2);
  expect(await failures()).toHaveLength(1);
  await sweepMessages(contextWith({}, { now: () => Date.now() + 37 * DAY }));
  expect(await d1('SELECT id FROM processed_messages')).toEqual([]);
  expect(await failures()).toEqual([]);
});
