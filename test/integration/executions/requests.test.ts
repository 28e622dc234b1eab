import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { waitForEnd } from '../../../src/executions/queries/wait.ts';
import { newId } from '../../../src/kernel/ids.ts';
import { forActor } from '../../../src/platform/context.ts';
import { problemResponse } from '../../../src/platform/http/problem.ts';
import type { Answer, Person } from '../../support/client.ts';
import { execute, executed, model, readEvents, socketEvents, streamedEvents } from '../../support/executions.ts';
import { fresh, house, type House, refusal } from '../../support/house.ts';
import { apiKey, type Key, member, ok, prompt, release } from '../../support/team.ts';
import { book, KEY, upstream } from '../../support/upstream/question.ts';
import { countingDatabase } from '../../support/rows-read.ts';
import { bearer, watch } from '../../support/watcher.ts';
import { contextWith, d1, sendWith } from '../../support/workbench.ts';

const NAME = 'support/greeting';

let home: House;
let other: House;
let viewer: Person;
/** May run and read in development alone. */
let bound: Key;

beforeAll(async () => {
  [home, other] = [await house(), await house('Zoe')];
  viewer = await member(home.ada, 'viewer');
  await prompt(home.eve, NAME, 'one two three four');
  await model(home.ada, 'echo');
  await model(home.ada, 'slow', { parameters: { delayMs: 10_000 } });
  await release(home.eve, [], 'development', [`prompt:${NAME}@1.0.0`]);
  bound = await apiKey(home.ada, ['executions:run', 'executions:read'], ['development']);
  await ok(home.ada.send('PUT', '/v1/provider-credentials/openai', { apiKey: KEY }));
});

afterEach(() => vi.useRealTimers());

const RUN = { tag: '1.0.0', model: 'echo' };
const run = (more: object = {}, by: { send: Person['send'] } = home.eve, headers = {}) =>
  execute(by, NAME, { ...RUN, ...more }, headers);
const runIn = (environment: string, more: object = {}, by: { send: Person['send'] } = home.eve, name = NAME) =>
  execute(by, name, { environment, model: 'echo', ...more });
const cancel = (id: string) => ok(home.eve.send('POST', `/v1/executions/${id}/cancel`));
const pathsOf = ({ status, body }: Answer): unknown[] => [status, ...(body.errors ?? []).map(({ path }: any) => path)];
/** A word of so many characters. */
const long = (length: number): string => 'a'.repeat(length);

describe('a request', () => {
  const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`v${i}`, i]));
  const padded = (bytes: number) => ({ a: long(bytes - '{"a":""}'.length) });

  it.each<[string, object]>([
    ['environment', { environment: 'development' }],
    ['environment', { tag: undefined }],
    ['environment', { tag: undefined, environment: long(256) }],
    ['environment', { tag: undefined, environment: '' }],
    ['tag', { tag: `1.0.0-${long(95)}` }],
    ['tag', { tag: 'not a tag' }],
    ['tag', { tag: null }],
    ['locale', { locale: 'no locale!' }],
    ['variables', { variables: many(501) }],
    ['variables', { variables: deep(101) }],
    ['variables', { variables: [] }],
    ['model', { model: long(101) }],
    ['model', { model: '' }],
    ['model', { model: 'a b' }],
    ['parameters.temperature', { parameters: { temperature: 2.1 } }],
    ['parameters.maxTokens', { parameters: { maxTokens: 1_000_001 } }],
    ['parameters.topP', { parameters: { topP: -0.1 } }],
    ['parameters.stop', { parameters: { stop: ['a', 'b', 'c', 'd', 'e'] } }],
    ['parameters.stop[0]', { parameters: { stop: [long(201)] } }],
    ['parameters.tools', { parameters: { tools: Array.from({ length: 129 }, () => ({})) } }],
    ['parameters.messages', { parameters: { messages: [] } }],
    ['parameters', { parameters: padded(32_769) }],
    ['metadata', { metadata: padded(16 * 1024 + 1) }],
    ['metadata', { metadata: deep(101) }],
    ['metadata', { metadata: 'text' }],
    ['cache', { cache: 'yes' }],
    ['retries', { retries: 6 }],
    ['retries', { retries: -1 }],
    ['retries', { retries: 0.5 }],
    ['restartable', { restartable: 1 }],
    ['timeoutMs', { timeoutMs: 999 }],
    ['timeoutMs', { timeoutMs: 600_001 }],
    ['timeoutMs', { timeoutMs: '2000' }],
    ['body', { surprise: 1 }],
  ])('has limits: %s', async (path, more) => {
    const answer = await run(more);
    expect(refusal(answer), JSON.stringify(answer.body)).toEqual([400, 'validation_failed']);
    expect(answer.body.errors.map((error: any) => error.path)).toContain(path);
  });

  it('may go as far as they are', async () => {
    for (const more of [
      { variables: many(500) },
      { metadata: padded(16 * 1024) },
      { parameters: padded(32_768) },
      { retries: 5, restartable: true, cache: false, timeoutMs: 600_000 },
      { retries: 0, timeoutMs: 1_000 },
      {},
    ]) {
      expect((await run(more)).status).toBe(202);
    }
    const path = `/v1/prompts/${encodeURIComponent(NAME)}/execute?wait=maybe`;
    expect(pathsOf(await home.eve.send('POST', path, RUN))).toEqual([400, 'query.wait']);
  });

  it('names things that are there', async () => {
    const none = async (answer: Promise<Answer>, code: string, text: string) => {
      const { status, body } = await answer;
      expect([status, body.code, body.detail]).toEqual([404, code, expect.stringContaining(text)]);
    };
    await none(execute(home.eve, 'nobody', RUN), 'not_found', '"nobody"');
    await none(execute(home.eve, newId('prompt', 0), RUN), 'not_found', 'prm_');
    await none(run({ tag: '9.9.9' }), 'not_found', '9.9.9');
    await none(run({ model: 'nobody' }), 'not_found', 'POST /v1/models');
    await none(runIn('nowhere'), 'not_found', 'nowhere');
    await none(runIn('staging'), 'not_deployed', 'Deploy one first');
    await none(runIn('development', {}, home.eve, 'nobody'), 'not_found', '"nobody"');
    // All of it is there, in another tenant.
    await none(execute(other.eve, NAME, RUN), 'not_found', NAME);
    const { id } = await ok(home.eve.send('GET', `/v1/prompts/${encodeURIComponent(NAME)}`));
    await none(execute(other.eve, id, RUN), 'not_found', id);
    const nameless = await run({ model: undefined });
    expect(pathsOf(nameless)).toEqual([400, 'model']);
    expect(nameless.body.detail).toContain('model.name');
  });

  it('names its prompt by id or by name', async () => {
    const { id } = await ok(home.eve.send('GET', `/v1/prompts/${encodeURIComponent(NAME)}`));
    for (const by of [id, NAME]) {
      for (const what of [RUN, { environment: 'development', model: 'echo' }, { tag: 'latest', model: 'echo' }]) {
        expect(await executed(home.eve, by, what)).toMatchObject({
          prompt: NAME,
          promptId: id,
          tag: '1.0.0',
          status: 'completed',
        });
      }
    }
  });

  it('needs its variables', async () => {
    const name = fresh('asks');
    await prompt(home.eve, name, 'Dear {{who}}', { variables: [{ name: 'who', required: true }] });
    expect(refusal(await execute(home.eve, name, RUN))).toEqual([422, 'missing_variables']);
    expect(await executed(home.eve, name, { ...RUN, variables: { who: 'Ada' } })).toMatchObject({ output: 'Dear Ada' });
  });
});

describe('the model', () => {
  it('is that of the version’s settings, where nobody names another', async () => {
    const name = fresh('named');
    await model(home.ada, 'words');
    await prompt(home.eve, name, 'a b c d', { model: { name: 'words', maxTokens: 2 } });
    expect(await executed(home.eve, name, { tag: '1.0.0' })).toMatchObject({
      model: { name: 'words' },
      output: 'a b ',
      finishReason: 'length',
    });
    expect(await executed(home.eve, name, { tag: '1.0.0', model: 'echo' })).toMatchObject({ model: { name: 'echo' } });
    await release(home.eve, [], 'development', [`prompt:${name}@1.0.0`]);
    expect(await executed(home.eve, name, { environment: 'development' })).toMatchObject({
      model: { name: 'words' },
      output: 'a b ',
      environment: 'development',
      deploymentId: expect.stringMatching(/^dep_/),
    });
  });

  it('is asked with its own parameters, over them the version’s, over all the request’s', async () => {
    const { id, baseUrl } = upstream('tokens', 'openai');
    const [called, name] = [fresh('fake'), fresh('layers')];
    const parameters = { temperature: 0.1, topP: 0.1, seed: 1 };
    await model(home.ada, called, { provider: 'openai', model: 'fake-1', baseUrl, parameters });
    await prompt(home.eve, name, 'Hello', { model: { name: called, temperature: 0.2, topP: 0.2 } });
    await executed(home.eve, name, { tag: '1.0.0', parameters: { temperature: 0.3 } });
    expect((await book(id)).last?.body).toMatchObject({ model: 'fake-1', temperature: 0.3, top_p: 0.2, seed: 1 });
    await executed(home.eve, name, { tag: '1.0.0' });
    expect((await book(id)).last?.body).toMatchObject({ temperature: 0.2, top_p: 0.2, seed: 1 });
  });
});

describe('who may', () => {
  it('run: editors and those above, and keys that were told so', async () => {
    for (const by of [viewer, home.ben]) {
      expect(refusal(await run({}, by))).toEqual([403, 'forbidden']);
      expect((await by.send('GET', '/v1/executions')).status).toBe(200);
    }
    for (const by of [home.eve, home.ada]) expect((await run({}, by)).status).toBe(202);
    const reader = await apiKey(home.ada, ['executions:read']);
    const runner = await apiKey(home.ada, ['executions:run']);
    expect(refusal(await run({}, reader))).toEqual([403, 'forbidden']);
    const { body } = await run({ model: 'slow' }, runner);
    expect(refusal(await runner.send('GET', body.links.self))).toEqual([403, 'forbidden']);
    expect((await reader.send('GET', body.links.self)).status).toBe(200);
    for (const by of [reader, viewer]) {
      expect(refusal(await by.send('POST', `${body.links.self}/cancel`))).toEqual([403, 'forbidden']);
    }
    expect((await runner.send('POST', `${body.links.self}/cancel`)).status).toBe(200);
  });

  it('a key that is bound to environments, there alone', async () => {
    const inside = await ok(runIn('development', {}, bound), 202);
    const tagged = await ok(run(), 202);
    expect(refusal(await run({}, bound))).toEqual([403, 'forbidden']);
    expect(refusal(await runIn('production', {}, bound))).toEqual([403, 'forbidden']);
    expect((await bound.send('GET', inside.links.self)).status).toBe(200);
    for (const path of [tagged.links.self, tagged.links.events]) {
      expect(refusal(await bound.send('GET', path)), path).toEqual([404, 'not_found']);
    }
    expect(refusal(await bound.send('POST', `${tagged.links.self}/cancel`))).toEqual([404, 'not_found']);
    const { data } = await ok(bound.send('GET', '/v1/executions?limit=100'));
    expect(data.length).toBeGreaterThan(0);
    expect(new Set(data.map(({ environment }: any) => environment))).toEqual(new Set(['development']));
    // Its own ticket opens no other door, with its own credential neither.
    const { links } = await ok(bound.send('GET', inside.links.self));
    const ticket = new URL(links.stream, 'https://footlight.test').searchParams.get('ticket') ?? '';
    const path = `${tagged.links.events}?ticket=${ticket}`;
    expect(refusal(await bound.send('GET', path))).toEqual([401, 'unauthenticated']);
    expect((await readEvents(path)).status).toBe(401);
    expect((await readEvents(`${inside.links.events}?ticket=${ticket}`)).status).toBe(200);
  });
});

describe('where what runs needs approval', () => {
  it('a model does too: exactly the revision that is active', async () => {
    const [name, called, backup] = [fresh('governed'), fresh('main'), fresh('backup')];
    await prompt(home.eve, name, 'a b c d e f');
    await model(home.ada, backup, { parameters: { maxTokens: 3 } });
    await model(home.ada, called, { parameters: { maxTokens: 1 }, fallbacks: [backup] });
    await release(home.eve, [home.ben, home.cy], 'staging', [`prompt:${name}@1.0.0`]);
    const go = () => executed(home.eve, name, { environment: 'staging', model: called });
    const refused = async () => {
      const { status, body } = await execute(home.eve, name, { environment: 'staging', model: called });
      return [status, body.code, /The model (\S+) is not active/.exec(body.detail)?.[1]];
    };
    expect(await refused()).toEqual([404, 'not_deployed', called]);
    await release(home.eve, [home.ben, home.cy], 'staging', [`model:${called}@1`, `model:${backup}@1`]);
    expect(await go()).toMatchObject({ output: 'a ', model: { name: called, revision: 1 } });
    // What is changed since runs in development, and where versions are named.
    await ok(home.ada.send('PATCH', `/v1/models/${called}`, { parameters: { maxTokens: 2 } }));
    await ok(home.ada.send('PATCH', `/v1/models/${backup}`, { parameters: { maxTokens: 4 } }));
    expect(await go()).toMatchObject({ output: 'a ', model: { revision: 1 } });
    await release(home.eve, [], 'development', [`prompt:${name}@1.0.0`]);
    for (const where of [{ environment: 'development' }, { tag: '1.0.0' }]) {
      expect(await executed(home.eve, name, { ...where, model: called })).toMatchObject({
        output: 'a b ',
        model: { revision: 2 },
      });
    }
    // The fallback is the active one as well.
    await ok(home.ada.send('PATCH', `/v1/models/${called}`, { parameters: { delayMs: 99_999 } }));
    await release(home.eve, [home.ben, home.cy], 'staging', [`model:${called}@3`]);
    expect(await go()).toMatchObject({ output: 'a b c ', model: { name: backup, revision: 1 } });
    expect(await executed(home.eve, name, { tag: '1.0.0', model: called })).toMatchObject({
      output: 'a b c d ',
      model: { name: backup, revision: 2 },
    });
  });
});

describe('the list', () => {
  it('is filtered, and read page by page', async () => {
    const [one, two] = [fresh('list/one'), fresh('two')];
    const { id: promptId } = await prompt(home.eve, one, 'a b');
    await prompt(home.eve, two, 'a b');
    await release(home.eve, [], 'development', [`prompt:${one}@1.0.0`]);
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift((await executed(home.eve, one, RUN)).id);
    const active = await executed(home.eve, one, { environment: 'development', model: 'echo' });
    ids.unshift(active.id);
    await executed(home.eve, two, RUN);
    const slow = await ok(execute(home.eve, two, { ...RUN, model: 'slow' }), 202);
    const list = async (query: string) => ok(home.ben.send('GET', `/v1/executions?${query}`));
    const idsOf = ({ data }: any) => data.map(({ id }: any) => id);
    for (const by of [promptId, encodeURIComponent(one)]) {
      const seen: string[] = [];
      for (let cursor = ''; ;) {
        const page = await list(`limit=2&prompt=${by}${cursor}`);
        seen.push(...idsOf(page));
        if (page.nextCursor === null) break;
        cursor = `&cursor=${page.nextCursor}`;
      }
      expect(seen).toEqual(ids);
    }
    expect(idsOf(await list(`prompt=${promptId}&environment=development`))).toEqual([active.id]);
    expect(idsOf(await list(`prompt=${promptId}&environment=staging`))).toEqual([]);
    expect(idsOf(await list(`prompt=${two}&status=completed`))).toHaveLength(1);
    const times = (await list(`prompt=${promptId}`)).data.map(({ createdAt }: any) => createdAt);
    const inside = await list(`prompt=${promptId}&from=${times[3]}&to=${times[1]}`);
    expect(idsOf(inside)).toEqual(ids.filter((_, i) => times[i] >= times[3] && times[i] <= times[1]));
    expect(idsOf(await list(`prompt=${promptId}&from=2100-01-01T00:00:00Z`))).toEqual([]);
    expect(idsOf(await list(`prompt=${promptId}&to=2000-01-01T00:00:00Z`))).toEqual([]);
    await cancel(slow.id);
    expect(idsOf(await list(`prompt=${two}&status=cancelled`))).toEqual([slow.id]);
    expect(refusal(await home.ben.send('GET', '/v1/executions?prompt=nobody'))).toEqual([404, 'not_found']);
    expect(idsOf(await ok(other.ben.send('GET', `/v1/executions?prompt=${promptId}`)))).toEqual([]);
  });

  it('of a range of time reads that time, not all that ever was', async () => {
    const name = fresh('long/ago');
    await prompt(home.eve, name, 'a b');
    const { id } = await executed(home.eve, name, RUN);
    const columns = Object.keys((await d1('SELECT * FROM executions WHERE id = ?', id))[0]);
    const past: Record<string, string> = { id: `value ->> 'id'`, created_at: `value ->> 'at'` };
    const times = Array.from({ length: 1_000 }, (_, i) => Date.UTC(2024, 0, 1) + i);
    await d1(
      `INSERT INTO executions (${columns.join()}) SELECT ${columns.map((column) => past[column] ?? column).join()}
       FROM executions, json_each(?) WHERE executions.id = ?`,
      JSON.stringify(times.map((at) => ({ id: newId('execution', at), at }))),
      id,
    );
    const headers = { authorization: `Bearer ${home.ben.accessToken}` };
    for (const [range, most] of [
      [`from=${new Date(Date.now() - 60_000).toISOString()}`, 500],
      ['to=2023-01-01T00:00:00Z', 50],
    ] as const) {
      const { DB, rowsRead } = countingDatabase();
      const { body } = await sendWith({ DB })('GET', `/v1/executions?${range}&limit=100`, undefined, headers);
      expect(body.data.every(({ createdAt }: any) => createdAt > '2025')).toBe(true);
      expect(rowsRead()).toBeLessThan(most);
    }
    const { data } = await ok(home.ben.send('GET', `/v1/executions?prompt=${name}&to=2024-01-01T00:00:00.004Z`));
    expect(data).toHaveLength(5);
  });

  it.each([
    ['limit=0', 'query.limit'],
    ['limit=101', 'query.limit'],
    [`cursor=${long(2001)}`, 'query.cursor'],
    ['cursor=nonsense', 'query.cursor'],
    [`prompt=${long(256)}`, 'query.prompt'],
    ['prompt=', 'query.prompt'],
    ['environment=A%20b', 'query.environment'],
    ['status=odd', 'query.status'],
    ['from=yesterday', 'query.from'],
    ['to=2026-13-01T00:00:00Z', 'query.to'],
  ])('has limits: %s', async (query, path) => {
    expect(pathsOf(await home.ben.send('GET', `/v1/executions?${query}`))).toEqual([400, path]);
  });
});

describe('an Idempotency-Key', () => {
  it('makes one execution of two requests, and answers the same', async () => {
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const body = { metadata: { once: headers['idempotency-key'] } };
    const first = await run(body, home.eve, headers);
    const second = await run(body, home.eve, headers);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    const [{ n }] = await d1(`SELECT count(*) AS n FROM executions WHERE metadata LIKE ?`, `%${body.metadata.once}%`);
    expect(n).toBe(1);
    expect(refusal(await run({}, home.eve, headers))).toEqual([422, 'idempotency_mismatch']);
  });

  it('and two at once make one', async () => {
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const body = { metadata: { once: headers['idempotency-key'] } };
    const answers = await Promise.all([1, 2, 3].map(() => run(body, home.eve, headers)));
    for (const { status } of answers) expect([202, 409]).toContain(status);
    const [{ n }] = await d1(`SELECT count(*) AS n FROM executions WHERE metadata LIKE ?`, `%${body.metadata.once}%`);
    expect(n).toBe(1);
  });
});

describe('whoever waits', () => {
  it('is told where to look, when it takes too long', async () => {
    const accepted = await ok(run({ model: 'slow' }), 202);
    const context = forActor(contextWith(), {
      kind: 'user',
      id: home.eve.id,
      tenantId: home.tenantId,
      role: 'editor',
      sessionId: 'test',
    });
    const error: unknown = await waitForEnd(context, accepted, 20).catch((thrown: unknown) => thrown);
    const response = problemResponse(error, { requestId: 'req', instance: '/v1/prompts/x/execute' });
    expect(response.status).toBe(504);
    const body: any = await response.json();
    expect(body).toMatchObject({ code: 'still_running', status: 504, links: accepted.links });
    expect(body.detail).toContain(accepted.links.self);
    await cancel(accepted.id);
    expect(await waitForEnd(context, accepted, 20)).toMatchObject({ status: 'cancelled' });
  });
});

const ticketOf = (path: string): string => new URL(path, 'https://footlight.test').searchParams.get('ticket') ?? '';
const statusOf = async (path: string, headers: Record<string, string> = {}): Promise<number> => {
  const reader = await readEvents(path, headers);
  await reader.cancel();
  return reader.status;
};

describe('a ticket', () => {
  it('lets in once, by either door', async () => {
    const { links } = await ok(run(), 202);
    const ticket = ticketOf(links.stream);
    expect((await socketEvents(links.stream)).at(-1)).toMatchObject({ type: 'job_complete' });
    expect(await statusOf(`${links.events}?ticket=${ticket}`)).toBe(401);
    await expect(watch(links.stream, {})).rejects.toThrow('401');
    // Each look at the execution gives another, which is as good for the other door.
    const again = await ok(home.ben.send('GET', links.self));
    expect(ticketOf(again.links.stream)).not.toBe(ticket);
    expect(await statusOf(`${links.events}?ticket=${ticketOf(again.links.stream)}`)).toBe(200);
    await expect(watch(again.links.stream, {})).rejects.toThrow('401');
  });

  it('lets in for a minute', async () => {
    const { links } = await ok(run(), 202);
    const now = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: now + 61_000 });
    await expect(watch(links.stream, {})).rejects.toThrow('401');
    vi.setSystemTime(now + 50_000);
    expect((await watch(links.stream, {})).response.status).toBe(101);
  });

  it('lets in to its own execution, to look, and nowhere else', async () => {
    const [one, two] = [await ok(run(), 202), await ok(run(), 202)];
    const ticket = ticketOf(one.links.stream);
    expect(await statusOf(`${two.links.events}?ticket=${ticket}`)).toBe(401);
    for (const [method, path] of [
      ['GET', one.links.self],
      ['POST', `${one.links.self}/cancel`],
      ['GET', '/v1/executions'],
    ] as const) {
      const request = `${path}?ticket=${ticket}`;
      const answer = await (method === 'GET' ? readEvents(request) : readEvents(request, {}, { method }));
      expect(answer.status, path).toBe(401);
    }
    // Nor with somebody else's credential for another one.
    expect(await statusOf(`${two.links.events}?ticket=${ticket}`, bearer(home.eve))).toBe(401);
    expect(await statusOf(`${one.links.events}?ticket=${ticket}`, bearer(other.eve))).toBe(401);
    expect(await statusOf(`${one.links.events}?ticket=${ticket}`)).toBe(200);
  });

  it('cannot be made up', async () => {
    const { links } = await ok(run(), 202);
    const [body = '', signature = ''] = ticketOf(links.stream).split('.');
    const said = JSON.parse(Buffer.from(body, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...said, expiresAt: said.expiresAt + 1 })).toString('base64url');
    for (const ticket of [
      `${forged}.${signature}`,
      body,
      `${body}.`,
      `${body}.${signature.slice(1)}`,
      '.',
      'x',
      `${body}.${signature}x`,
    ]) {
      expect(await statusOf(`${links.events}?ticket=${ticket}`), ticket).toBe(401);
    }
    expect(await statusOf(`${links.events}?ticket=${long(1001)}`)).toBe(401);
    expect(await statusOf(`${links.events}?ticket=`)).toBe(401);
    expect(await statusOf(`${links.events}?ticket=${body}.${signature}`)).toBe(200);
  });
});

describe('a stream', () => {
  it('is opened by a header, by subprotocols, or by a ticket', async () => {
    const { id, links } = await ok(run(), 202);
    const path = `/v1/executions/${id}/stream`;
    const byHeader = await socketEvents(path, bearer(home.eve));
    const protocols = { 'sec-websocket-protocol': `footlight.v1, bearer.${viewer.accessToken}` };
    expect(await socketEvents(path, protocols)).toEqual(byHeader);
    expect(await socketEvents(links.stream)).toEqual(byHeader);
    const { response } = await watch(path, protocols);
    expect(response.headers.get('sec-websocket-protocol')).toBe('footlight.v1');
    await expect(watch(path, {})).rejects.toThrow('401');
    await expect(watch(path, { 'sec-websocket-protocol': `bearer.${viewer.accessToken}` })).rejects.toThrow('401');
    await expect(watch(path, bearer(other.eve))).rejects.toThrow('404');
    const writer = await apiKey(home.ada, ['executions:run']);
    await expect(watch(path, { authorization: `Bearer ${writer.key}` })).rejects.toThrow('403');
    expect((await home.eve.send('GET', path)).status).toBe(426);
    await expect(watch(`/v1/executions/${newId('execution', 0)}/stream`, bearer(home.eve))).rejects.toThrow('404');
    await expect(watch('/v1/executions/nonsense/stream', bearer(home.eve))).rejects.toThrow('404');
  });

  it('goes on after the last event that was seen, and is over after the last one there is', async () => {
    const { id } = await executed(home.eve, NAME, RUN);
    const path = `/v1/executions/${id}/events`;
    const all = await streamedEvents(path, bearer(home.eve));
    const read = (query: string, headers = {}) =>
      streamedEvents(`${path}${query}`, { ...bearer(home.eve), ...headers });
    expect(await read('?since=1')).toEqual(all.slice(1));
    expect(await read('', { 'last-event-id': '1' })).toEqual(all.slice(1));
    expect(await read('?since=0', { 'last-event-id': '1' })).toEqual(all.slice(1));
    const last = all.at(-1).seq;
    expect(await read(`?since=${last - 1}`)).toEqual(all.slice(-1));
    for (const since of [last, last + 1, 1_000_000_000]) {
      expect(await statusOf(`${path}?since=${since}`, bearer(home.eve))).toBe(204);
      expect(await statusOf(path, { ...bearer(home.eve), 'last-event-id': String(since) })).toBe(204);
      const watcher = await watch(`/v1/executions/${id}/stream?since=${since}`, bearer(home.eve));
      expect([await watcher.closed, watcher.unread()]).toEqual([1000, 0]);
    }
    for (const since of ['-1', '1000000001', '1.5', 'x']) {
      expect(pathsOf(await home.eve.send('GET', `${path}?since=${since}`)), since).toEqual([400, 'query.since']);
      const header = { 'last-event-id': since };
      expect(pathsOf(await home.eve.send('GET', path, undefined, header)), since).toEqual([
        400,
        'header.last-event-id',
      ]);
    }
    const tooLong = await home.eve.send('GET', `${path}?ticket=${long(1001)}`);
    expect(pathsOf(tooLong)).toEqual([400, 'query.ticket']);
  });

  it('ends for those who claim to have seen more than there is', async () => {
    const { id, links } = await ok(run({ model: 'slow', parameters: { delayMs: 200 } }), 202);
    const reader = await readEvents(`${links.events}?since=1000`, bearer(home.eve));
    const watcher = await watch(`/v1/executions/${id}/stream?since=1000`, bearer(home.eve));
    await cancel(id);
    expect(await watcher.closed).toBe(1000);
    expect(await reader.next()).toBeNull();
  });
});
