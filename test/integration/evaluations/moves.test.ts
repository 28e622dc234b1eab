import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { sweepEvaluations } from '../../../src/evaluations/public.ts';
import { sweepOutbox } from '../../../src/platform/queue/relay.ts';
import { dataset } from '../../support/datasets.ts';
import { evaluate, evaluation, evaluator, results, Works } from '../../support/evaluations.ts';
import { eventually } from '../../support/eventually.ts';
import { withMethod } from '../../support/interruption.ts';
import { model } from '../../support/executions.ts';
import { fresh, house, type House, refusal } from '../../support/house.ts';
import { send } from '../../support/client.ts';
import { apiKey, member, ok, prompt } from '../../support/team.ts';
import { told } from '../../support/told.ts';
import { contextWith, d1 } from '../../support/workbench.ts';

const PRICES = { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 2_000_000 };

const named = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ input: { name: `N${i}` }, expected: `Hello N${i}` }));

/** A tenant with a prompt, a model that costs six a run, an evaluator and eight items. */
async function furnished(name = 'Ada'): Promise<House> {
  const home = await house(name);
  await model(home.ada, 'echo', { prices: PRICES });
  await model(home.ada, 'slow', { prices: PRICES, parameters: { delayMs: 10_000 } });
  await prompt(home.eve, 'greet', 'Hello {{name}}');
  await evaluator(home.eve, 'same');
  await dataset(home.eve, 'names', named(8));
  return home;
}

const WISH = { prompt: 'greet', tags: ['1.0.0'], models: ['echo'], dataset: 'names', evaluators: ['same'] };

/** An evaluation whose results are made, and whose first messages wait. */
async function begun(home: House, of: object = {}, by: { send: any } | null = null) {
  const works = new Works();
  const { id } = await ok(evaluate(by ?? works.as(home.eve), { ...WISH, ...of }), 202);
  if (by === null) await works.hand(works.take());
  return { works, id, find: () => evaluation(home.ada, id) };
}

const limit = (home: House, change: object) => ok(home.ada.send('PATCH', '/v1/execution-settings', change));
const resume = (works: Works, by: any, id: string) => works.as(by).send('POST', `/v1/evaluations/${id}/resume`);
const cancel = (works: Works, by: any, id: string) => works.as(by).send('POST', `/v1/evaluations/${id}/cancel`);
const runsOf = (home: House, id: string) =>
  d1(`SELECT * FROM executions WHERE tenant_id = ? AND metadata ->> 'evaluation' = ?`, home.tenantId, id);
const movesOf = async (home: House, id: string) =>
  (await told(home.tenantId, id)).map(({ type }) => type).filter((type) => !/item|fan_out|execution/.test(type));
const auditOf = async (home: House, id: string) =>
  await d1(
    'SELECT action, actor_id AS by FROM audit_events WHERE tenant_id = ? AND entity_id = ? ORDER BY at, id',
    home.tenantId,
    id,
  );

describe('a budget that is used up', () => {
  it('has the evaluation stand still; resumed, it comes to what it would have been', async () => {
    const home = await furnished();
    await limit(home, { monthlyExecutions: 5 });
    const { works, id, find } = await begun(home);
    await works.drain();
    const paused = await find();
    expect(paused).toMatchObject({
      status: 'paused',
      reason: { code: 'budget_exhausted' },
      progress: { done: 5, failed: 0 },
    });
    expect(paused.reason.message).toContain('PATCH /v1/execution-settings');
    expect(await movesOf(home, id)).toEqual(['evaluation.created', 'evaluation.paused']);
    // Nothing goes on by itself.
    await sweepEvaluations(contextWith(works.bindings, { now: () => Date.now() + 60 * 60_000 }));
    expect(await find()).toEqual(paused);
    await limit(home, { monthlyExecutions: null });
    const resumed = await ok(resume(works, home.eve, id));
    expect(resumed).toMatchObject({ status: 'running', reason: null });
    expect(refusal(await resume(works, home.eve, id))).toEqual([409, 'state_conflict']);
    await works.drain();
    expect(await find()).toMatchObject({
      status: 'completed',
      progress: { done: 8, failed: 0, total: 8 },
      costMicros: 48,
    });
    expect(await runsOf(home, id)).toHaveLength(8);
    expect(await movesOf(home, id)).toEqual([
      'evaluation.created',
      'evaluation.paused',
      'evaluation.resumed',
      'evaluation.completed',
    ]);
    expect(await auditOf(home, id)).toMatchObject([
      { action: 'evaluation.create', by: home.eve.id },
      { action: 'evaluation.resume', by: home.eve.id },
      { action: 'evaluation.resume', by: home.eve.id },
    ]);
  });
});

describe('limits', () => {
  it('that are reached for a while are waited for, and nothing fails of it', async () => {
    const home = await furnished();
    await limit(home, { executionsPerMinute: 3 });
    const { works, id, find } = await begun(home);
    expect(works.waiting).toHaveLength(8);
    const first = works.take(8);
    await works.hand(first);
    expect(await find()).toMatchObject({ status: 'running', progress: { done: 3, failed: 0 } });
    // The same messages, later: a minute gives three, so that one place comes in twenty seconds.
    expect(works.queue.sent.map(({ body }) => body.id).toSorted()).toEqual(
      first
        .map(({ id }) => id)
        .filter((each) => works.queue.sent.some(({ body }) => body.id === each))
        .toSorted(),
    );
    expect(works.queue.sent).toHaveLength(5);
    for (const { delaySeconds } of works.queue.sent) {
      expect(delaySeconds).toBeGreaterThanOrEqual(1);
      expect(delaySeconds).toBeLessThanOrEqual(120);
    }
    await limit(home, { executionsPerMinute: 1_000 });
    await works.drain();
    expect(await find()).toMatchObject({ status: 'completed', progress: { done: 8, failed: 0 } });
    expect(await runsOf(home, id)).toHaveLength(8);
  });

  it('leave three quarters of what may run at once to others', async () => {
    const home = await furnished();
    await limit(home, { concurrentExecutions: 8 });
    const { works, find } = await begun(home);
    expect(works.waiting).toHaveLength(2);
    const most: number[] = [];
    await works.drain({}, async () => void most.push(works.waiting.length));
    expect(Math.max(...most)).toBe(2);
    expect(await find()).toMatchObject({ status: 'completed', progress: { done: 8 } });
  });
});

describe('whoever it runs for', () => {
  it('and may not any more: it stands still, until somebody else resumes it in their own name', async () => {
    const home = await furnished();
    const { works, id, find } = await begun(home);
    await works.hand(works.take(3));
    await ok(home.ada.send('PATCH', `/v1/members/${home.eve.id}`, { role: 'viewer' }));
    await works.drain();
    const paused = await find();
    expect(paused).toMatchObject({ status: 'paused', reason: { code: 'forbidden' }, progress: { done: 3, failed: 0 } });
    expect(refusal(await resume(works, home.eve, id))).toEqual([403, 'forbidden']);
    await ok(resume(works, home.ada, id));
    expect(await find()).toMatchObject({ runsAs: { kind: 'user', id: home.ada.id }, createdBy: home.eve.id });
    await works.drain();
    expect(await find()).toMatchObject({ status: 'completed', progress: { done: 8, failed: 0 } });
    const by = (await runsOf(home, id)).map((run) => run.created_by);
    expect(by.filter((each) => each === home.eve.id)).toHaveLength(3);
    expect(by.filter((each) => each === home.ada.id)).toHaveLength(5);
  });

  it('who has left and come back did not ask for it', async () => {
    const home = await furnished();
    const leaver = await member(home.ada, 'editor', 'leo');
    const works = new Works();
    const { id } = await ok(evaluate(works.as(leaver), WISH), 202);
    await ok(home.ada.send('DELETE', `/v1/members/${leaver.id}`));
    const { token } = await ok(home.ada.send('POST', '/v1/invitations', { email: leaver.email, role: 'editor' }));
    await ok(send('POST', '/v1/invitations/accept', { token, password: leaver.password }));
    expect((await ok(home.ada.send('GET', '/v1/members'))).data.map((each: any) => each.userId)).toContain(leaver.id);
    await works.drain();
    expect(await evaluation(home.ada, id)).toMatchObject({
      status: 'paused',
      reason: { code: 'forbidden' },
      progress: { done: 0 },
    });
  });

  it('is an API key while it is good', async () => {
    const home = await furnished();
    const key = await apiKey(home.ada, ['evaluations:run', 'executions:run']);
    const works = new Works();
    const { id } = await ok(evaluate(works.as({ accessToken: key.key }), WISH), 202);
    await works.hand(works.take());
    await works.hand(works.take(2));
    expect(await evaluation(home.ada, id)).toMatchObject({
      runsAs: { kind: 'api_key', id: key.id },
      progress: { done: 2 },
    });
    await ok(home.ada.send('DELETE', `/v1/api-keys/${key.id}`));
    await works.drain();
    expect(await evaluation(home.ada, id)).toMatchObject({
      status: 'paused',
      reason: { code: 'forbidden' },
      progress: { done: 2 },
    });
    expect((await runsOf(home, id)).map((run) => [run.created_by, run.person_id])).toEqual(
      Array.from({ length: 2 }, () => [key.id, home.ada.id]),
    );
  });

  it('must be allowed to run prompts too, and is not bound to environments', async () => {
    const home = await furnished();
    const half = await apiKey(home.ada, ['evaluations:run']);
    expect(refusal(await evaluate(half, WISH))).toEqual([403, 'forbidden']);
    const bound = await apiKey(home.ada, ['evaluations:run', 'evaluations:read', 'executions:run'], ['production']);
    expect(refusal(await evaluate(bound, WISH))).toEqual([403, 'forbidden']);
    const { works, id } = await begun(home);
    expect(refusal(await bound.send('GET', `/v1/evaluations/${id}`))).toEqual([403, 'forbidden']);
    expect(refusal(await bound.send('GET', '/v1/evaluations'))).toEqual([403, 'forbidden']);
    expect(refusal(await cancel(works, { accessToken: bound.key }, id))).toEqual([403, 'forbidden']);
  });
});

describe('what an evaluation is made of, when it is gone', () => {
  it('has it stand still: nothing else could be run either', async () => {
    const home = await furnished();
    const { works, id, find } = await begun(home);
    await ok(home.ada.send('DELETE', '/v1/models/echo'));
    await works.drain();
    expect(await find()).toMatchObject({ status: 'paused', reason: { code: 'not_found' }, progress: { done: 0 } });
    expect(await runsOf(home, id)).toEqual([]);
    // Another of that name, with another number of revisions, is another model.
    await model(home.ada, 'echo', { prices: PRICES });
    await ok(resume(works, home.eve, id));
    await works.drain();
    expect(await find()).toMatchObject({ status: 'completed', progress: { done: 8, failed: 0 } });
  });

  it('does not matter for the dataset and the evaluators: they stay as they were', async () => {
    const home = await furnished();
    const { works, id, find } = await begun(home);
    await ok(home.eve.send('DELETE', '/v1/datasets/names'));
    await ok(home.eve.send('DELETE', '/v1/evaluators/same'));
    await works.drain();
    expect(await find()).toMatchObject({ status: 'completed', progress: { done: 8, failed: 0 } });
    expect((await results(home.eve, id))[0]).toMatchObject({
      input: { name: 'N0' },
      scores: [{ evaluator: 'same', score: 1 }],
    });
  });

  it('and runs over the version of the dataset that it was made with', async () => {
    const home = await furnished();
    const works = new Works();
    const { id } = await ok(evaluate(works.as(home.eve), WISH), 202);
    await ok(home.eve.send('POST', '/v1/datasets/names/items', { items: [{ input: { name: 'new' }, expected: 'x' }] }));
    const { data } = await ok(home.eve.send('GET', '/v1/datasets/names/items?limit=1'));
    await ok(home.eve.send('DELETE', `/v1/datasets/names/items/${data[0].id}`));
    await works.drain();
    const found = await evaluation(home.eve, id);
    expect(found).toMatchObject({
      status: 'completed',
      dataset: { name: 'names', version: 1, items: 8 },
      progress: { done: 8 },
    });
    expect((await results(home.eve, id)).map(({ input }) => input.name)).toEqual(
      named(8).map(({ input }) => input.name),
    );
  });
});

describe('being cancelled', () => {
  it('keeps what is in, runs no more, and cannot be undone', async () => {
    const home = await furnished();
    const { works, id, find } = await begun(home);
    await works.hand(works.take(3));
    const left = works.take(100);
    const cancelled = await ok(cancel(works, home.eve, id));
    expect(cancelled).toMatchObject({ status: 'cancelled', progress: { done: 3, total: 8 } });
    expect(cancelled.finishedAt).not.toBeNull();
    await works.hand(left);
    await works.drain();
    expect(await find()).toMatchObject({ status: 'cancelled', progress: { done: 3, failed: 0 }, costMicros: 18 });
    expect(await runsOf(home, id)).toHaveLength(3);
    expect(refusal(await cancel(works, home.eve, id))).toEqual([409, 'state_conflict']);
    expect(refusal(await resume(works, home.eve, id))).toEqual([409, 'state_conflict']);
    expect(await movesOf(home, id)).toEqual(['evaluation.created', 'evaluation.cancelled']);
    const comparison = await ok(home.ben.send('GET', `/v1/evaluations/${id}/comparison`));
    expect(comparison).toMatchObject({
      status: 'cancelled',
      winner: null,
      reason: { code: 'unfinished' },
      rows: [{ results: 3 }],
    });
    expect(await results(home.ben, id, '&status=queued')).toHaveLength(5);
    const after = await find();
    await sweepEvaluations(contextWith(works.bindings, { now: () => Date.now() + 60 * 60_000 }));
    expect(await find()).toEqual(after);
  });

  it('cancels what is running, and counts it', async () => {
    const home = await furnished();
    const { works, id, find } = await begun(home, { models: ['slow'] });
    const handed = works.hand(works.take(2));
    await eventually(async () => expect(await runsOf(home, id)).toHaveLength(2));
    await ok(cancel(works, home.eve, id));
    await handed;
    expect((await runsOf(home, id)).map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    expect(await find()).toMatchObject({ status: 'cancelled', progress: { done: 2, failed: 2 } });
    expect(await results(home.eve, id, '&status=failed')).toMatchObject([
      { error: { code: 'cancelled' } },
      { error: { code: 'cancelled' } },
    ]);
  });

  it('counts what a consumer had begun and left', async () => {
    const home = await furnished();
    const { works, id, find } = await begun(home);
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    // It breaks off when it would write down what came of the run.
    const DB = withMethod(env.DB, 'batch', (batch) => (statements: unknown[]) => {
      if (statements.length === 3 && broken()) throw new Error('crashed');
      return batch(statements);
    });
    let ended = 0;
    const broken = (): boolean => (ended += 1) === 1;
    expect(await works.hand(works.take(1), { DB })).toBe(0);
    expect(await runsOf(home, id)).toMatchObject([{ status: 'completed' }]);
    await ok(cancel(works, home.eve, id));
    await works.drain();
    expect(await find()).toMatchObject({ status: 'cancelled', progress: { done: 1, failed: 0 }, costMicros: 6 });
    expect(await runsOf(home, id)).toHaveLength(1);
  });

  it('before it has begun leaves nothing to be done', async () => {
    const home = await furnished();
    const works = new Works();
    const { id } = await ok(evaluate(works.as(home.eve), WISH), 202);
    await ok(cancel(works, home.ada, id));
    await works.drain();
    expect(await evaluation(home.eve, id)).toMatchObject({
      status: 'cancelled',
      startedAt: null,
      progress: { done: 0 },
    });
    expect(await d1('SELECT * FROM evaluation_results WHERE evaluation_id = ?', id)).toEqual([]);
  });
});

describe('the sweep', () => {
  const later = (works: Works, minutes: number) =>
    contextWith(works.bindings, { now: () => Date.now() + minutes * 60_000 });
  /** What is kept in the outbox is sent by its own sweep, where nothing waits for an answer. */
  const sweep = async (works: Works, minutes: number) => {
    await sweepEvaluations(later(works, minutes));
    // What was sent is forgotten a moment later, and would be sent again.
    await eventually(async () => expect(await d1('SELECT id FROM outbox')).toEqual([]));
    await sweepOutbox(later(works, minutes + 10));
  };

  it('sets going what has lost its messages', async () => {
    const home = await furnished();
    const { works, id, find } = await begun(home);
    await works.hand(works.take(3));
    const lost = works.take(100);
    const sent = () => works.waiting.filter(({ body }: any) => body.evaluationId === id);
    await sweep(works, 2);
    expect(sent()).toEqual([]);
    await sweep(works, 4);
    expect(sent().map(({ body }: any) => [body.seq, body.epoch])).toEqual([3, 4, 5, 6, 7].map((seq) => [seq, 2]));
    // What turns up after all means nothing any more.
    await works.hand(lost);
    expect(await find()).toMatchObject({ progress: { done: 3 } });
    await works.drain();
    expect(await find()).toMatchObject({ status: 'completed', progress: { done: 8, failed: 0 } });
    expect(await runsOf(home, id)).toHaveLength(8);
  });

  it('has the results made, where that message was lost', async () => {
    const home = await furnished();
    const works = new Works();
    const { id } = await ok(evaluate(works.as(home.eve), WISH), 202);
    works.take(100);
    await sweep(works, 4);
    await works.drain();
    expect(await evaluation(home.eve, id)).toMatchObject({ status: 'completed', progress: { done: 8 } });
  });

  it('ends what only lacks its end', async () => {
    const home = await furnished();
    const { works, id, find } = await begun(home);
    await works.drain();
    await d1(`UPDATE evaluations SET status = 'running', finished_at = NULL WHERE id = ?`, id);
    await sweep(works, 4);
    expect(await find()).toMatchObject({ status: 'completed', progress: { done: 8 } });
  });

  it('gives up what does not get any further, and it can be resumed', async () => {
    const home = await furnished();
    const { works, id, find } = await begun(home);
    for (let minutes = 4; minutes < 17; minutes += 4) {
      works.take(100);
      expect(await find()).toMatchObject({ status: 'running' });
      await sweep(works, minutes);
    }
    expect(await find()).toMatchObject({ status: 'paused', reason: { code: 'stalled' } });
    works.take(100);
    await ok(resume(works, home.eve, id));
    await works.drain();
    expect(await find()).toMatchObject({ status: 'completed', progress: { done: 8, failed: 0 } });
  });

  it('does not give up what goes on, however slowly', async () => {
    const home = await furnished();
    const { works, id, find } = await begun(home);
    for (let minutes = 4; minutes < 33; minutes += 4) {
      await works.hand(works.take(1));
      works.take(100);
      await d1('UPDATE evaluations SET heard_at = ? WHERE id = ?', Date.now(), id);
      await sweep(works, minutes);
    }
    await works.drain();
    expect(await find()).toMatchObject({ status: 'completed', progress: { done: 8, failed: 0 } });
  });
});

describe('results are made', () => {
  it('for nothing that was cancelled at this moment', async () => {
    const home = await furnished();
    const works = new Works();
    const { id } = await ok(evaluate(works.as(home.eve), WISH), 202);
    const DB = withMethod(env.DB, 'batch', (batch) => async (statements) => {
      await cancel(works, home.eve, id);
      return batch(statements);
    });
    expect(await works.hand(works.take(), { DB })).toBe(1);
    expect(await d1('SELECT * FROM evaluation_results WHERE evaluation_id = ?', id)).toEqual([]);
    expect(await evaluation(home.eve, id)).toMatchObject({ status: 'cancelled', startedAt: null });
  });

  it('some thousands at a time, each once, however often that is asked for', async () => {
    const home = await furnished();
    const name = fresh('large');
    await dataset(home.eve, name, named(1_000));
    for (let i = 0; i < 2; i++) {
      await ok(home.eve.send('POST', `/v1/datasets/${name}/items`, { items: named(1_000) }));
    }
    const works = new Works();
    await prompt(home.eve, 'bye', 'Bye {{name}}');
    await ok(home.eve.send('POST', '/v1/prompts/bye/versions', { tag: '2.0.0', text: '{{name}}' }));
    const wish = { ...WISH, prompt: 'bye', tags: ['1.0.0', '2.0.0'], dataset: name };
    const { id } = await ok(evaluate(works.as(home.eve), wish), 202);
    const [first] = works.take();
    await works.hand([first!, first!]);
    const made = async () =>
      (await d1('SELECT count(*) AS n, max(seq) AS last FROM evaluation_results WHERE evaluation_id = ?', id))[0];
    expect(await made()).toEqual({ n: 5_000, last: 4_999 });
    expect(await evaluation(home.eve, id)).toMatchObject({ status: 'queued' });
    const [second] = works.take();
    expect(second).toMatchObject({
      type: 'evaluation.fan_out',
      body: { made: 5_000, after: expect.stringMatching(/^dsi_/) },
    });
    works.take(100);
    await works.hand([second!, second!, first!]);
    expect(await made()).toEqual({ n: 6_000, last: 5_999 });
    expect(await evaluation(home.eve, id)).toMatchObject({ status: 'running' });
    // Fifty are in hand, each once.
    const sent = works.waiting.filter(({ type }) => type === 'evaluation.item');
    expect(sent.map(({ body }: any) => body.seq)).toEqual(Array.from({ length: 50 }, (_, seq) => seq));
    await ok(cancel(works, home.eve, id));
  });
});
