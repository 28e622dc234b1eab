import { env, exports } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { BODY_MAX } from '../../../src/platform/http/limits.ts';
import { owner, type Person, send } from '../../support/client.ts';
import { expectProblem, expectSafeHeaders } from '../../support/problems.ts';
import { ok } from '../../support/team.ts';
import { sendWith } from '../../support/workbench.ts';

let ada: Person;
beforeAll(async () => {
  ada = await owner();
});
afterEach(() => vi.restoreAllMocks());

const bearer = () => ({ authorization: `Bearer ${ada.accessToken}` });

/** A request as it is, for what a JSON client can't send. */
const raw = (method: string, path: string, init: RequestInit = {}): Promise<Response> =>
  exports.default.fetch(new Request(`https://footlight.test${path}`, { method, ...init }));

async function answerOf(response: Response) {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

describe('paths and methods', () => {
  it.each([
    '/',
    '/v1',
    '/v1/',
    '/v2/prompts',
    '/v1/prompts/',
    '/nothing',
    '/v1/prompts/a/b',
    '/v1/edge/production',
    '/%E0%A4%A',
    '/..%2f',
  ])('knows no %s', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE']) expectProblem(await ada.send(method, path), 404, 'not_found');
  });

  it.each([
    ['DELETE', '/health', 'GET, HEAD'],
    ['POST', '/openapi.json', 'GET, HEAD'],
    ['PUT', '/v1/prompts', 'GET, HEAD, POST'],
    ['POST', '/v1/prompts/some', 'DELETE, GET, HEAD, PATCH'],
    ['GET', '/v1/auth/login', 'POST'],
    ['HEAD', '/v1/auth/login', 'POST'],
    ['DELETE', '/v1/edge/production/prompts/a/b', 'GET, HEAD'],
    ['GET', '/v1/edge/production/render/a/b', 'POST'],
    ['QUERY', '/v1/prompts', 'GET, HEAD, POST'],
    ['GET', '/v1/prompts/some/versions/1.0.0/translations/fr', 'DELETE, PUT'],
  ])('%s %s is told what there is', async (method, path, allow) => {
    const answer = await raw(method, path);
    expect({ status: answer.status, allow: answer.headers.get('allow') }).toEqual({ status: 405, allow });
    if (method !== 'HEAD') expectProblem(await answerOf(answer), 405, 'method_not_allowed');
  });

  it('answers HEAD as GET, without the body', async () => {
    for (const path of ['/health', '/v1/prompts', '/openapi.json']) {
      const get = await raw('GET', path, { headers: bearer() });
      const head = await raw('HEAD', path, { headers: bearer() });
      expect({ status: head.status, type: head.headers.get('content-type'), body: await head.text() }).toEqual({
        status: get.status,
        type: get.headers.get('content-type'),
        body: '',
      });
      expectSafeHeaders(head.headers);
      await get.text();
    }
    expect((await raw('HEAD', '/v1/prompts')).status).toBe(401);
    expect((await raw('HEAD', '/nothing')).status).toBe(404);
  });

  it('answers OPTIONS with the methods there are', async () => {
    const answer = await raw('OPTIONS', '/v1/prompts');
    expect({ status: answer.status, allow: answer.headers.get('allow') }).toEqual({
      status: 204,
      allow: 'GET, HEAD, POST',
    });
    expectSafeHeaders(answer.headers);
    expectProblem(await answerOf(await raw('OPTIONS', '/nothing')), 404, 'not_found');
  });
});

describe('bodies', () => {
  const login = '/v1/auth/login';
  const json = { 'content-type': 'application/json' };
  const utf8 = (text: string) => new TextEncoder().encode(text);
  /** Some read their bodies ahead, or on a road of their own. */
  const WRITES = [
    '/v1/prompts',
    '/v1/deployments',
    '/v1/prompts/nothing/execute',
    '/v1/edge/production/render/nothing',
    '/v1/edge/production/batch',
  ];

  it.each(['{', '', 'null,', "{'a':1}", '\u0000', '{"email":"a'])('%j is not JSON', async (body) => {
    for (const [path, headers] of [
      [login, json],
      ['/v1/prompts', { ...json, ...bearer() }],
    ] as const) {
      expectProblem(await send('POST', path, body, headers), 400, 'malformed_json');
    }
  });

  it('wants a body where one is needed', async () => {
    for (const path of [login, '/v1/prompts']) {
      expectProblem(await ada.send('POST', path), 400, 'validation_failed');
      expectProblem(await ada.send('POST', path, undefined, json), 400, 'malformed_json');
    }
  });

  it('names every field that it does not know or that will not do, and where', async () => {
    const answer = await send('POST', login, { email: 'nobody', password: 7, role: 'owner' });
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors.map((error: { path: string }) => error.path).toSorted()).toEqual([
      'body',
      'email',
      'password',
    ]);
    expect(JSON.stringify(answer.body.errors)).toContain('role');
    for (const body of [[], 'text', 7, null, true]) {
      expectProblem(await send('POST', login, JSON.stringify(body), json), 400, 'validation_failed');
    }
    const nested = { name: 'a', kind: 'text', version: { text: 'x', variables: [{ name: 'ok' }, { name: 7 }] } };
    const deep = await ada.send('POST', '/v1/prompts', nested);
    expect(deep.body.errors).toEqual([expect.objectContaining({ path: 'version.variables[1].name' })]);
    const query = await ada.send('GET', '/v1/prompts?limit=0');
    expectProblem(query, 400, 'validation_failed');
    expect(query.body.errors).toEqual([expect.objectContaining({ path: 'query.limit' })]);
    for (const cursor of ['nonsense', 'W10', '%7B%7D', 'x'.repeat(2001)]) {
      expectProblem(await ada.send('GET', `/v1/prompts?cursor=${cursor}`), 400, 'validation_failed');
    }
  });

  it('keeps prototypes out of it', async () => {
    const body = '{"email":"a@example.com","password":"correct horse battery","__proto__":{"role":"owner"}}';
    expectProblem(await send('POST', login, body, json), 400, 'validation_failed');
    expect(({} as Record<string, unknown>)['role']).toBeUndefined();
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/xml',
    '',
  ])('does not take %j', async (type) => {
    const headers = { ...bearer(), ...(type === '' ? {} : { 'content-type': type }) };
    const body = new TextEncoder().encode('{"name":"typed","kind":"text"}');
    for (const path of ['/v1/prompts', login]) {
      expectProblem(await answerOf(await raw('POST', path, { headers, body })), 415, 'unsupported_media_type');
    }
  });

  it('takes JSON whatever its case and charset', async () => {
    const type = 'Application/JSON; charset=utf-8';
    const body = new TextEncoder().encode(JSON.stringify({ name: 'typed', kind: 'text' }));
    expect((await raw('POST', '/v1/prompts', { headers: { ...bearer(), 'content-type': type }, body })).status).toBe(
      201,
    );
  });

  it.each(['iso-8859-1', '"utf-16"', 'windows-1252'])('does not take JSON in %s', async (charset) => {
    const headers = { ...bearer(), 'content-type': `application/json; charset=${charset}` };
    for (const path of [...WRITES, login]) {
      expectProblem(await answerOf(await raw('POST', path, { headers, body: '{}' })), 415, 'unsupported_media_type');
    }
  });

  it.each([
    ['Latin-1', [0x5a, 0x6f, 0xeb]],
    ['a character that is cut off', [0xf0, 0x9f, 0x98]],
    ['a lone surrogate', [0xed, 0xa0, 0x80]],
    ['an overlong character', [0xc0, 0xaf]],
  ])('does not take %s for JSON in UTF-8', async (_, bytes) => {
    const body = new Uint8Array([...utf8('{"name":"'), ...bytes, ...utf8('","kind":"text"}')]);
    for (const path of [...WRITES, login]) {
      for (const more of [{}, { 'idempotency-key': crypto.randomUUID() }, { 'content-length': String(body.length) }]) {
        if (path === login && 'idempotency-key' in more) continue;
        const answer = await answerOf(await raw('POST', path, { headers: { ...json, ...bearer(), ...more }, body }));
        expectProblem(answer, 400, 'malformed_json');
      }
    }
  });

  it('does not take it either where an API key has its body read ahead', async () => {
    const { key } = await ok(ada.send('POST', '/v1/api-keys', { name: 'runner', scopes: ['executions:run'] }), 201);
    const body = new Uint8Array([...utf8('{"environment":"production","model":"'), 0xff, ...utf8('"}')]);
    const headers = { ...json, authorization: `Bearer ${key}`, 'content-length': String(body.length) };
    const answer = await answerOf(await raw('POST', '/v1/prompts/nothing/execute', { headers, body }));
    expectProblem(answer, 400, 'malformed_json');
  });

  it('takes what is in UTF-8 as it is, a replacement character and a byte order mark too', async () => {
    const body = utf8('\ufeff{"name":"mark \ufffd Zoë 😀","kind":"text"}');
    const answer = await answerOf(await raw('POST', '/v1/prompts', { headers: { ...json, ...bearer() }, body }));
    expect([answer.status, answer.body.name]).toEqual([201, 'mark \ufffd Zoë 😀']);
  });

  const sized = (bytes: number): string =>
    JSON.stringify({ surprise: '' }).replace('""', `"${'x'.repeat(bytes - 15)}"`);

  it('reads a mebibyte and not a byte more', async () => {
    expect(sized(BODY_MAX)).toHaveLength(BODY_MAX);
    for (const path of ['/v1/prompts', login]) {
      expectProblem(await ada.send('POST', path, sized(BODY_MAX)), 400, 'validation_failed');
      const answer = await ada.send('POST', path, sized(BODY_MAX + 1));
      expectProblem(answer, 413, 'payload_too_large');
      expect(answer.body.detail).toContain(String(BODY_MAX));
    }
  });

  it('counts a body that comes in pieces and does not say how long it is', async () => {
    const stream = (pieces: number): ReadableStream<Uint8Array> => {
      let sent = 0;
      return new ReadableStream({
        pull(controller) {
          if (sent++ === pieces) controller.close();
          else controller.enqueue(new TextEncoder().encode(' '.repeat(1024)));
        },
      });
    };
    for (const path of ['/v1/prompts', login]) {
      const headers = { ...json, ...bearer() };
      expectProblem(await answerOf(await raw('POST', path, { headers, body: stream(1025) })), 413, 'payload_too_large');
      expectProblem(await answerOf(await raw('POST', path, { headers, body: stream(1024) })), 400, 'malformed_json');
    }
  });

  it('refuses what claims to be too long unread', async () => {
    const headers = { ...json, ...bearer(), 'content-length': String(BODY_MAX + 1) };
    const answer = await sendWith({})('POST', '/v1/prompts', '{}', headers);
    expectProblem(answer, 413, 'payload_too_large');
  });
});

describe('surprises', () => {
  const SECRET = 'hunter2-parameter';

  /** A D1 whose every statement fails as drizzle would have it told: with the SQL and what was bound. */
  const failing = () => {
    const fail = () => Promise.reject(new Error(`D1_ERROR: disk I/O error`));
    const statement = { bind: () => statement, all: fail, run: fail, raw: fail, first: fail };
    return { prepare: () => statement, batch: fail };
  };

  it('says nothing of the inside, and tells operators once', async () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const logs = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const answer = await sendWith({ DB: failing(), LOG_LEVEL: 'info' })('POST', '/v1/auth/login', {
      email: `${SECRET}@example.com`,
      password: SECRET,
    });
    expectProblem(answer, 500, 'internal_error');
    const said = JSON.stringify(answer.body);
    for (const inside of ['D1', 'disk', 'select', 'Error', SECRET]) expect(said).not.toContain(inside);
    expect(logs).not.toHaveBeenCalled();
    expect(errors).toHaveBeenCalledTimes(1);
    const line = JSON.parse(String(errors.mock.calls[0]?.[0]));
    expect(line).toMatchObject({ level: 'error', message: 'request', status: 500, requestId: answer.body.requestId });
    expect(line.error).toBe('Error: D1_ERROR: disk I/O error');
    expect(line.stack).toMatch(/^at /);
    expect(JSON.stringify(line)).not.toMatch(/hunter2|select|insert|Failed query|params/i);
  });

  it('does the same where a thing that is no error is thrown', async () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const odd = {
      prepare: () => {
        throw SECRET; // oxlint-disable-line typescript/only-throw-error -- that is what is tried
      },
    };
    const answer = await sendWith({ DB: odd })('POST', '/v1/auth/login', { email: 'a@example.com', password: SECRET });
    expectProblem(answer, 500, 'internal_error');
    expect(errors).toHaveBeenCalledTimes(1);
    expect(String(errors.mock.calls[0]?.[0])).not.toContain(SECRET);
  });

  it('gives up on a store that hangs up in the middle without leaking its words to the next', async () => {
    const before = await ada.send('GET', '/v1/me');
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expectProblem(await sendWith({ DB: failing() })('GET', '/v1/me', undefined, bearer()), 500, 'internal_error');
    expect((await ada.send('GET', '/v1/me')).body).toEqual(before.body);
  });
});

describe('request ids and traces', () => {
  const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

  it.each(['abc', 'A.b_c:d-1', 'x'.repeat(128)])('keeps the caller’s own: %s', async (id) => {
    for (const path of ['/health', '/nothing', '/v1/me']) {
      expect((await send('GET', path, undefined, { 'x-request-id': id })).headers.get('x-request-id')).toBe(id);
    }
  });

  it.each(['', ' ', 'a b', 'x'.repeat(129), '"quoted"', 'ä', '{"a":1}', '<script>'])('does not keep %j', async (id) => {
    const { headers } = await send('GET', '/health', undefined, {
      'x-request-id': encodeURI(id) === id ? id : id.replace('ä', '%C3'),
    });
    expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-z]{26}$/);
  });

  it('gives each request another', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, async () => (await send('GET', '/health')).headers.get('x-request-id')),
    );
    expect(new Set(ids).size).toBe(20);
  });

  it('passes a trace on and logs it', async () => {
    const logs = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const { headers } = await sendWith({ LOG_LEVEL: 'info' })('GET', '/health', undefined, { traceparent: TRACE });
    expect(headers.get('traceparent')).toBe(TRACE);
    expect(JSON.parse(String(logs.mock.calls[0]?.[0]))).toMatchObject({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736' });
  });

  it.each([
    'nonsense',
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
    'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    TRACE.toUpperCase(),
    `${TRACE}-more`,
  ])('passes over %s', async (traceparent) => {
    const logs = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const { headers } = await sendWith({ LOG_LEVEL: 'info' })('GET', '/health', undefined, { traceparent });
    expect(headers.get('traceparent')).toBeNull();
    expect(JSON.parse(String(logs.mock.calls[0]?.[0])).traceId).toBeNull();
  });
});

describe('CORS', () => {
  const ORIGIN = 'https://app.example.com';
  const preflight = (origin: string, through = send) =>
    through('OPTIONS', '/v1/prompts', undefined, {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    });

  it('lets the configured origin in', async () => {
    const asked = await preflight(ORIGIN);
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(asked.headers.get('access-control-allow-methods')?.split(',')).toEqual(
      expect.arrayContaining(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
    );
    for (const header of [
      'authorization',
      'cache-control',
      'content-type',
      'idempotency-key',
      'if-none-match',
      'x-min-generation',
    ]) {
      expect(asked.headers.get('access-control-allow-headers')?.split(',')).toContain(header);
    }
    expectSafeHeaders(asked.headers);
    for (const [path, status] of [
      ['/health', 200],
      ['/v1/me', 401],
      ['/nothing', 404],
    ] as const) {
      const answer = await send('GET', path, undefined, { origin: ORIGIN });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(answer.headers.get('access-control-expose-headers')?.split(',')).toEqual(
        expect.arrayContaining(['etag', 'retry-after', 'x-generation', 'x-request-id']),
      );
      expect(answer.headers.get('vary')?.toLowerCase()).toContain('origin');
      // Credentials are sent in a header of the caller's making, never by the browser itself.
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  it.each([
    'https://evil.example.com',
    'https://app.example.com.evil.example',
    'http://app.example.com',
    'https://app.example.com:444',
    'null',
    '',
  ])('does not let in %j', async (origin) => {
    for (const { headers } of [await preflight(origin), await send('GET', '/health', undefined, { origin })]) {
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it.each([{ CORS_ORIGINS: '' }, { CORS_ORIGINS: undefined }, { CORS_ORIGINS: '*' }, { AUTH_PEPPER: undefined }])(
    'lets nobody in where the configuration has nobody: %o',
    async (changed) => {
      for (const { headers } of [
        await preflight(ORIGIN, sendWith(changed)),
        await sendWith(changed)('GET', '/health', undefined, { origin: ORIGIN }),
      ]) {
        expect(headers.get('access-control-allow-origin')).toBeNull();
      }
    },
  );
});

describe('headers', () => {
  it('are on every kind of answer, and nothing is kept by caches that does not say so', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await ok(ada.send('POST', '/v1/prompts', { name: 'headed', kind: 'text', version: { text: 'Hello' } }));
    const items = [{ type: 'prompt', prompt: 'headed', tag: '1.0.0' }];
    await ok(ada.send('POST', '/v1/deployments', { environment: 'development', items, autoDeploy: true }));
    const path = '/v1/edge/development/prompts/headed';
    const fetched = await ada.send('GET', path);
    const again = await ada.send('GET', path);
    const same = await ada.send('GET', path, undefined, { 'if-none-match': fetched.headers.get('etag') ?? '' });
    const { id } = await ok(ada.send('POST', '/v1/invitations', { email: 'x@example.com', role: 'viewer' }));
    const answers = {
      200: await ada.send('GET', '/v1/me'),
      201: await ada.send('POST', '/v1/prompts', { name: 'made', kind: 'text' }),
      204: await ada.send('DELETE', `/v1/invitations/${id}`),
      304: same,
      400: await ada.send('POST', '/v1/prompts', {}),
      401: await send('GET', '/v1/me'),
      404: await send('GET', '/nothing'),
      405: await send('PUT', '/health'),
      409: await ada.send('POST', '/v1/prompts', { name: 'made', kind: 'text' }),
      426: await ada.send('GET', '/v1/environments/development/live'),
      500: await sendWith({ DB: undefined })('GET', '/v1/me', undefined, bearer()),
      503: await sendWith({ AUTH_PEPPER: undefined })('GET', '/readiness'),
    };
    for (const [status, answer] of Object.entries(answers)) {
      expect(answer.status).toBe(Number(status));
      expectSafeHeaders(answer.headers);
      if (status !== '304') expect(answer.headers.get('cache-control'), status).toBe('no-store');
    }
    for (const answer of [fetched, again, same]) {
      expectSafeHeaders(answer.headers);
      expect(answer.headers.get('cache-control')).toMatch(/no-store|private|no-cache/);
    }
    expect((await send('GET', '/.well-known/jwks.json')).headers.get('cache-control')).toBe('public, max-age=300');
  });

  it('are on a WebSocket too', async () => {
    const response = await raw('GET', '/v1/environments/development/live', {
      headers: { ...bearer(), upgrade: 'websocket', 'x-request-id': 'mine' },
    });
    expect(response.status).toBe(101);
    expect(response.headers.get('x-request-id')).toBe('mine');
    response.webSocket?.accept();
    response.webSocket?.close();
  });

  it('do not follow from what the caller sends', async () => {
    const { headers } = await send('GET', '/health', undefined, {
      'x-frame-options': 'ALLOWALL',
      'x-forwarded-host': 'evil.example',
    });
    expectSafeHeaders(headers);
    expect(env.DB).toBeDefined();
  });
});
