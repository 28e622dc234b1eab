import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bundleKey } from '../../../src/deployments/public.ts';
import { eventually } from '../../support/eventually.ts';
import { activate, application, deactivate, tierOf } from './fixtures.ts';

const path = '/v1/edge/production/batch';
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `p/${i}`);

afterEach(() => {
  vi.restoreAllMocks();
});

describe('batch', () => {
  it('keeps the order, answers each name as often as it was given, and each tenant with its own', async () => {
    const [ada, eve] = [await application(), await application()];
    await activate(ada.tenantId, 'a');
    await activate(ada.tenantId, 'b', { locales: { en: { text: 'b' }, fr: { text: 'le b' } } });
    await activate(ada.tenantId, 'gone');
    await deactivate(ada.tenantId, 'gone');
    await activate(eve.tenantId, 'a', { tag: '6.6.6' });
    await activate(eve.tenantId, 'hers');
    for (let round = 0; round < 2; round++) {
      const { status, body } = await ada.send('POST', path, {
        names: ['b', 'a', 'gone', 'hers', 'b'],
        locale: 'fr-CA',
      });
      expect(status).toBe(200);
      expect(body.data.map((one: any) => [one.name, one.tag ?? one.error.code, one.locale, one.fallback])).toEqual([
        ['b', '1.0.0', 'fr', true],
        ['a', '1.0.0', 'fr', true],
        ['gone', 'not_deployed', undefined, undefined],
        ['hers', 'not_deployed', undefined, undefined],
        ['b', '1.0.0', 'fr', true],
      ]);
      expect(Object.keys(body.data[2])).toEqual(['name', 'error']);
      expect((await eve.send('POST', path, { names: ['a', 'b'] })).body.data).toMatchObject([
        { tag: '6.6.6' },
        { error: { code: 'not_deployed' } },
      ]);
    }
  });

  it('takes one bulk operation for 99 names and the key, two for 100, and one round trip to D1', async () => {
    const app = await application();
    for (const name of names(100)) await activate(app.tenantId, name, { generation: 1 });
    const [get, batch] = [vi.spyOn(env.EDGE, 'get'), vi.spyOn(env.DB, 'batch')];
    const first = await app.send('POST', path, { names: names(100) });
    expect([first.status, tierOf(first), first.body.data.length]).toEqual([200, 'kv', 100]);
    expect(get.mock.calls.map(([keys]) => keys.length)).toEqual([100, 1]);
    expect(tierOf(await app.send('POST', path, { names: names(100) }))).toBe('memory');
    expect(get).toHaveBeenCalledTimes(2);
    const other = await application({}, app.person);
    batch.mockClear();
    await other.send('POST', path, { names: ['cold', ...names(98)] });
    expect(get).toHaveBeenCalledTimes(3);
    expect(batch).toHaveBeenCalledTimes(1);
    const truth = await app.send('POST', path, { names: names(100) }, { 'cache-control': 'no-cache' });
    expect([tierOf(truth), batch.mock.calls.length, get.mock.calls.length]).toEqual(['d1', 2, 3]);
  });

  it('answers what it can with D1 down', async () => {
    const app = await application();
    await activate(app.tenantId, 'a');
    await activate(app.tenantId, 'lost', {}, { stores: 'd1' });
    vi.spyOn(env.DB, 'batch').mockRejectedValue(new Error('D1 is down'));
    const { status, body } = await app.send('POST', path, { names: ['lost', 'a'] });
    expect([status, body.data[0].error.code, body.data[1].tag]).toEqual([200, 'unavailable', '1.0.0']);
    expect((await app.send('POST', path, { names: ['lost'] })).status).toBe(503);
  });

  it('has KV mended for all that it lost, and no more', async () => {
    const app = await application();
    const bundles = [
      await activate(app.tenantId, 'a'),
      await activate(app.tenantId, 'b'),
      await activate(app.tenantId, 'c'),
    ];
    const key = (name: string): string => bundleKey(app.tenantId, 'production', name);
    await env.EDGE.delete(key('a'));
    await env.EDGE.put(key('c'), 'not json');
    expect((await app.send('POST', path, { names: ['a', 'b', 'c', 'never'] })).body.data.slice(0, 3)).toMatchObject(
      bundles.map(({ name }) => ({ name, tag: '1.0.0' })),
    );
    for (const bundle of [bundles[0], bundles[2]]) {
      await eventually(async () => expect(await env.EDGE.get(key(bundle!.name), 'json')).toEqual(bundle));
    }
    expect(await env.EDGE.get(key('never'))).toBeNull();
  });

  it('refuses what is no list of 1 to 100 names', async () => {
    const app = await application();
    const bad: [unknown, string][] = [
      [{ names: [] }, 'names'],
      [{ names: names(101) }, 'names'],
      [{ names: ['ok', 'a//b'] }, 'names[1]'],
      [{ names: ['x'.repeat(256)] }, 'names[0]'],
      [{ names: [1] }, 'names[0]'],
      [{ names: 'a' }, 'names'],
      [{}, 'names'],
      [{ names: ['a'], locale: 'x' }, 'locale'],
      [{ names: ['a'], more: true }, 'body'],
    ];
    for (const [body, at] of bad) {
      const answer = await app.send('POST', path, body);
      expect([answer.status, answer.body.errors[0].path], JSON.stringify(body).slice(0, 60)).toEqual([400, at]);
    }
    expect((await app.send('POST', '/v1/edge/nowhere/batch', { names: ['a'] })).body.code).toBe('not_found');
  });
});
