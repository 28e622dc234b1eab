import { beforeAll, describe, expect, it, vi } from 'vitest';
import { sweepDeadLetters } from '../../../src/dead-letters/public.ts';
import { newId } from '../../../src/kernel/ids.ts';
import { consume, type Consumer } from '../../../src/platform/queue/consume.ts';
import type { Outgoing } from '../../../src/platform/queue/send.ts';
import { house, type House, refusal } from '../../support/house.ts';
import { withMethod } from '../../support/interruption.ts';
import { deliver, KeptQueue, message } from '../../support/queues.ts';
import { bearer } from '../../support/watcher.ts';
import { apiKey, ok } from '../../support/team.ts';
import { contextWith, d1, sendWith } from '../../support/workbench.ts';
import { env } from 'cloudflare:workers';

const EVENTS = 'footlight-events';
const DEAD = 'footlight-events-dead';
const DAY = 24 * 60 * 60_000;

let home: House;
let other: House;
let errors: ReturnType<typeof vi.spyOn>;

beforeAll(async () => {
  home = await house('Ada');
  other = await house('Olga');
  errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

const warning = (usedShare: number, whose = home): Outgoing => message(whose.tenantId, 'budget.warning', { usedShare });
const die = (...messages: unknown[]) => deliver(DEAD, messages);
const list = (query = '', whose = home) => ok(whose.ada.send('GET', `/v1/dead-letters${query}`));
const find = (id: string) => ok(home.ada.send('GET', `/v1/dead-letters/${id}`));
const retry = (id: string, queue = new KeptQueue()) =>
  sendWith({ EVENTS: queue, EVALUATIONS_QUEUE: queue })(
    'POST',
    `/v1/dead-letters/${id}/retry`,
    undefined,
    bearer(home.ada),
  );

/** A house of its own, for what looks at whole lists. */
const fresh = async (): Promise<House> => house(crypto.randomUUID().slice(0, 8));

describe('what died', () => {
  it('is kept with why, and shown to the admins of its tenant', async () => {
    const one = warning(1);
    const failing: Consumer = { name: 'toy', effect: () => Promise.reject(new Error('inside')) };
    await deliver(EVENTS, [one], 6, (batch) => consume(batch, contextWith(), failing));
    expect(await die(one)).toEqual({ acknowledged: [0], later: {} });
    const shown = {
      id: one.id,
      queue: EVENTS,
      type: 'budget.warning',
      error: { code: 'internal_error', message: expect.stringContaining('The log has more') },
      attempts: 6,
      failedAt: expect.stringMatching(/Z$/),
      retriedAt: null,
    };
    expect((await list()).data).toContainEqual(shown);
    expect(await find(one.id)).toEqual({ ...shown, message: one });
    // Its reason went with it.
    expect(await d1('SELECT * FROM message_failures WHERE id = ?', one.id)).toEqual([]);
    expect((await list('', other)).data).toEqual([]);
    const theirs = await other.ada.send('GET', `/v1/dead-letters/${one.id}`);
    expect(refusal(theirs)).toEqual([404, 'not_found']);
    expect(refusal(await other.ada.send('POST', `/v1/dead-letters/${one.id}/retry`))).toEqual([404, 'not_found']);
  });

  it('is kept without why where nobody could say, whatever it says', async () => {
    const strange = { ...warning(1), type: 'of.tomorrow', v: 3, body: [{ any: 'thing' }] };
    await die(strange);
    expect(await find(strange.id)).toMatchObject({
      error: null,
      attempts: null,
      type: 'of.tomorrow',
      message: strange,
    });
  });

  it('and is received again is one dead letter', async () => {
    const one = warning(1);
    await die(one, one);
    await die(one);
    expect((await list('?limit=100')).data.filter(({ id }: any) => id === one.id)).toHaveLength(1);
  });

  it('is nobody’s: the log tells its form, not its contents', async () => {
    errors.mockClear();
    const result = await die({ ...warning(1), tenantId: 'nobody', body: 'a secret' }, null, 'a secret');
    expect(result).toEqual({ acknowledged: [0, 1, 2], later: {} });
    const lines = errors.mock.calls.map((said: unknown[]) => JSON.parse(String(said[0])));
    expect(lines).toMatchObject([
      {
        message: '0',
        queue: DEAD,
        outline: '{ v: number, id: string, tenantId: string, type: string, at: number, body: string }',
      },
      { message: '1', outline: 'null' },
      { message: '2', outline: 'string' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('comes again while D1 cannot keep it, by itself', async () => {
    const [good, bad] = [warning(1), warning(2)];
    const changed = {
      ...env,
      DB: withMethod(env.DB, 'prepare', (prepare) => (sql: string) => {
        const statement = prepare(sql);
        return /insert into "dead_letters"/.test(sql)
          ? withMethod(statement, 'bind', (bind) => (...values: unknown[]) => {
              if (values.includes(bad.id)) throw new Error('full');
              return bind(...values);
            })
          : statement;
      }),
    };
    const { receive } = await import('../../../src/dead-letters/consumer.ts');
    const result = await deliver(DEAD, [good, bad], 1, (batch) => receive(batch, contextWith(changed)));
    expect(result).toEqual({ acknowledged: [0], later: { 1: expect.any(Number) } });
    await find(good.id);
    await die(bad);
    await find(bad.id);
  });

  it('is listed in pages, the newest first, all or those that are still open', async () => {
    const whose = await fresh();
    const all = Array.from({ length: 5 }, (_, i) => warning(i, whose));
    for (const one of all) await die(one);
    // Two at the same moment: their ids decide.
    await d1(`UPDATE dead_letters SET failed_at = 7 WHERE id IN (?, ?)`, all[1]?.id, all[2]?.id);
    await d1(`UPDATE dead_letters SET failed_at = 5 WHERE id = ?`, all[4]?.id);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: any = await list(`?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`, whose);
      seen.push(...page.data.map(({ id }: any) => id));
      cursor = page.nextCursor;
    }
    const [a = '', b = '', c = '', d = '', e = ''] = all.map(({ id }) => id);
    expect(seen.slice(2)).toEqual([...[b, c].toSorted().toReversed(), e]);
    expect(seen.slice(0, 2).toSorted()).toEqual([a, d].toSorted());
    await ok(whose.ada.send('POST', `/v1/dead-letters/${b}/retry`));
    const ids = async (query: string) => (await list(query, whose)).data.map(({ id }: any) => id);
    expect(await ids('?retried=true')).toEqual([b]);
    expect(new Set(await ids('?retried=false'))).toEqual(new Set([a, c, d, e]));
  });

  it.each([['?retried=maybe'], ['?cursor=abc'], ['?limit=0'], ['?limit=101']])('is not listed by %s', async (query) => {
    expect(refusal(await home.ada.send('GET', `/v1/dead-letters${query}`))).toEqual([400, 'validation_failed']);
  });

  it('is not found by what is no id, or nobody’s', async () => {
    expect(refusal(await home.ada.send('GET', '/v1/dead-letters/out_1'))).toEqual([400, 'validation_failed']);
    const unknown = newId('outboxEvent', 1);
    expect(refusal(await home.ada.send('GET', `/v1/dead-letters/${unknown}`))).toEqual([404, 'not_found']);
    expect(refusal(await home.ada.send('POST', `/v1/dead-letters/${unknown}/retry`))).toEqual([404, 'not_found']);
  });

  it('is for admins, and keys that may', async () => {
    for (const person of [home.ben, home.eve]) {
      expect(refusal(await person.send('GET', '/v1/dead-letters'))).toEqual([403, 'forbidden']);
    }
    const key = await apiKey(home.ada, ['dead_letters:manage']);
    await ok(key.send('GET', '/v1/dead-letters'));
  });

  it('is forgotten after 30 days', async () => {
    const one = warning(1);
    await die(one);
    await sweepDeadLetters(contextWith({}, { now: () => Date.now() + 30 * DAY - 60_000 }));
    await find(one.id);
    await sweepDeadLetters(contextWith({}, { now: () => Date.now() + 30 * DAY + 60_000 }));
    expect(refusal(await home.ada.send('GET', `/v1/dead-letters/${one.id}`))).toEqual([404, 'not_found']);
  });
});

describe('to have it sent again', () => {
  const seen: string[] = [];
  const counting: Consumer = {
    name: 'counting',
    effect: async (_, events) => {
      seen.push(...events.map(({ id }) => id));
      return [];
    },
  };
  const handle = (messages: readonly unknown[]) =>
    deliver(EVENTS, messages, 1, (batch) => consume(batch, contextWith(), counting));

  it('sends what died as it was, and is on the record', async () => {
    const one = warning(0.9);
    await die(one);
    const queue = new KeptQueue();
    const { status, body } = await retry(one.id, queue);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: one.id, message: one, retriedAt: expect.stringMatching(/Z$/) });
    expect(queue.sent).toEqual([{ body: one, delaySeconds: 0 }]);
    expect((await find(one.id)).retriedAt).toBe(body.retriedAt);
    const audit = await ok(home.ada.send('GET', `/v1/audit-events?entity=${one.id}`));
    expect(audit.data).toMatchObject([
      { action: 'dead_letter.retry', data: { queue: EVENTS, type: 'budget.warning', code: null } },
    ]);
  });

  it('twice has its effect once', async () => {
    const one = warning(0.95);
    await die(one);
    const queue = new KeptQueue();
    await ok(retry(one.id, queue));
    await ok(retry(one.id, queue));
    expect(queue.sent).toHaveLength(2);
    for (const { body } of queue.sent) await handle([body]);
    expect(seen.filter((id) => id === one.id)).toHaveLength(1);
  });

  it('when it had its effect after all, has none', async () => {
    const one = warning(0.96);
    await handle([one]);
    await die(one);
    const queue = new KeptQueue();
    await ok(retry(one.id, queue));
    await handle(queue.sent.map(({ body }) => body));
    expect(seen.filter((id) => id === one.id)).toHaveLength(1);
  });

  it('goes to the queue of its type', async () => {
    const task = message(home.tenantId, 'evaluation.item', { evaluationId: 'evl', seq: 1, epoch: 1 });
    await deliver('footlight-evaluations-dead', [task]);
    expect((await find(task.id)).queue).toBe('footlight-evaluations');
    const tasks = new KeptQueue();
    const send = sendWith({ EVALUATIONS_QUEUE: tasks });
    await ok(send('POST', `/v1/dead-letters/${task.id}/retry`, undefined, bearer(home.ada)));
    expect(tasks.sent.map(({ body }) => body)).toEqual([task]);
  });

  it('and dies again, is a dead letter as before', async () => {
    const one = warning(1);
    await die(one);
    await ok(retry(one.id));
    expect((await find(one.id)).retriedAt).not.toBeNull();
    await die(one);
    expect((await find(one.id)).retriedAt).toBeNull();
  });

  it('and dies again before it was marked, is not marked', async () => {
    const one = warning(1);
    await die(one);
    const queue = new KeptQueue();
    await d1(`UPDATE dead_letters SET failed_at = failed_at - 1 WHERE id = ?`, one.id);
    const racing = new KeptQueue();
    racing.sendBatch = async (messages) => {
      await queue.sendBatch(messages);
      await die(one);
    };
    await ok(retry(one.id, racing));
    expect(queue.sent).toHaveLength(1);
    expect((await find(one.id)).retriedAt).toBeNull();
  });

  it('where the queue is not there, changes nothing', async () => {
    const one = warning(1);
    await die(one);
    const queue = new KeptQueue();
    queue.refuses = () => true;
    expect(refusal(await retry(one.id, queue))).toEqual([503, 'unavailable']);
    expect((await find(one.id)).retriedAt).toBeNull();
    queue.refuses = () => false;
    await ok(retry(one.id, queue));
  });

  it('and crashing before it is marked, is still open', async () => {
    const one = warning(1);
    await die(one);
    const queue = new KeptQueue();
    await d1(`CREATE TRIGGER full BEFORE UPDATE ON dead_letters BEGIN SELECT RAISE(ABORT, 'full'); END`);
    expect((await retry(one.id, queue)).status).toBe(500);
    await d1('DROP TRIGGER full');
    expect(queue.sent).toHaveLength(1);
    expect((await find(one.id)).retriedAt).toBeNull();
  });

  it('under an Idempotency-Key, is done once', async () => {
    const one = warning(1);
    await die(one);
    const queue = new KeptQueue();
    const send = sendWith({ EVENTS: queue });
    const headers = { ...bearer(home.ada), 'idempotency-key': crypto.randomUUID() };
    const first = await ok(send('POST', `/v1/dead-letters/${one.id}/retry`, undefined, headers));
    const second = await ok(send('POST', `/v1/dead-letters/${one.id}/retry`, undefined, headers));
    expect(second).toEqual(first);
    expect(queue.sent).toHaveLength(1);
  });
});

it('a queue that nobody knows keeps what it has', async () => {
  errors.mockClear();
  const result = await deliver('footlight-surprises', [warning(1), null]);
  expect(result).toEqual({ acknowledged: [], later: { 0: expect.any(Number), 1: expect.any(Number) } });
  expect(String(errors.mock.calls[0]?.[0])).toContain('queue without a consumer');
});

it('a queue of another environment is known by the end of its name', async () => {
  const one = warning(1);
  expect(await deliver('staging-events-dead', [one])).toEqual({ acknowledged: [0], later: {} });
  expect((await find(one.id)).queue).toBe('staging-events');
});
