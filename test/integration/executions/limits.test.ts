import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { AdmitCall, Admission, LimitsUse } from '../../../src/executions/domain/calls.ts';
import { DEFAULT_SETTINGS } from '../../../src/executions/domain/settings.ts';
import type { Answer } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';
import { execute, executed, model, streamedEvents } from '../../support/executions.ts';
import { fresh, house, type House, refusal } from '../../support/house.ts';
import { apiKey, ok, prompt } from '../../support/team.ts';
import { book, upstream } from '../../support/upstream/question.ts';
import { bearer } from '../../support/watcher.ts';
import { d1 } from '../../support/workbench.ts';

/** Five words in, five words out. */
const TEXT = 'one two three four five';
const PRICES = { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 2_000_000 };
const COST = 15;

/** A house with a prompt and models: `quick` says five words at once, `slow` takes its time over each. */
async function furnished(name: string): Promise<House> {
  const made = await house(name);
  await prompt(made.eve, 'count', TEXT);
  await model(made.ada, 'quick', { prices: PRICES });
  await model(made.ada, 'slow', { prices: PRICES, parameters: { delayMs: 10_000 } });
  return made;
}

const limit = (home: House, change: object) => ok(home.ada.send('PATCH', '/v1/execution-settings', change));
const settings = (home: House) => ok(home.ben.send('GET', '/v1/execution-settings'));
const use = async (home: House) => (await settings(home)).use;
const run = (home: House, more: object = {}): Promise<Answer> =>
  execute(home.eve, 'count', { tag: '1.0.0', model: 'quick', ...more });
const runs = (home: House, count: number, more: object = {}) =>
  Promise.all(Array.from({ length: count }, () => run(home, more)));
const cancel = (home: House, id: string) => ok(home.eve.send('POST', `/v1/executions/${id}/cancel`));
const count = async (query: string, home: House): Promise<number> =>
  (await d1(`SELECT count(*) AS n FROM ${query} AND tenant_id = ?`, home.tenantId))[0].n;
const idle = (home: House) => eventually(async () => expect((await use(home)).running).toBe(0));

/** How many were answered so. */
function tally(answers: readonly Answer[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { status, body } of answers) {
    const key = status === 202 ? '202' : `${status} ${body.code}`;
    counted[key] = (counted[key] ?? 0) + 1;
  }
  return counted;
}

/** What a refusal leaves behind: nothing. */
async function traces(home: House): Promise<number[]> {
  return [
    await count('executions WHERE 1', home),
    await count(`audit_events WHERE action = 'execution.create' AND outcome = 'done'`, home),
    await count(`told WHERE type IN ('execution.completed', 'execution.failed', 'budget.warning')`, home),
  ];
}

describe('a budget', () => {
  it('of 100 runs lets exactly 100 of 150 through, and warns once', async () => {
    const home = await furnished('Runs');
    await limit(home, { monthlyExecutions: 100 });
    const answers = await runs(home, 150);
    expect(tally(answers)).toEqual({ '202': 100, '402 budget_exhausted': 50 });
    expect(answers.find(({ status }) => status === 402)?.body.detail).toContain('PATCH /v1/execution-settings');
    await idle(home);
    expect(await use(home)).toMatchObject({ executions: 100, share: 1, warning: true, reservedMicros: 0 });
    expect(await count('executions WHERE 1', home)).toBe(100);
    await eventually(async () => expect(await count(`executions WHERE status = 'completed'`, home)).toBe(100));
    expect(await count(`audit_events WHERE action = 'execution.create'`, home)).toBe(100);
    expect(await count(`told WHERE type = 'budget.warning'`, home)).toBe(1);
    // More of it, and it goes on.
    await limit(home, { monthlyExecutions: 101 });
    expect(tally(await runs(home, 2))).toEqual({ '202': 1, '402 budget_exhausted': 1 });
    expect(await count(`told WHERE type = 'budget.warning'`, home)).toBe(1);
  });

  it('in money lets exactly as many through as it pays for, and not one that it does not', async () => {
    const home = await furnished('Money');
    await limit(home, { monthlyCostMicros: 20 * COST + 1 });
    expect(tally(await runs(home, 30))).toEqual({ '202': 20, '402 budget_exhausted': 10 });
    await idle(home);
    expect(await use(home)).toMatchObject({ executions: 20, costMicros: 20 * COST, reservedMicros: 0, warning: true });
    expect(refusal(await run(home))).toEqual([402, 'budget_exhausted']);
    expect(await count(`told WHERE type = 'budget.warning'`, home)).toBe(1);
    // What costs nothing still runs.
    await model(home.ada, 'free', { prices: { inputMicrosPerMillion: 0, outputMicrosPerMillion: 0 } });
    expect((await run(home, { model: 'free' })).status).toBe(202);
  });

  it('in money holds back as much as the provider lets an answer cost, and sends it as the limit where there is none', async () => {
    const home = await furnished('Bounded');
    const { id, baseUrl } = upstream('tokens', 'openai-compatible');
    await model(home.ada, 'real', { provider: 'openai-compatible', model: 'fake-1', baseUrl, prices: PRICES });
    const sent = async (parameters: object) => {
      const ended = await executed(home.eve, 'count', { tag: '1.0.0', model: 'real', parameters });
      expect(ended.status).toBe('completed');
      const { max_tokens, max_completion_tokens } = (await book(id)).last?.body ?? {};
      return [max_tokens, max_completion_tokens];
    };
    expect(await sent({})).toEqual([undefined, undefined]);
    await idle(home);
    await limit(home, { monthlyCostMicros: 20_000 });
    expect(await sent({})).toEqual([4_096, undefined]);
    expect(await sent({ maxTokens: 5_000 })).toEqual([5_000, undefined]);
    expect(await sent({ max_tokens: 5_000 })).toEqual([5_000, undefined]);
    expect(await sent({ max_completion_tokens: 5_000 })).toEqual([undefined, 5_000]);
    expect(await sent({ max_tokens: null })).toEqual([4_096, undefined]);
    await idle(home);
    const { requests } = await book(id);
    const tools = [{ type: 'function', function: { name: 'find', description: 'y'.repeat(28_000) } }];
    for (const parameters of [
      { maxTokens: 10_000 },
      { max_tokens: 10_000 },
      { max_completion_tokens: 10_000 },
      { maxTokens: 5, tools },
      { maxTokens: 5, responseFormat: { type: 'json_schema', schema: { description: 'y'.repeat(28_000) } } },
    ]) {
      const answer = await run(home, { model: 'real', parameters });
      expect(refusal(answer), Object.keys(parameters).join()).toEqual([402, 'budget_exhausted']);
    }
    expect((await book(id)).requests).toBe(requests);
  });

  it('holds back what is running', async () => {
    const home = await furnished('Held');
    await limit(home, { monthlyCostMicros: 2 * COST });
    const { body } = await run(home, { model: 'slow' });
    expect(await use(home)).toMatchObject({ running: 1, costMicros: 0, reservedMicros: COST, share: 0.5 });
    expect(tally(await runs(home, 2))).toEqual({ '202': 1, '402 budget_exhausted': 1 });
    await cancel(home, body.id);
    await idle(home);
    // It was cancelled before its first word: what was held back for it is there again.
    expect(await use(home)).toMatchObject({ costMicros: COST, reservedMicros: 0 });
    expect((await run(home)).status).toBe(202);
  });

  it('warns from four fifths on, in an event and in the settings', async () => {
    const home = await furnished('Warned');
    await limit(home, { monthlyExecutions: 5 });
    for (let done = 1; done <= 3; done++) await run(home);
    expect(await use(home)).toMatchObject({ share: 0.6, warning: false });
    expect(await count(`told WHERE type = 'budget.warning'`, home)).toBe(0);
    await run(home);
    expect(await use(home)).toMatchObject({ share: 0.8, warning: true });
    await idle(home);
    const [{ body }] = await d1(`SELECT body FROM told WHERE type = 'budget.warning' AND tenant_id = ?`, home.tenantId);
    expect(JSON.parse(body)).toEqual({ usedShare: 0.8 });
    await run(home);
    await idle(home);
    expect(await count(`told WHERE type = 'budget.warning'`, home)).toBe(1);
  });

  it('of nothing lets nothing run; in money, nothing whose price is unknown', async () => {
    const home = await furnished('None');
    await model(home.ada, 'unpriced');
    await model(home.ada, 'falls-back', { prices: PRICES, fallbacks: ['unpriced'] });
    await limit(home, { monthlyExecutions: 0 });
    expect(refusal(await run(home))).toEqual([402, 'budget_exhausted']);
    await limit(home, { monthlyExecutions: null, monthlyCostMicros: 1_000 });
    for (const name of ['unpriced', 'falls-back']) {
      const answer = await run(home, { model: name });
      expect(refusal(answer)).toEqual([409, 'state_conflict']);
      expect(answer.body.detail).toMatch(/price of the model unpriced is unknown.*`prices`/);
    }
    expect(await traces(home)).toEqual([0, 0, 0]);
    await ok(home.ada.send('PATCH', '/v1/models/unpriced', { prices: PRICES }));
    expect((await run(home, { model: 'falls-back' })).status).toBe(202);
    await limit(home, { monthlyCostMicros: null });
    expect(await use(home)).toMatchObject({ share: null, warning: false });
  });
});

describe('executions at once', () => {
  it('are exactly as many as may be; places come back at the end, on cancel, and on failure', async () => {
    const home = await furnished('Crowd');
    await limit(home, { concurrentExecutions: 10 });
    const before = await traces(home);
    const answers = await runs(home, 30, { model: 'slow' });
    expect(tally(answers)).toEqual({ '202': 10, '429 rate_limited': 20 });
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(refused?.body.detail).toContain('10 executions are running');
    await eventually(async () => expect(await traces(home)).toEqual([before[0]! + 10, before[1]! + 10, before[2]!]));
    expect(await use(home)).toMatchObject({ running: 10, executions: 10 });

    const ids = answers.flatMap(({ status, body }) => (status === 202 ? [body.id] : []));
    // Fewer allowed: nothing that runs is stopped.
    await limit(home, { concurrentExecutions: 8 });
    for (const id of ids.slice(0, 2)) await cancel(home, id);
    expect(await use(home)).toMatchObject({ running: 8 });
    expect(refusal(await run(home))).toEqual([429, 'rate_limited']);
    for (const id of ids.slice(2, 4)) await cancel(home, id);
    // At the end, and on failure.
    await executed(home.eve, 'count', { tag: '1.0.0', model: 'quick' });
    await model(home.ada, 'broken', { parameters: { delayMs: 99_999 } });
    for (let i = 0; i < 3; i++) {
      expect(await executed(home.eve, 'count', { tag: '1.0.0', model: 'broken', retries: 0 })).toMatchObject({
        status: 'failed',
      });
    }
    for (const id of ids.slice(4)) {
      await eventually(async () =>
        expect((await ok(home.eve.send('GET', `/v1/executions/${id}`))).status).toBe('running'),
      );
      await cancel(home, id);
    }
    await idle(home);
  });

  it('are not counted together with another tenant’s, nor is a budget', async () => {
    const [home, other] = [await furnished('One'), await furnished('Two')];
    for (const each of [home, other]) await limit(each, { concurrentExecutions: 1, monthlyExecutions: 2 });
    const mine = await run(home, { model: 'slow' });
    expect(refusal(await run(home))).toEqual([429, 'rate_limited']);
    expect((await run(other)).status).toBe(202);
    await idle(other);
    expect((await run(other)).status).toBe(202);
    await idle(other);
    expect(refusal(await run(other))).toEqual([402, 'budget_exhausted']);
    await cancel(home, mine.body.id);
    expect((await run(home)).status).toBe(202);
    expect(await use(home)).toMatchObject({ executions: 2 });
  });
});

describe('executions a minute', () => {
  it('are as many as may be; who comes too early is told when to come again', async () => {
    const home = await furnished('Minute');
    await limit(home, { executionsPerMinute: 3 });
    const answers = await runs(home, 6);
    expect(tally(answers)).toEqual({ '202': 3, '429 rate_limited': 3 });
    const refused = answers.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused?.headers.get('retry-after'))).toBeLessThanOrEqual(20);
    expect(refused?.body.detail).toMatch(/3 executions a minute.*again in \d+ s/);
    await idle(home);
    expect(await count('executions WHERE 1', home)).toBe(3);
    expect(await use(home)).toMatchObject({ executions: 3 });
  });
});

describe('a run that is not accepted', () => {
  it('when D1 fails, gives its place back, is not counted, and takes its warning with it', async () => {
    const home = await furnished('Unwarned');
    await limit(home, { monthlyExecutions: 1, concurrentExecutions: 1 });
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await d1(`CREATE TRIGGER full BEFORE INSERT ON executions BEGIN SELECT RAISE(ABORT, 'full'); END`);
    // A repetition is answered by the row: it is written first.
    const body = { tag: '1.0.0', model: 'quick' };
    const keyed = { 'idempotency-key': crypto.randomUUID() };
    expect((await home.eve.send('POST', '/v1/prompts/count/execute', body, keyed)).status).toBe(500);
    await d1('DROP TRIGGER full');
    vi.restoreAllMocks();
    await idle(home);
    expect(await use(home)).toMatchObject({ running: 0, executions: 0, reservedMicros: 0 });
    expect(await traces(home)).toEqual([0, 0, 0]);
    expect((await run(home)).status).toBe(202);
    await idle(home);
    expect(await count(`told WHERE type = 'budget.warning'`, home)).toBe(1);
  });
});

describe('the settings', () => {
  let home: House;
  beforeAll(async () => {
    home = await house();
  });

  it('are these until somebody changes them', async () => {
    const { use: used, ...chosen } = await settings(home);
    expect(chosen).toEqual(DEFAULT_SETTINGS);
    expect(used).toEqual({
      month: new Date().toISOString().slice(0, 7),
      running: 0,
      executions: 0,
      costMicros: 0,
      reservedMicros: 0,
      share: null,
      warning: false,
      openCircuits: [],
    });
  });

  it.each([
    ['concurrentExecutions', 1, 10_000],
    ['executionsPerMinute', 1, 100_000],
    ['monthlyCostMicros', 0, 1_000_000_000_000],
    ['monthlyExecutions', 0, 1_000_000_000_000],
  ])('take %s from %i to %i', async (field, least, most) => {
    for (const value of [least, most]) expect((await limit(home, { [field]: value }))[field]).toBe(value);
    for (const value of [least - 1, most + 1, 1.5, '5', true]) {
      const answer = await home.ada.send('PATCH', '/v1/execution-settings', { [field]: value });
      expect([...refusal(answer), answer.body.errors[0].path], JSON.stringify(value)).toEqual([
        400,
        'validation_failed',
        field,
      ]);
    }
    const cleared = await home.ada.send('PATCH', '/v1/execution-settings', { [field]: null });
    expect(cleared.status).toBe(field.startsWith('monthly') ? 200 : 400);
  });

  it.each(['storeInputs', 'storeOutputs'])('take three words for %s', async (field) => {
    for (const value of ['none', 'masked', 'whole']) expect((await limit(home, { [field]: value }))[field]).toBe(value);
    for (const value of ['some', '', null, true]) {
      const answer = await home.ada.send('PATCH', '/v1/execution-settings', { [field]: value });
      expect([answer.status, answer.body.errors[0].path]).toEqual([400, field]);
    }
  });

  it('change only as they are told, and that is on record', async () => {
    await limit(home, { concurrentExecutions: 7, storeInputs: 'masked' });
    const before = await settings(home);
    expect(await limit(home, { monthlyExecutions: 9 })).toMatchObject({
      concurrentExecutions: 7,
      storeInputs: 'masked',
      monthlyExecutions: 9,
      executionsPerMinute: before.executionsPerMinute,
    });
    const [{ data }] = (await ok(home.ada.send('GET', '/v1/audit-events?limit=1'))).data;
    expect(data).toMatchObject({ monthlyExecutions: 9 });
    for (const body of [{}, { surprise: 1 }, [], 'x']) {
      expect((await home.ada.send('PATCH', '/v1/execution-settings', body)).status, JSON.stringify(body)).toBe(400);
    }
  });

  it('that are changed at once are all changed', async () => {
    const changes = [
      { storeInputs: 'none' },
      { storeOutputs: 'masked' },
      { concurrentExecutions: 5 },
      { executionsPerMinute: 50 },
      { monthlyCostMicros: 1_000 },
      { monthlyExecutions: null },
    ] as const;
    const all = Object.assign({}, ...changes);
    // Where there is a row already, and where the first of them makes it.
    for (const place of [home, await house('Una')]) {
      await Promise.all(changes.map((change) => limit(place, change)));
      expect(await settings(place)).toMatchObject(all);
    }
  });

  it('are an admin’s to change, and everybody’s in the tenant to read', async () => {
    const body = { concurrentExecutions: 5 };
    for (const by of [home.eve, home.ben]) {
      expect(refusal(await by.send('PATCH', '/v1/execution-settings', body))).toEqual([403, 'forbidden']);
    }
    const key = await apiKey(home.ada, ['settings:manage']);
    expect((await key.send('PATCH', '/v1/execution-settings', body)).status).toBe(200);
    expect((await key.send('GET', '/v1/execution-settings')).status).toBe(403);
    const other = await house('Zoe');
    expect((await settings(other)).concurrentExecutions).toBe(DEFAULT_SETTINGS.concurrentExecutions);
  });
});

describe('time', () => {
  interface Limits {
    admit(call: AdmitCall): Admission;
    settle(id: string, cost: number, answered: string | null, now: number): void;
    release(id: string, cost: number): void;
    use(now: number): LimitsUse;
    warned(now: number): void;
  }
  const now = Date.UTC(2026, 10, 30, 23, 59);
  const object = () => env.LIMITS.getByName(fresh('tenant'));
  const within = (stub: DurableObjectStub, look: (limits: Limits) => void) =>
    runInDurableObject(stub, (instance) => look(instance as unknown as Limits));
  const call = (executionId: string, at: number, more: Partial<AdmitCall> = {}): AdmitCall => ({
    executionId,
    now: at,
    limits: { ...DEFAULT_SETTINGS, monthlyExecutions: 2, concurrentExecutions: 2 },
    reservedMicros: 10,
    until: at + 60_000,
    circuit: null,
    ...more,
  });

  it('begins a new month at zero, and counts what began in the old one there', () =>
    within(object(), (limits) => {
      expect(limits.admit(call('a', now))).toMatchObject({ admitted: true, usedShare: 0.5, warn: false });
      expect(limits.admit(call('b', now, { until: now + 300_000 }))).toMatchObject({ usedShare: 1, warn: true });
      limits.warned(now);
      limits.settle('a', 7, null, now);
      expect(limits.admit(call('c', now))).toEqual({ admitted: false, code: 'budget_exhausted' });
      const next = now + 59_999;
      expect(limits.use(next)).toMatchObject({ month: '2026-11', executions: 2, costMicros: 7, reservedMicros: 10 });
      const december = Date.UTC(2026, 11, 1);
      expect(limits.admit(call('d', december - 1, { until: december + 60_000 }))).toMatchObject({ admitted: false });
      expect(limits.admit(call('d', december))).toMatchObject({ admitted: true, usedShare: 0.5 });
      expect(limits.use(december)).toMatchObject({
        month: '2026-12',
        executions: 1,
        costMicros: 0,
        reservedMicros: 10,
      });
      limits.settle('b', 9, null, december);
      expect(limits.use(december)).toMatchObject({ costMicros: 0 });
      expect(limits.use(now)).toMatchObject({ executions: 2, costMicros: 16 });
      // And warns anew.
      expect(limits.admit(call('e', december))).toMatchObject({ admitted: true, warn: true });
    }));

  it('gives back places whose executions never ended, and counts what was held back as spent', () =>
    within(object(), (limits) => {
      const budget = { ...DEFAULT_SETTINGS, concurrentExecutions: 1 };
      limits.admit(call('a', now, { limits: budget }));
      expect(limits.admit(call('b', now + 59_999, { limits: budget }))).toMatchObject({ reason: 'concurrent' });
      expect(limits.use(now + 59_999).running).toBe(1);
      expect(limits.admit(call('b', now + 60_000, { limits: budget }))).toMatchObject({ admitted: true });
      expect(limits.use(now)).toMatchObject({ running: 1, costMicros: 10 });
      // Late news of the first changes nothing.
      limits.settle('a', 10, null, now + 60_000);
      expect(limits.use(now)).toMatchObject({ running: 1, costMicros: 10 });
    }));

  it('counts the same execution once', () =>
    within(object(), (limits) => {
      limits.admit(call('a', now));
      expect(limits.admit(call('a', now))).toMatchObject({ admitted: true, warn: false });
      expect(limits.use(now)).toMatchObject({ running: 1, executions: 1 });
      for (let i = 0; i < 2; i++) limits.settle('a', 3, null, now);
      expect(limits.use(now)).toMatchObject({ running: 0, executions: 1, costMicros: 3 });
      limits.admit(call('b', now));
      for (let i = 0; i < 2; i++) limits.release('b', 2);
      // Never accepted, it is none; what it cost is spent.
      expect(limits.use(now)).toMatchObject({ running: 0, executions: 1, costMicros: 5, reservedMicros: 0 });
    }));

  it('counts no cost that is none', () =>
    within(object(), (limits) => {
      for (const [at, cost] of [NaN, Infinity, -Infinity, -5, 3].entries()) {
        limits.admit(call(`a${at}`, now, { limits: DEFAULT_SETTINGS }));
        limits.settle(`a${at}`, cost, null, now);
        limits.admit(call(`b${at}`, now, { limits: DEFAULT_SETTINGS }));
        limits.release(`b${at}`, cost);
      }
      expect(limits.use(now)).toMatchObject({ running: 0, executions: 5, costMicros: 6 });
    }));

  it('is told once, of all who come between', () =>
    within(object(), (limits) => {
      const budget = { limits: { ...DEFAULT_SETTINGS, monthlyExecutions: 5 } };
      const warned = ['a', 'b', 'c', 'd', 'e'].map((id) => limits.admit(call(id, now, budget)));
      expect(warned.map((admission) => admission.admitted && admission.warn)).toEqual([
        false,
        false,
        false,
        true,
        false,
      ]);
      // Who was to tell never did: the next one is.
      limits.release('d', 0);
      expect(limits.admit(call('f', now, budget))).toMatchObject({ admitted: true, warn: true });
    }));

  it('outlives the object', async () => {
    const stub = object();
    await within(stub, (limits) => void limits.admit(call('a', now)));
    await runInDurableObject(stub, (_, state) => state.abort('gone')).catch(() => undefined);
    const again = env.LIMITS.get(stub.id);
    await within(again, (limits) => {
      expect(limits.use(now)).toMatchObject({ running: 1, executions: 1, reservedMicros: 10 });
      limits.settle('a', 4, null, now);
    });
    await runInDurableObject(again, (_, state) => state.abort('gone')).catch(() => undefined);
    await within(env.LIMITS.get(stub.id), (limits) => {
      expect(limits.use(now)).toMatchObject({ running: 0, executions: 1, costMicros: 4, reservedMicros: 0 });
    });
  });
});

describe('a run that is played back', () => {
  it('costs nothing, and counts as a run', async () => {
    const home = await furnished('Replay');
    const body = { tag: '1.0.0', model: 'quick', cache: true, parameters: { temperature: 0 } };
    await executed(home.eve, 'count', body);
    const { id } = await executed(home.eve, 'count', body);
    const events = await streamedEvents(`/v1/executions/${id}/events`, bearer(home.eve));
    expect(events.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'job_started'],
      [2, 'token_chunk'],
      [3, 'job_complete'],
    ]);
    await idle(home);
    expect(await use(home)).toMatchObject({ executions: 2, costMicros: COST });
  });
});
