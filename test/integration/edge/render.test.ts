import { describe, expect, it } from 'vitest';
import { activate, application, tierOf } from './fixtures.ts';

const ROADS = [{ origin: 'https://elsewhere.example' }, {}, {}] as Record<string, string>[];
const path = '/v1/edge/production/render/support/greeting';

const variables = [
  { name: 'who', type: 'string' as const },
  { name: 'count', type: 'number' as const, default: 3 },
  { name: 'tags', type: 'array' as const, required: false },
];
const locales = {
  en: { text: 'Hello {{who}}, {{count}} new.{{#tags}} [{{.}}]{{/tags}}' },
  fr: { text: 'Bonjour {{who}}, {{count}}.' },
};

describe('render', () => {
  it('fills in for each tenant its own, on every road', async () => {
    const [ada, eve] = [await application(), await application()];
    await activate(ada.tenantId, 'support/greeting', { variables, locales });
    await activate(eve.tenantId, 'support/greeting', { variables, locales: { en: { text: 'Eve says {{who}}' } } });
    for (const road of ROADS) {
      const body = { variables: { who: 'Ada & <Co>', tags: ['a', 'b'] } };
      const answer = await ada.send('POST', path, body, road);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        name: 'support/greeting',
        environment: 'production',
        tag: '1.0.0',
        variant: null,
        kind: 'text',
        locale: 'en',
        fallback: false,
        versionId: expect.any(String),
        deploymentId: expect.any(String),
        contentHash: 'a'.repeat(64),
        generation: 1,
        text: 'Hello Ada & <Co>, 3 new. [a] [b]',
        model: { temperature: 0.2 },
      });
      expect(answer.headers.get('x-generation')).toBe('1');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect((await eve.send('POST', path, body, road)).body.text).toBe('Eve says Ada & <Co>');
    }
    expect(tierOf(await ada.send('POST', path, { variables: { who: 'x' } }))).toBe('memory');
  });

  it('renders messages, and never parses a value again', async () => {
    const app = await application();
    const messages = [
      { role: 'system', content: 'You serve {{who}}.' },
      { role: 'user', content: '{{count}}' },
    ];
    await activate(app.tenantId, 'support/greeting', { kind: 'chat', variables, locales: { en: { messages } } });
    const { body } = await app.send('POST', path, { variables: { who: '{{count}} {{asset:x}}', count: 7 } });
    expect(body.messages).toEqual([
      { role: 'system', content: 'You serve {{count}} {{asset:x}}.' },
      { role: 'user', content: '7' },
    ]);
    expect(body).not.toHaveProperty('text');
    // Nor where it would parse.
    const again = await app.send('POST', path, { variables: { who: '{{count}}', count: 7 } });
    expect(again.body.messages[0].content).toBe('You serve {{count}}.');
  });

  it('falls back in locales, and says so', async () => {
    const app = await application();
    await activate(app.tenantId, 'support/greeting', { variables, locales });
    for (const road of ROADS) {
      const { body } = await app.send('POST', path, { variables: { who: 'Ada' }, locale: 'fr-ca' }, road);
      expect(body).toMatchObject({ locale: 'fr', fallback: true, text: 'Bonjour Ada, 3.' });
      expect((await app.send('POST', path, { locale: 'x' }, road)).body.errors[0].path).toBe('locale');
    }
  });

  it('names all variables that are missing, and those of the wrong type', async () => {
    const app = await application();
    await activate(app.tenantId, 'support/greeting', {
      variables: [...variables, { name: 'city' }],
      locales: { en: { text: '{{who}} {{count}} {{city}}' } },
    });
    for (const road of ROADS) {
      const missing = await app.send('POST', path, { variables: { who: null } }, road);
      expect([missing.status, missing.body.code]).toEqual([422, 'missing_variables']);
      expect(missing.body.errors.map((error: any) => [error.path, error.code])).toEqual([
        ['variables.who', 'missing'],
        ['variables.city', 'missing'],
      ]);
      const mistyped = await app.send('POST', path, { variables: { who: 1, count: '2', city: 'x' } }, road);
      expect([mistyped.status, mistyped.body.code]).toEqual([400, 'validation_failed']);
      expect(mistyped.body.errors.map((error: any) => error.path)).toEqual(['variables.who', 'variables.count']);
      // Without a body of variables, none are given.
      expect((await app.send('POST', path, {}, road)).status).toBe(422);
    }
  });

  it('refuses bodies that are not what it takes, in the same words on every road', async () => {
    const app = await application();
    await activate(app.tenantId, 'support/greeting', { variables, locales });
    const bodies: [unknown, number, string][] = [
      ['{', 400, 'malformed_json'],
      ['[]', 400, 'validation_failed'],
      [{ variables: [] }, 400, 'validation_failed'],
      [{ variables: { who: 'x' }, more: 1 }, 400, 'validation_failed'],
      [{ variables: { ['x'.repeat(256)]: 1 } }, 400, 'validation_failed'],
      [{ variables: { who: 'x'.repeat(1024 * 1024) } }, 413, 'payload_too_large'],
    ];
    for (const [body, status, code] of bodies) {
      const told: unknown[] = [];
      for (const road of ROADS) {
        const answer = await app.send('POST', path, body, road);
        expect([answer.status, answer.body.code], JSON.stringify(body).slice(0, 80)).toEqual([status, code]);
        told.push({ ...answer.body, requestId: '' });
      }
      expect(told[1]).toEqual(told[0]);
    }
    expect((await app.send('POST', path, 'x', { 'content-type': 'text/plain' })).status).toBe(415);
    // Without a body, no variables are given.
    expect((await app.send('POST', path)).body.code).toBe('missing_variables');
    expect(
      (await app.send('POST', path, { variables: { who: 'é' } }, { 'content-type': 'application/json; charset=utf-8' }))
        .status,
    ).toBe(200);
  });

  it('refuses values that would make the text boundless', async () => {
    const app = await application();
    const nested = '{{#tags}}'.repeat(8) + 'x' + '{{/tags}}'.repeat(8);
    await activate(app.tenantId, 'support/greeting', { variables, locales: { en: { text: nested } } });
    const { status, body } = await app.send('POST', path, {
      variables: { who: 'x', tags: Array.from({ length: 20 }, () => 1) },
    });
    expect([status, body.code, body.errors[0].code]).toEqual([400, 'validation_failed', 'too_large']);
  });

  it('does not take the names of every object for variables', async () => {
    const app = await application();
    await activate(app.tenantId, 'support/greeting', {
      variables: [{ name: 'constructor' }],
      locales: { en: { text: '{{constructor}}|{{toString}}|{{__proto__}}' } },
    });
    expect((await app.send('POST', path, { variables: {} })).body.code).toBe('missing_variables');
    const own = await app.send('POST', path, '{"variables":{"constructor":"c","__proto__":"p"}}');
    expect(own.body.text).toBe('c||p');
  });
});
