import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import worker from '../../../src/worker.ts';
import type { Answer, Send } from '../../support/client.ts';
import { ok } from '../../support/team.ts';
import { d1 } from '../../support/workbench.ts';

let spies: MockInstance[];
beforeEach(() => {
  spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation(() => undefined),
  );
});
afterEach(() => vi.restoreAllMocks());

const printed = (): string[] => spies.flatMap((spy) => spy.mock.calls.map((call) => call.map(String).join(' ')));

/** The Worker as it runs in production: a line for every request. */
const through = (changed: object = {}): Send => {
  const bindings = { ...env, LOG_LEVEL: 'info', ...changed };
  return async (method, path, body, headers = {}) => {
    const execution = createExecutionContext();
    const request = new Request(`https://footlight.test${path}`, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const response = await worker.fetch(request as never, bindings, execution);
    const text = await response.text();
    await waitOnExecutionContext(execution);
    const json = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      body: json && text !== '' ? JSON.parse(text) : text,
    };
  };
};

const loud = through();

const bearing =
  (credential: string, send: Send = loud): Send =>
  (method, path, body, headers = {}) =>
    send(method, path, body, { authorization: `Bearer ${credential}`, ...headers });

/** The one line of a request. */
function lineOf(answer: Answer): Record<string, unknown> {
  const id = answer.headers.get('x-request-id');
  const lines = printed()
    .filter((line) => line.includes(`"${id}"`))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines, `lines of ${id}`).toHaveLength(1);
  return lines[0] ?? {};
}

const PASSWORD = 'XYZZY-password-of-nobody';
const TEXT = 'PLUGH-the-text-of-a-prompt';
const VALUE = 'FROB-the-value-of-a-variable';

async function register(send: Send = loud) {
  const email = `log-${crypto.randomUUID()}@example.com`;
  return {
    email,
    ...(await ok(send('POST', '/v1/auth/register', { email, password: PASSWORD, name: 'Log', tenantName: 'Log' }))),
  };
}

describe('the log', () => {
  it('has one line a request, that says who, what and how it went', async () => {
    const { user, tenant, accessToken } = await register();
    const answer = await bearing(accessToken)('GET', '/v1/prompts/nothing%2Fat%20all', undefined, {
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    });
    expect(lineOf(answer)).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: 'info',
      message: 'request',
      requestId: answer.headers.get('x-request-id'),
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      tenant: tenant.id,
      actor: user.id,
      method: 'GET',
      route: '/v1/prompts/:prompt',
      status: 404,
      durationMs: expect.any(Number),
      d1: expect.any(Number),
      kv: 0,
      do: 0,
    });
  });

  it('has one line for every kind of answer', async () => {
    const { accessToken } = await register();
    const send = bearing(accessToken);
    for (const [answer, status, route, level] of [
      [await loud('GET', '/health'), 200, '/health', 'info'],
      [await loud('GET', '/nothing/here'), 404, '/*', 'info'],
      [await loud('PUT', '/health'), 405, '/*', 'info'],
      [
        await loud('OPTIONS', '/v1/prompts', undefined, {
          origin: 'https://app.example.com',
          'access-control-request-method': 'GET',
        }),
        204,
        '/*',
        'info',
      ],
      [await loud('GET', '/v1/me'), 401, '/v1/me', 'info'],
      [await send('POST', '/v1/prompts', '{'), 400, '/v1/prompts', 'info'],
      [await send('POST', '/v1/prompts', 'x', { 'content-type': 'text/plain' }), 415, '/v1/prompts', 'info'],
      [await send('POST', '/v1/prompts', { name: 'a', kind: 'text' }), 201, '/v1/prompts', 'info'],
      [await bearing(accessToken, through({ DB: undefined }))('GET', '/v1/me'), 500, '/v1/me', 'error'],
      [await bearing(accessToken, through({ AUTH_PEPPER: undefined }))('GET', '/v1/me'), 503, '/v1/me', 'error'],
    ] as const) {
      const line = lineOf(answer);
      expect(line).toMatchObject({ message: 'request', status, route, level });
      expect(line['status']).toBe(answer.status);
    }
  });

  it('has one line a fetch at the edge, with the tier that answered, whichever way it took', async () => {
    const { user, tenant, accessToken } = await register();
    const send = bearing(accessToken);
    await ok(send('POST', '/v1/prompts', { name: 'edge/log', kind: 'text', version: { text: `${TEXT} {{who}}` } }));
    const items = [{ type: 'prompt', prompt: 'edge/log', tag: '1.0.0' }];
    await ok(send('POST', '/v1/deployments', { environment: 'development', items, autoDeploy: true }));
    const { id, key } = await ok(send('POST', '/v1/api-keys', { name: 'app', scopes: ['edge:read'] }));
    for (const [credential, actor] of [
      [accessToken, user.id],
      [key, id],
    ] as const) {
      for (let i = 0; i < 4; i++) {
        for (const [method, path, body] of [
          ['GET', '/v1/edge/development/prompts/edge/log'],
          ['POST', '/v1/edge/development/render/edge/log', { variables: { who: VALUE } }],
          ['POST', '/v1/edge/development/batch', { names: ['edge/log'] }],
        ] as const) {
          const answer = await bearing(credential)(method, path, body);
          expect(answer.status).toBe(200);
          const line = lineOf(answer);
          expect(line).toMatchObject({
            message: 'request',
            level: 'info',
            method,
            status: 200,
            tenant: tenant.id,
            actor,
            traceId: null,
          });
          expect(line['route']).toMatch(/^\/v1\/edge\/:environment\//);
          expect(['memory', 'kv', 'd1']).toContain(line['tier']);
          for (const store of ['d1', 'kv', 'do', 'durationMs']) expect(line[store]).toEqual(expect.any(Number));
        }
      }
    }
  });

  it('is quiet below its level, but for errors', async () => {
    const send = through({ LOG_LEVEL: 'error' });
    await send('GET', '/health');
    await send('GET', '/nothing');
    expect(printed()).toEqual([]);
    await bearing('a.b.c', through({ LOG_LEVEL: 'error', AUTH_PEPPER: undefined }))('GET', '/v1/me');
    expect(printed()).toHaveLength(1);
  });

  it('cannot be made to lie by what a caller sends', async () => {
    const answer = await loud('GET', '/health?%0a{"level":"error"}', undefined, {
      'x-request-id': 'x","level":"error',
      traceparent: '"\\u000a',
      'user-agent': '\\n{"forged":true}',
    });
    expect(lineOf(answer)).toMatchObject({ level: 'info', route: '/health', traceId: null });
    for (const line of printed()) expect(line).not.toMatch(/forged|\n/);
  });
});

describe('secrets and texts', () => {
  it('stand neither in the log nor in the audit trail, whatever happens', async () => {
    const secrets: string[] = [PASSWORD, TEXT, VALUE];
    const bound = env as unknown as Record<string, string>;
    secrets.push(
      bound['AUTH_PEPPER'] ?? '',
      JSON.parse(bound['AUTH_SIGNING_KEYS'] ?? '').keys[0].d,
      (bound['ENCRYPTION_KEYS'] ?? '').split(':')[1] ?? '',
    );
    const { tenant, email, accessToken, refreshToken } = await register();
    secrets.push(accessToken, refreshToken);
    const send = bearing(accessToken);

    // Who comes in.
    const again = await ok(loud('POST', '/v1/auth/login', { email, password: PASSWORD }));
    const next = await ok(loud('POST', '/v1/auth/refresh', { refreshToken: again.refreshToken }));
    secrets.push(again.accessToken, again.refreshToken, next.accessToken, next.refreshToken);
    await loud('POST', '/v1/auth/refresh', { refreshToken: again.refreshToken });
    await loud('POST', '/v1/auth/login', { email, password: `${PASSWORD}-mistyped` });
    await loud('POST', '/v1/auth/login', { email, password: [PASSWORD] });
    await loud('POST', '/v1/auth/login', `{"password":"${PASSWORD}`);
    await loud('POST', '/v1/auth/login', `${PASSWORD} is not JSON`);
    await bearing(`${accessToken}x`)('GET', '/v1/me');
    await loud('GET', `/v1/me?access_token=${accessToken}`);
    const invited = await ok(send('POST', '/v1/invitations', { email: 'log2@example.com', role: 'approver' }));
    secrets.push(invited.token);
    const friend = await ok(
      loud('POST', '/v1/invitations/accept', { token: invited.token, name: 'Two', password: PASSWORD }),
    );
    secrets.push(friend.accessToken, friend.refreshToken);
    await loud('POST', '/v1/invitations/accept', { token: invited.token, name: 'Two', password: PASSWORD });
    const key = await ok(
      send(
        'POST',
        '/v1/api-keys',
        { name: 'app', scopes: ['edge:read', 'prompts:read'] },
        { 'idempotency-key': 'key-1' },
      ),
    );
    await ok(
      send(
        'POST',
        '/v1/api-keys',
        { name: 'app', scopes: ['edge:read', 'prompts:read'] },
        { 'idempotency-key': 'key-1' },
      ),
    );
    secrets.push(key.key, key.key.slice('fl_'.length + 54, -9));
    await bearing(`${key.key.slice(0, -1)}!`)('GET', '/v1/prompts');
    await bearing(key.key)('POST', '/v1/prompts', { name: 'x', kind: 'text', version: { text: TEXT } });

    // What they write and serve.
    const body = { text: `${TEXT} {{who}}`, translations: [{ locale: 'fr', text: `Bonjour ${TEXT} {{who}}` }] };
    await ok(send('POST', '/v1/prompts', { name: 'secret', kind: 'text', version: body }));
    await ok(
      send('POST', '/v1/prompts', {
        name: 'talk',
        kind: 'chat',
        version: { messages: [{ role: 'system', content: TEXT }] },
      }),
    );
    await ok(send('POST', '/v1/assets', { key: 'voice', version: { text: TEXT } }));
    await ok(
      send('POST', '/v1/prompts/secret/versions', {
        ...body,
        tag: '1.1.0',
        variables: [{ name: 'who', default: VALUE }],
      }),
    );
    await send('POST', '/v1/prompts/secret/versions', { text: `${TEXT} {{#broken`, tag: '2.0.0' });
    await send('POST', '/v1/prompts/secret/versions', { text: [TEXT] });
    await ok(send('PUT', '/v1/prompts/secret/versions/1.1.0/translations/fr', { text: `Salut ${TEXT} {{who}}` }));
    await ok(send('POST', '/v1/prompts/secret/versions/1.1.0/render', { variables: { who: VALUE } }));
    await ok(send('GET', `/v1/prompts?q=${TEXT}`));
    await ok(send('GET', '/v1/prompts/secret/diff?from=1.0.0&to=1.1.0'));
    const items = [{ type: 'prompt', prompt: 'secret', tag: '1.1.0' }];
    const deployment = await ok(send('POST', '/v1/deployments', { environment: 'staging', items }));
    await send('POST', `/v1/deployments/${deployment.id}/approve`);
    await ok(bearing(friend.accessToken)('POST', `/v1/deployments/${deployment.id}/approve`));
    await ok(send('POST', `/v1/deployments/${deployment.id}/deploy`));
    await send('PUT', '/v1/prompts/secret/versions/1.1.0/translations/fr', { text: `Encore ${TEXT}` });
    for (const by of [key.key, accessToken]) {
      await ok(bearing(by)('GET', '/v1/edge/staging/prompts/secret'));
      await ok(bearing(by)('POST', '/v1/edge/staging/render/secret', { variables: { who: VALUE } }));
      await bearing(by)('POST', '/v1/edge/staging/render/secret', { variables: { other: VALUE }, more: VALUE });
    }

    // What goes wrong: a database that quotes what it was asked, copies that can't be read.
    const failing = new Proxy(env.DB, {
      get: () => () => {
        throw new Error('Failed query: select * from users where email = ?\nparams: ' + PASSWORD, { cause: 'D1' });
      },
    });
    await loud('GET', '/health');
    for (const [method, path, sent] of [
      ['POST', '/v1/auth/login', { email, password: PASSWORD }],
      ['POST', '/v1/prompts', { name: 'lost', kind: 'text', version: { text: TEXT } }],
    ] as const) {
      expect((await bearing(accessToken, through({ DB: failing }))(method, path, sent)).status).toBe(500);
    }
    const copy = (await env.EDGE.list()).keys.find(({ name }) => name.includes(tenant.id) && name.includes('secret'));
    await env.EDGE.put(copy?.name ?? '', `${TEXT} is not JSON`);
    await bearing(key.key)('GET', '/v1/edge/staging/prompts/secret', undefined, {
      'x-min-generation': '0',
      'cache-control': 'no-cache',
    });
    await bearing(key.key)('GET', '/v1/edge/staging/prompts/secret', undefined, { 'x-min-generation': '1' });

    const lines = printed();
    expect(lines.length).toBeGreaterThan(40);
    const events = await d1('SELECT * FROM audit_events WHERE tenant_id = ?', tenant.id);
    expect(events.length).toBeGreaterThan(15);
    const places = [...lines, ...events.map((event) => JSON.stringify(event))];
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(10);
      for (const place of places) expect(place.includes(secret), `${secret} stands in ${place}`).toBe(false);
    }
    for (const line of lines) {
      expect(Object.keys(JSON.parse(line))).toEqual(expect.arrayContaining(['time', 'level', 'message']));
      // Who is who is said by ids.
      expect(line).not.toContain(email);
      expect(line).not.toMatch(/Bearer|select |insert |params/i);
    }
  });
});
