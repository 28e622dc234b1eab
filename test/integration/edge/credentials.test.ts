import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { idBody } from '../../../src/kernel/ids.ts';
import { formatApiKey, parseApiKey } from '../../../src/api-keys/domain.ts';
import { as, owner, send } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';
import { activate, application, pathOf, recordKeyOf, tierOf } from './fixtures.ts';

const ROADS = [{ origin: 'https://elsewhere.example' }, {}, {}] as Record<string, string>[];
const path = pathOf('support/greeting');

/** Lets so much time pass, for every clock that the Worker reads. */
function pass(milliseconds: number): void {
  if (!vi.isFakeTimers()) vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  vi.setSystemTime(Date.now() + milliseconds);
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('credentials at the edge', () => {
  it('are needed, and must be well formed, before anything else is looked at', async () => {
    const get = vi.spyOn(env.EDGE, 'get');
    const { key } = await application();
    const malformed = [
      '',
      'Bearer',
      'Basic abc',
      'Bearer a b',
      `Bearer ${key.slice(0, -1)}`,
      `Bearer ${key}x`,
      'Bearer fl_',
      'Bearer x.y.z',
    ];
    for (const road of ROADS) {
      expect((await send('GET', path, undefined, road)).status).toBe(401);
      for (const authorization of malformed) {
        const { status, headers } = await send('GET', path, undefined, { ...road, authorization });
        expect([status, headers.get('www-authenticate')], authorization).toEqual([401, 'Bearer realm="footlight"']);
      }
      expect(
        (await send('POST', '/v1/edge/production/render/a', '{', { ...road, authorization: 'Bearer fl_' })).status,
      ).toBe(401);
      expect((await send('POST', '/v1/edge/production/batch', {}, road)).status).toBe(401);
    }
    expect(get).not.toHaveBeenCalled();
  });

  it('open nothing of another tenant, whatever is put together from two keys', async () => {
    const [ada, eve] = [await application(), await application()];
    await activate(ada.tenantId, 'support/greeting');
    await activate(eve.tenantId, 'support/greeting');
    const [hers, his] = [parseApiKey(ada.key)!, parseApiKey(eve.key)!];
    const forged = [
      { ...hers, secret: his.secret },
      { ...hers, id: his.id },
      { ...his, tenantId: hers.tenantId },
      { ...his, tenantId: hers.tenantId, id: hers.id },
    ].map(formatApiKey);
    for (const key of forged) {
      for (const road of [...ROADS, { 'cache-control': 'no-cache' }] as Record<string, string>[]) {
        expect((await as(key)('GET', path, undefined, road)).body.code).toBe('unauthenticated');
        // The memory of the true one opens nothing to the false one.
        expect((await ada.send('GET', path, undefined, road)).body.text).toContain(ada.tenantId);
        expect((await eve.send('GET', path, undefined, road)).body.text).toContain(eve.tenantId);
      }
    }
  });

  it('are not believed because KV says so under another key', async () => {
    const [ada, eve] = [await application(), await application()];
    await activate(ada.tenantId, 'support/greeting');
    const his = parseApiKey(eve.key)!;
    const stolen = formatApiKey({ ...his, tenantId: ada.tenantId });
    await env.EDGE.put(`key:${ada.tenantId}:${his.id}`, (await env.EDGE.get(recordKeyOf(eve)))!);
    expect((await as(stolen)('GET', path)).status).toBe(401);
  });

  it('need the permission, and the environment', async () => {
    const maker = await owner();
    await activate(maker.tenantId, 'support/greeting');
    await activate(maker.tenantId, 'support/greeting', {}, { environment: 'staging' });
    const reader = await application({ scopes: ['prompts:read'] }, maker);
    const bound = await application({ environments: ['staging'] }, maker);
    for (const road of [...ROADS, { 'cache-control': 'no-cache' }] as Record<string, string>[]) {
      expect((await reader.send('GET', path, undefined, road)).body.code).toBe('forbidden');
      expect((await bound.send('GET', path, undefined, road)).body.code).toBe('forbidden');
      expect((await bound.send('GET', pathOf('support/greeting', 'nowhere'), undefined, road)).body.code).toBe(
        'forbidden',
      );
      expect((await bound.send('GET', pathOf('support/greeting', 'staging'), undefined, road)).status).toBe(200);
      expect((await bound.send('POST', '/v1/edge/production/batch', { names: ['a'] }, road)).status).toBe(403);
      expect((await bound.send('POST', '/v1/edge/production/render/support/greeting', {}, road)).status).toBe(403);
    }
  });

  it('may be an access token, which no store has to confirm', async () => {
    const person = await owner();
    await activate(person.tenantId, 'support/greeting');
    const [prepare, batch] = [vi.spyOn(env.DB, 'prepare'), vi.spyOn(env.DB, 'batch')];
    for (const tier of ['kv', 'memory', 'memory']) {
      const answer = await person.send('GET', path);
      expect([answer.status, tierOf(answer)]).toEqual([200, tier]);
    }
    expect(prepare.mock.calls.length + batch.mock.calls.length).toBe(0);
    // Until it expires, to the second.
    pass(15 * 60_000 + 1000);
    expect((await person.send('GET', path)).status).toBe(401);
    expect((await person.send('GET', path, undefined, ROADS[0])).status).toBe(401);
  });

  it('stop at once when they are revoked, for a caller that sends no-cache', async () => {
    const app = await application();
    const person = await owner();
    await activate(app.tenantId, 'support/greeting');
    await activate(person.tenantId, 'support/greeting');
    expect((await app.send('GET', path)).status).toBe(200);
    expect((await person.send('GET', path)).status).toBe(200);
    // Revoked by the row alone: KV still has the living record, as a place far away would.
    await env.DB.prepare('UPDATE api_keys SET revoked_at = ? WHERE id = ?').bind(Date.now(), app.keyId).run();
    await person.send('POST', '/v1/auth/logout', { refreshToken: person.refreshToken });
    for (const one of [app, person]) {
      expect((await one.send('GET', path)).status).toBe(200);
      expect((await one.send('GET', path, undefined, { 'cache-control': 'no-cache' })).status).toBe(401);
      expect(
        (await one.send('POST', '/v1/edge/production/batch', { names: ['a'] }, { 'cache-control': 'No-Cache' })).status,
      ).toBe(401);
    }
  });

  it('are forgotten here as soon as anybody here has seen that they are revoked', async () => {
    const app = await application();
    await activate(app.tenantId, 'support/greeting');
    expect((await app.send('GET', path)).status).toBe(200);
    expect((await app.person.send('DELETE', `/v1/api-keys/${app.keyId}`)).status).toBeLessThan(300);
    expect((await app.send('GET', path, undefined, { 'cache-control': 'no-cache' })).status).toBe(401);
    for (const road of ROADS) expect((await app.send('GET', path, undefined, road)).status).toBe(401);
  });

  it('stop everywhere within the time that memory and KV may keep them', async () => {
    const app = await application();
    await activate(app.tenantId, 'support/greeting');
    expect((await app.send('GET', path)).status).toBe(200);
    const get = vi.spyOn(env.EDGE, 'get');
    await app.person.send('DELETE', `/v1/api-keys/${app.keyId}`);
    // Stale: served once more, and looked up behind the answer.
    pass(1_500);
    expect((await app.send('GET', path)).status).toBe(200);
    expect(get).toHaveBeenCalledTimes(1);
    await eventually(async () => expect((await app.send('GET', path)).status).toBe(401));
    for (const road of ROADS) expect((await app.send('GET', path, undefined, road)).status).toBe(401);
  });

  it('are not served from memory for longer than ten seconds, though nobody asked meanwhile or KV fails', async () => {
    const app = await application();
    await activate(app.tenantId, 'support/greeting');
    expect((await app.send('GET', path)).status).toBe(200);
    await app.person.send('DELETE', `/v1/api-keys/${app.keyId}`);
    vi.spyOn(env.EDGE, 'get').mockRejectedValueOnce(new Error('KV is down'));
    pass(9_000);
    expect((await app.send('GET', path)).status).toBe(200);
    pass(1_001);
    expect((await app.send('GET', path)).status).toBe(401);
  });

  it('expire to the millisecond, in memory too', async () => {
    pass(0);
    const app = await application({ expiresAt: new Date(Date.now() + 3_000).toISOString() });
    await activate(app.tenantId, 'support/greeting');
    expect((await app.send('GET', path)).status).toBe(200);
    pass(2_999);
    for (const road of ROADS) expect((await app.send('GET', path, undefined, road)).status).toBe(200);
    pass(1);
    // Memory is asked first: the other roads would make it forget.
    for (const road of [{}, ...ROADS]) expect((await app.send('GET', path, undefined, road)).status).toBe(401);
  });

  it('are mended in KV from D1, and found there the next time', async () => {
    const app = await application();
    await activate(app.tenantId, 'support/greeting');
    for (const broken of [null, '{"half', '{}', '[]', 'null']) {
      if (broken === null) await env.EDGE.delete(recordKeyOf(app));
      else await env.EDGE.put(recordKeyOf(app), broken);
      pass(20_000);
      const answer = await app.send('GET', path);
      expect([answer.status, tierOf(answer)], String(broken)).toEqual([200, 'd1']);
      await eventually(async () =>
        expect(await env.EDGE.get(recordKeyOf(app), 'json')).toMatchObject({ revoked: false }),
      );
    }
  });

  it('that do not exist cost one look into each store, and leave no trace', async () => {
    const app = await application();
    const other = idBody(app.keyId).replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const unknown = formatApiKey({ ...parseApiKey(app.key)!, id: `key_${other}` });
    const [get, put] = [vi.spyOn(env.EDGE, 'get'), vi.spyOn(env.EDGE, 'put')];
    const prepare = vi.spyOn(env.DB, 'prepare');
    expect((await as(unknown)('GET', path)).status).toBe(401);
    expect([get.mock.calls.length, prepare.mock.calls.length, put.mock.calls.length]).toEqual([1, 1, 0]);
  });
});
