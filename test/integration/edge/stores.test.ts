import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bundleKey } from '../../../src/deployments/public.ts';
import { hear } from '../../../src/platform/kv/heard.ts';
import { eventually } from '../../support/eventually.ts';
import { activate, type Application, application, deactivate, pathOf, recordKeyOf, tierOf } from './fixtures.ts';

const name = 'support/greeting';
const path = pathOf(name);
const router = { origin: 'https://elsewhere.example' };

function pass(milliseconds: number): void {
  if (!vi.isFakeTimers()) vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  vi.setSystemTime(Date.now() + milliseconds);
}

const watch = () => ({
  get: vi.spyOn(env.EDGE, 'get'),
  prepare: vi.spyOn(env.DB, 'prepare'),
  batch: vi.spyOn(env.DB, 'batch'),
});

/** D1 answers nothing any more. */
function breakD1(): void {
  const broken = (): never => {
    throw new Error('D1_ERROR: no such luck');
  };
  vi.spyOn(env.DB, 'prepare').mockImplementation(broken);
  vi.spyOn(env.DB, 'batch').mockImplementation(broken);
}

const keyOf = (app: Application, of = name): string => bundleKey(app.tenantId, 'production', of);

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('the stores behind a fetch', () => {
  it.each([
    ['without the router', {}],
    ['through the router', router],
  ])('one bulk operation when nothing is remembered, none when it is: %s', async (_, headers) => {
    const app = await application();
    await activate(app.tenantId, name);
    await activate(app.tenantId, 'other');
    const { get, prepare, batch } = watch();
    expect(tierOf(await app.send('GET', path, undefined, headers))).toBe('kv');
    expect(get.mock.calls).toEqual([[[recordKeyOf(app), keyOf(app)], { type: 'text', cacheTtl: 30 }]]);
    for (let i = 0; i < 3; i++) expect(tierOf(await app.send('GET', path, undefined, headers))).toBe('memory');
    expect(tierOf(await app.send('GET', `${path}?locale=fr`, undefined, headers))).toBe('memory');
    expect(get).toHaveBeenCalledTimes(1);
    expect(tierOf(await app.send('GET', pathOf('other'), undefined, headers))).toBe('kv');
    expect(get.mock.calls[1]).toEqual([keyOf(app, 'other'), { type: 'text', cacheTtl: 30 }]);
    expect(prepare.mock.calls.length + batch.mock.calls.length).toBe(0);
  });

  it('memory answers while it is stale, asks KV behind the answer once, and then knows', async () => {
    const app = await application();
    await activate(app.tenantId, name, { tag: '1.0.0' });
    pass(0);
    await app.send('GET', path);
    await activate(app.tenantId, name, { tag: '2.0.0' });
    const { get } = watch();
    pass(999);
    expect((await app.send('GET', path)).body.tag).toBe('1.0.0');
    expect(get).not.toHaveBeenCalled();
    pass(500);
    const answers = await Promise.all([1, 2, 3].map(() => app.send('GET', path)));
    expect(answers.map(({ body }) => body.tag)).toEqual(['1.0.0', '1.0.0', '1.0.0']);
    expect(get.mock.calls).toEqual([[[recordKeyOf(app), keyOf(app)], { type: 'text', cacheTtl: 30 }]]);
    await eventually(async () => expect((await app.send('GET', path)).body.tag).toBe('2.0.0'));
    expect(tierOf(await app.send('GET', path))).toBe('memory');
    expect(get).toHaveBeenCalledTimes(1);
  });

  it('asks KV behind its answers once a second at most, though KV has nothing or fails', async () => {
    const app = await application();
    await activate(app.tenantId, name);
    pass(0);
    await app.send('GET', path);
    await env.EDGE.delete(keyOf(app));
    await env.EDGE.delete(recordKeyOf(app));
    const { get } = watch();
    for (const [milliseconds, asked] of [
      [1_500, 1],
      [500, 1],
      [500, 2],
      [999, 2],
      [1, 3],
    ] as const) {
      pass(milliseconds);
      if (asked === 3) get.mockRejectedValueOnce(new Error('KV is down'));
      for (const road of [{}, router, {}]) expect(tierOf(await app.send('GET', path, undefined, road))).toBe('memory');
      expect(get).toHaveBeenCalledTimes(asked);
    }
  });

  it('renews an answer that has outlived its bundle in memory', async () => {
    const app = await application();
    pass(0);
    await activate(app.tenantId, name, { tag: '1.0.0' });
    await app.send('GET', path);
    // Bundles so large that memory holds five or so; what is served of them is small.
    const texts = Object.fromEntries(
      ['de', 'es', 'it', 'nl', 'pt'].map((locale) => [locale, { text: locale.repeat(140_000) }]),
    );
    for (let i = 0; i < 8; i++) {
      await activate(app.tenantId, `large/${i}`, { locales: { en: { text: 'small' }, ...texts } });
      expect((await app.send('GET', pathOf(`large/${i}`))).body.text).toBe('small');
    }
    const { get } = watch();
    pass(1_500);
    for (let i = 0; i < 3; i++) {
      expect(tierOf(await app.send('GET', path))).toBe('memory');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    pass(900);
    expect(tierOf(await app.send('GET', path))).toBe('memory');
    expect(get).toHaveBeenCalledTimes(1);
    await activate(app.tenantId, name, { tag: '2.0.0' });
    pass(1_000);
    expect((await app.send('GET', path)).body.tag).toBe('1.0.0');
    await eventually(async () => expect((await app.send('GET', path)).body.tag).toBe('2.0.0'));
  });

  it('memory that was not asked for ten seconds is asked no more', async () => {
    const app = await application();
    await activate(app.tenantId, name, { tag: '1.0.0' });
    await app.send('GET', path);
    await activate(app.tenantId, name, { tag: '2.0.0' });
    pass(10_000);
    const answer = await app.send('GET', path);
    expect([answer.body.tag, tierOf(answer)]).toEqual(['2.0.0', 'kv']);
    // A clock that goes backwards makes memory old, not young.
    pass(-60_000);
    expect(tierOf(await app.send('GET', path))).toBe('kv');
  });

  it('what is not active is remembered for a second only', async () => {
    const app = await application();
    pass(0);
    const { get, prepare, batch } = watch();
    expect((await app.send('GET', path)).body.code).toBe('not_deployed');
    expect((await app.send('GET', path)).body.code).toBe('not_deployed');
    expect(get).toHaveBeenCalledTimes(1);
    await activate(app.tenantId, name);
    pass(1_000);
    expect((await app.send('GET', path)).status).toBe(200);
    await deactivate(app.tenantId, name);
    pass(10_000);
    prepare.mockClear();
    batch.mockClear();
    expect((await app.send('GET', path)).body.code).toBe('not_deployed');
    // A tombstone in KV is an answer: D1 is not asked.
    expect(prepare.mock.calls.length + batch.mock.calls.length).toBe(0);
  });

  it('X-Min-Generation passes by memory and KV where they are older, and D1 is believed', async () => {
    const app = await application();
    await activate(app.tenantId, name, { tag: '1.0.0' });
    expect((await app.send('GET', path)).headers.get('x-generation')).toBe('1');
    await activate(app.tenantId, name, { tag: '2.0.0' }, { stores: 'd1' });
    for (const road of [{}, router]) {
      expect((await app.send('GET', path, undefined, { ...road, 'x-min-generation': '1' })).body.tag).toBe('1.0.0');
    }
    const fresh = await app.send('GET', path, undefined, { 'x-min-generation': '2' });
    expect([fresh.body.tag, tierOf(fresh), fresh.headers.get('x-generation')]).toEqual(['2.0.0', 'd1', '2']);
    // Nobody here is thrown back to what KV still has.
    pass(1_500);
    expect((await app.send('GET', path)).body.tag).toBe('2.0.0');
    await new Promise((resolve) => setTimeout(resolve, 50));
    pass(500);
    expect((await app.send('GET', path)).body.tag).toBe('2.0.0');
  });

  it('a prompt that did not change is confirmed by D1 once for a generation, then served from memory', async () => {
    const app = await application();
    await activate(app.tenantId, name);
    await activate(app.tenantId, 'other');
    await activate(app.tenantId, 'other');
    const { batch } = watch();
    const tiers: unknown[] = [];
    for (const generation of ['3', '3', '2', '3', '1']) {
      const answer = await app.send('GET', path, undefined, { 'x-min-generation': generation });
      expect([answer.status, answer.body.generation]).toEqual([200, 1]);
      tiers.push(tierOf(answer));
    }
    expect(tiers).toEqual(['d1', 'memory', 'memory', 'memory', 'memory']);
    expect(batch).toHaveBeenCalledTimes(1);
    expect(tierOf(await app.send('GET', path, undefined, { ...router, 'x-min-generation': '3' }))).toBe('memory');
    // Of a generation that is still to come, D1 knows no more: what there is is served, with its generation.
    expect(tierOf(await app.send('GET', path, undefined, { 'x-min-generation': '4' }))).toBe('d1');
  });

  it('X-Min-Generation that is no number is refused, remembered or not', async () => {
    const app = await application();
    await activate(app.tenantId, name);
    await app.send('GET', path);
    for (const bad of ['x', '-1', '1.5', '1e3', '9999999999999999', '']) {
      const { status, body } = await app.send('GET', path, undefined, { 'x-min-generation': bad });
      expect([status, body.errors?.[0].path], bad).toEqual([400, 'header.x-min-generation']);
      const render = await app.send('POST', `/v1/edge/production/render/${name}`, {}, { 'x-min-generation': bad });
      expect(render.status).toBe(400);
    }
  });

  it('what this isolate has heard of is served from then on', async () => {
    const app = await application();
    await activate(app.tenantId, name, { tag: '1.0.0' });
    await app.send('GET', path);
    await activate(app.tenantId, name, { tag: '2.0.0' }, { stores: 'd1' });
    hear(keyOf(app), 2);
    const answer = await app.send('GET', path);
    expect([answer.body.tag, tierOf(answer)]).toEqual(['2.0.0', 'd1']);
    expect(tierOf(await app.send('GET', path))).toBe('memory');
  });

  it('no-cache asks D1 for both, and memory learns from it', async () => {
    const app = await application();
    await activate(app.tenantId, name, { tag: '1.0.0' });
    await app.send('GET', path);
    await activate(app.tenantId, name, { tag: '2.0.0' }, { stores: 'd1' });
    const { get } = watch();
    const truth = await app.send('GET', path, undefined, { 'cache-control': 'no-cache' });
    expect([truth.body.tag, tierOf(truth)]).toEqual(['2.0.0', 'd1']);
    expect(get).not.toHaveBeenCalled();
    expect((await app.send('GET', path)).body.tag).toBe('2.0.0');
    expect((await app.send('GET', path, undefined, { 'cache-control': 'max-age=10' })).status).toBe(200);
  });

  it.each([
    'gone',
    '{"half',
    '{}',
    '[]',
    'null',
    '{"name":"other","generation":1,"removed":true}',
    '{"generation":-1}',
  ])('what KV has lost or cannot be read is taken from D1, and written to KV again: %s', async (value) => {
    const app = await application();
    const bundle = await activate(app.tenantId, name);
    if (value === 'gone') await env.EDGE.delete(keyOf(app));
    else await env.EDGE.put(keyOf(app), value);
    const answer = await app.send('GET', path);
    expect([answer.status, tierOf(answer)]).toEqual([200, 'd1']);
    await eventually(async () => expect(await env.EDGE.get(keyOf(app), 'json')).toEqual(bundle));
  });

  it('with D1 down, what KV has is served, on every road', async () => {
    const app = await application();
    await activate(app.tenantId, name);
    breakD1();
    for (const road of [{}, {}, router]) expect((await app.send('GET', path, undefined, road)).status).toBe(200);
    pass(20_000);
    expect(tierOf(await app.send('GET', path))).toBe('kv');
    expect((await app.send('POST', `/v1/edge/production/render/${name}`, { variables: { who: 'Ada' } })).status).toBe(
      200,
    );
  });

  it.each([{}, router])(
    'with D1 down, what only D1 knows is not available, and says when to try again',
    async (road) => {
      const app = await application();
      await activate(app.tenantId, name);
      await activate(app.tenantId, 'lost', {}, { stores: 'd1' });
      breakD1();
      const lost = await app.send('GET', pathOf('lost'), undefined, road);
      expect([lost.status, lost.body.code, lost.headers.get('retry-after')]).toEqual([503, 'unavailable', '5']);
      expect(JSON.stringify(lost.body)).not.toContain('luck');
      expect((await app.send('GET', path, undefined, { ...road, 'x-min-generation': '2' })).status).toBe(503);
      expect((await app.send('GET', path, undefined, { ...road, 'cache-control': 'no-cache' })).status).toBe(503);
      await env.EDGE.delete(recordKeyOf(app));
      pass(20_000);
      expect((await app.send('GET', path, undefined, road)).status).toBe(503);
    },
  );

  it('with KV down, D1 answers', async () => {
    const app = await application();
    await activate(app.tenantId, name);
    vi.spyOn(env.EDGE, 'get').mockRejectedValue(new Error('KV is down'));
    vi.spyOn(env.EDGE, 'put').mockRejectedValue(new Error('KV is down'));
    for (const road of [{}, router]) {
      pass(20_000);
      const answer = await app.send('GET', path, undefined, road);
      expect([answer.status, tierOf(answer)]).toEqual([200, 'd1']);
    }
  });

  it('with both down, nothing is made up', async () => {
    const app = await application();
    await activate(app.tenantId, name);
    vi.spyOn(env.EDGE, 'get').mockRejectedValue(new Error('KV is down'));
    breakD1();
    expect((await app.send('GET', path)).status).toBe(503);
  });

  it('writes nothing', async () => {
    const app = await application();
    await activate(app.tenantId, name);
    const put = vi.spyOn(env.EDGE, 'put');
    const { prepare } = watch();
    await app.send('GET', path);
    await app.send('GET', pathOf('never'));
    await app.send('GET', path, undefined, { 'cache-control': 'no-cache' });
    await app.send(
      'POST',
      `/v1/edge/production/render/${name}`,
      { variables: { who: 'Ada' } },
      { 'idempotency-key': 'k' },
    );
    await app.send('POST', '/v1/edge/production/batch', { names: [name] }, { 'idempotency-key': 'k' });
    expect(put).not.toHaveBeenCalled();
    for (const [query] of prepare.mock.calls) expect(query).toMatch(/^select/i);
  });
});
