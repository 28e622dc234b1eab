import { describe, expect, it } from 'vitest';
import { send } from '../../support/client.ts';
import { activate, application, deactivate, pathOf, tierOf } from './fixtures.ts';

/** The three roads to an answer: the router (an Origin takes it), the express without it, and memory at once. */
const ROADS = [{ origin: 'https://elsewhere.example' }, {}, {}] as Record<string, string>[];

describe('fetch', () => {
  it('answers each tenant with its own, under the same names', async () => {
    const [ada, eve] = [await application(), await application()];
    const bundle = await activate(ada.tenantId, 'support/greeting');
    await activate(eve.tenantId, 'support/greeting', { tag: '9.9.9' });
    for (const road of ROADS) {
      const { status, body } = await ada.send('GET', pathOf('support/greeting'), undefined, road);
      expect(status).toBe(200);
      expect(body).toEqual({
        name: 'support/greeting',
        environment: 'production',
        tag: '1.0.0',
        variant: null,
        versionId: bundle.versionId,
        kind: 'text',
        locale: 'en',
        fallback: false,
        text: `Hello {{who}}, this is ${ada.tenantId}`,
        variables: [
          {
            name: 'who',
            type: 'string',
          },
        ],
        model: { temperature: 0.2 },
        deploymentId: bundle.deploymentId,
        generation: 1,
        contentHash: 'a'.repeat(64),
      });
      const other = await eve.send('GET', pathOf('support/greeting'), undefined, road);
      expect(other.body).toMatchObject({ tag: '9.9.9', text: `Hello {{who}}, this is ${eve.tenantId}` });
      expect(other.headers.get('etag')).not.toBe(bundle.tag);
    }
  });

  it('does not find what only another tenant has', async () => {
    const [ada, eve] = [await application(), await application()];
    await activate(ada.tenantId, 'secret');
    await ada.person.send('POST', '/v1/environments', { name: 'hers', kind: 'staging' });
    await activate(ada.tenantId, 'secret', {}, { environment: 'hers' });
    expect((await ada.send('GET', pathOf('secret', 'hers'))).status).toBe(200);
    for (const road of ROADS) {
      expect((await eve.send('GET', pathOf('secret'), undefined, road)).body.code).toBe('not_deployed');
      expect((await eve.send('GET', pathOf('secret', 'hers'), undefined, road)).body.code).toBe('not_found');
    }
  });

  it('serves messages of a chat', async () => {
    const app = await application();
    const messages = [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: '{{who}}' },
    ];
    await activate(app.tenantId, 'chat', { kind: 'chat', locales: { en: { messages } } });
    const { body } = await app.send('GET', pathOf('chat'));
    expect(body).toMatchObject({ kind: 'chat', messages });
    expect(body).not.toHaveProperty('text');
  });

  it('answers the same on every road, but for the store that it names', async () => {
    const app = await application();
    await activate(app.tenantId, 'support/greeting');
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const told: object[] = [];
    const tiers: unknown[] = [];
    for (const road of [...ROADS, { 'if-none-match': '*' }, { 'if-none-match': '*', ...ROADS[0] }] as Record<
      string,
      string
    >[]) {
      const headers = { ...road, 'x-request-id': 'mine-1', traceparent };
      const answer = await app.send('GET', `${pathOf('support/greeting')}?locale=fr`, undefined, headers);
      tiers.push(tierOf(answer));
      const { 'server-timing': _, 'access-control-expose-headers': __, ...rest } = Object.fromEntries(answer.headers);
      told.push({ status: answer.status, body: answer.body, headers: rest });
    }
    expect(tiers).toEqual(['kv', 'memory', 'memory', 'memory', 'memory']);
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
    expect(told[4]).toEqual(told[3]);
    expect(told[0]).toMatchObject({
      status: 200,
      headers: {
        'x-request-id': 'mine-1',
        traceparent,
        'x-generation': '1',
        'cache-control': 'private, no-cache',
        'content-type': 'application/json',
        'x-content-type-options': 'nosniff',
        vary: 'Origin',
      },
    });
    expect(told[3]).toMatchObject({ status: 304, body: '', headers: { 'x-generation': '1' } });
  });

  it('gives every answer an id, and does not keep a malformed one', async () => {
    const app = await application();
    await activate(app.tenantId, 'a');
    const ids = new Set<string | null>();
    for (let i = 0; i < 5; i++) ids.add((await app.send('GET', pathOf('a'))).headers.get('x-request-id'));
    expect(ids.size).toBe(5);
    for (const id of ids) expect(id).toMatch(/^req_[0-9a-hjkmnp-tv-z]{26}$/);
    const injected = await app.send('GET', pathOf('a'), undefined, { 'x-request-id': 'a"b', traceparent: 'nonsense' });
    expect(injected.headers.get('x-request-id')).toMatch(/^req_/);
    expect(injected.headers.get('traceparent')).toBeNull();
  });

  it('has an entity tag that changes with whatever changes in the answer', async () => {
    const app = await application();
    await activate(app.tenantId, 'a', { generation: 1 });
    const path = pathOf('a');
    const tags = new Map<string, string | null>();
    for (const locale of ['en', 'fr', 'fr-CA', 'de']) {
      tags.set(locale, (await app.send('GET', `${path}?locale=${locale}`)).headers.get('etag'));
    }
    expect(new Set(tags.values()).size).toBe(4);
    expect((await app.send('GET', path)).headers.get('etag')).toBe(tags.get('en'));
    const etag = tags.get('en') ?? '';
    for (const road of ROADS) {
      for (const header of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
        const same = await app.send('GET', path, undefined, { ...road, 'if-none-match': header });
        expect([same.status, same.body, same.headers.get('etag'), same.headers.get('content-type')]).toEqual([
          304,
          '',
          etag,
          null,
        ]);
      }
      expect((await app.send('GET', path, undefined, { ...road, 'if-none-match': '"x"' })).status).toBe(200);
    }
    await activate(app.tenantId, 'a', { generation: 2, contentHash: 'b'.repeat(64) });
    const next = await app.send('GET', path, undefined, { 'if-none-match': etag, 'x-min-generation': '2' });
    expect([next.status, next.body.generation, next.headers.get('x-generation')]).toEqual([200, 2, '2']);
    expect(next.headers.get('etag')).not.toBe(etag);
  });

  it.each([
    ['slashes', 'a/b/c'],
    ['a space and a plus', 'two words+more'],
    ['percent signs', '100%/25%2F'],
    ['other scripts', 'grüße/挨拶/привет'],
    ['what URLs use', 'why?#&=:;@!$,'],
    ['dots', 'v1..2/...'],
    ['255 characters of three bytes', '語'.repeat(255)],
    ['127 characters of four bytes', '🎭'.repeat(127)],
  ])('finds a name with %s, its slashes plain or encoded', async (_, name) => {
    const app = await application();
    await activate(app.tenantId, name);
    for (const path of [pathOf(name), `/v1/edge/production/prompts/${encodeURIComponent(name)}`]) {
      for (const road of ROADS) {
        const { status, body } = await app.send('GET', path, undefined, road);
        expect([status, body.name]).toEqual([200, name]);
      }
      const render = await app.send('POST', path.replace('/prompts/', '/render/'), { variables: { who: 'Ada' } });
      expect([render.status, render.body.name]).toEqual([200, name]);
    }
    expect((await app.send('POST', '/v1/edge/production/batch', { names: [name] })).body.data[0].name).toBe(name);
  });

  it('keeps a long name apart from one that looks like its key, and from another tenant’s', async () => {
    const [app, other] = [await application(), await application()];
    const long = '語'.repeat(200);
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(long));
    const hash = Buffer.from(digest).toString('hex');
    await activate(app.tenantId, long, { tag: '1.1.1' }, { stores: 'd1' });
    await activate(other.tenantId, long, { tag: '3.3.3' });
    expect((await app.send('GET', pathOf(long))).body.tag).toBe('1.1.1');
    expect((await other.send('GET', pathOf(long))).body.tag).toBe('3.3.3');
    for (const twin of [hash, `#${hash}`]) {
      await activate(app.tenantId, twin, { tag: '2.2.2' });
      expect((await app.send('GET', pathOf(twin))).body.tag).toBe('2.2.2');
    }
    expect((await app.send('GET', pathOf(long))).body.tag).toBe('1.1.1');
  });

  it.each([
    ['an empty segment', 'a//b'],
    ['a brace', 'a%7Bb'],
    ['a control character', 'a%00b'],
    ['too many characters', 'x'.repeat(256)],
    ['the form of an id', 'prm_01jd3z8v4q6r0s2t4v6w8y0a2c'],
  ])('says what is wrong with a name that has %s', async (_, name) => {
    const app = await application();
    const { status, body } = await app.send('GET', `/v1/edge/production/prompts/${name}`);
    expect([status, body.code, body.errors[0].path]).toEqual([400, 'validation_failed', 'path.name']);
  });

  it('falls back in locales, and says so', async () => {
    const app = await application();
    const text = (locale: string) => ({ text: locale });
    const locales = { en: text('en'), fr: text('fr'), 'pt-BR': text('pt-BR'), 'zh-Hant': text('zh-Hant') };
    await activate(app.tenantId, 'a', { locales });
    const cases = [
      ['fr', 'fr', false],
      ['fr-CA', 'fr', true],
      ['FR-ca', 'fr', true],
      ['pt-br', 'pt-BR', false],
      ['pt', 'en', true],
      ['zh-Hant-TW', 'zh-Hant', true],
      ['ja', 'en', true],
      ['en', 'en', false],
    ] as const;
    for (const [wanted, locale, fallback] of cases) {
      for (const road of ROADS) {
        const { body } = await app.send('GET', `${pathOf('a')}?locale=${wanted}`, undefined, road);
        expect(body, wanted).toMatchObject({ locale, fallback, text: locale });
      }
    }
    for (const wanted of ['', 'x', 'en_US', 'not-a-language-at-all-but-a-sentence', '%20']) {
      const { status, body } = await app.send('GET', `${pathOf('a')}?locale=${wanted}`);
      expect([status, body.errors?.[0].path], wanted).toEqual([400, 'query.locale']);
    }
  });

  it('tells what is not active from what is no environment', async () => {
    const app = await application();
    await activate(app.tenantId, 'a');
    await deactivate(app.tenantId, 'a');
    for (const road of ROADS) {
      const gone = await app.send('GET', pathOf('a'), undefined, road);
      expect([gone.status, gone.body.code, gone.headers.get('content-type')]).toEqual([
        404,
        'not_deployed',
        'application/problem+json',
      ]);
      expect((await app.send('GET', pathOf('never'), undefined, road)).body.code).toBe('not_deployed');
      expect((await app.send('GET', pathOf('a', 'nowhere'), undefined, road)).body.code).toBe('not_found');
      expect((await app.send('GET', pathOf('a', 'No!'), undefined, road)).status).toBe(400);
    }
  });

  it('answers other methods as every route does', async () => {
    const app = await application();
    await activate(app.tenantId, 'a/b');
    const { status, headers } = await app.send('POST', pathOf('a/b'), {});
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const head = await app.send('HEAD', pathOf('a/b'));
    expect([head.status, head.body, head.headers.get('x-generation')]).toEqual([200, '', '1']);
  });

  it('lets a browser in from an origin that is allowed, memory or not', async () => {
    const app = await application();
    await activate(app.tenantId, 'a');
    for (let i = 0; i < 3; i++) {
      const allowed = await app.send('GET', pathOf('a'), undefined, { origin: 'https://app.example.com' });
      expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
      expect(allowed.headers.get('access-control-expose-headers')).toContain('x-generation');
      const other = await app.send('GET', pathOf('a'), undefined, { origin: 'https://evil.example' });
      expect(other.headers.get('access-control-allow-origin')).toBeNull();
      await app.send('GET', pathOf('a'));
    }
    expect(
      (
        await send('OPTIONS', pathOf('a'), undefined, {
          origin: 'https://app.example.com',
          'access-control-request-method': 'GET',
        })
      ).status,
    ).toBe(204);
  });
});
