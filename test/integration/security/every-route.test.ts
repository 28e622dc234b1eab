import { env } from 'cloudflare:workers';
import { generateKeyPairSync } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { apiKeyRecordKey } from '../../../src/api-keys/public.ts';
import { API_KEY_SCOPES, type Permission, ROLES, roleAllows } from '../../../src/kernel/permissions.ts';
import { loadConfig } from '../../../src/platform/config.ts';
import { type Answer, as, send } from '../../support/client.ts';
import { type Belongings, furnish, holdings, pathsOf, QUERIES, WORDS } from '../../support/belongings.ts';
import { expectProblem } from '../../support/problems.ts';
import {
  exampleOf,
  filled,
  mediaTypeOf,
  needsCredential,
  type Operation,
  operations,
  parametersOf,
  permissionsOf,
} from '../../support/surface.ts';
import { apiKey, ok } from '../../support/team.ts';
import { d1 } from '../../support/workbench.ts';

const guarded = operations.filter(needsCredential);
const named = (list: readonly Operation[]) =>
  list.map((operation) => [`${operation.method} ${operation.path}`, operation] as const);

/** Their callers' roles are read from the token: a session that ended may read the edge until the token expires. */
const atTheEdge = ({ tags }: Operation): boolean => tags.includes('Edge');

let mine: Belongings;
let theirs: Belongings;
let credentials: Record<string, string>;

beforeAll(async () => {
  mine = await furnish('ours');
  theirs = await furnish('theirs');
  credentials = await badCredentials();
});

/** Asks for an operation as the document describes it, with some things for its path. */
function call(
  operation: Operation,
  headers: Record<string, string>,
  whose = mine,
  body = exampleOf(operation),
): Promise<Answer> {
  const path = filled(operation.path, pathsOf(whose)) + (QUERIES[operation.operationId] ?? '');
  return send(operation.method, path, body, { ...typed(operation), ...headers });
}

const keys = new Map<string, Promise<{ key: string }>>();

/** The key of ours that has just these scopes: made once. */
async function keyWith(scopes: readonly Permission[]): Promise<string> {
  const name = scopes.join(' ');
  const made = keys.get(name) ?? apiKey(mine.people.owner, scopes);
  keys.set(name, made);
  return (await made).key;
}

const typed = (operation: Operation): Record<string, string> => ({ 'content-type': mediaTypeOf(operation) });

const bearer = (credential: string): Record<string, string> => ({ authorization: `Bearer ${credential}` });

async function badCredentials(): Promise<Record<string, string>> {
  const { owner } = mine.people;
  const [, payload = '', signature = ''] = owner.accessToken.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, string>;
  const own = loadConfig(env).signingKeys[0];
  const ours = await importJWK({ ...own }, 'EdDSA');
  const foreign = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const sign = (key: typeof ours | Uint8Array, changed: object = {}, header: object = {}) =>
    new SignJWT({ ...claims, ...changed })
      .setProtectedHeader({ alg: 'EdDSA', kid: own.kid, typ: 'at+jwt', ...header })
      .sign(key);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const key = (await apiKey(owner, API_KEY_SCOPES)).key;
  const revoked = await apiKey(owner, API_KEY_SCOPES);
  await ok(owner.send('DELETE', `/v1/api-keys/${revoked.id}`));
  const stale = await apiKey(owner, API_KEY_SCOPES);
  await expire(stale.id);
  const wrongSecret = await checksummed(key.replace(/_[A-Za-z0-9_-]{43}_/, `_${'x'.repeat(43)}_`));
  return {
    'no token at all': 'nonsense',
    'a token in three wrong parts': 'a.b.c',
    'an unsigned token': `${part({ alg: 'none', typ: 'at+jwt', kid: own.kid })}.${payload}.`,
    'an unsigned token with a signature': `${part({ alg: 'none', typ: 'at+jwt', kid: own.kid })}.${payload}.${signature}`,
    'a token of another key': await sign(await importJWK({ ...foreign }, 'EdDSA')),
    'a token of a key that we do not know': await sign(await importJWK({ ...foreign }, 'EdDSA'), {}, { kid: 'other' }),
    'a token that brings its own key': await sign(
      await importJWK({ ...foreign }, 'EdDSA'),
      {},
      {
        kid: 'other',
        jwk: { kty: 'OKP', crv: 'Ed25519', x: foreign.x },
      },
    ),
    'a token signed with the public key as a secret': await sign(Buffer.from(own.x, 'base64url'), {}, { alg: 'HS256' }),
    'a token for another audience': await sign(ours, { aud: 'elsewhere' }),
    'a token of another issuer': await sign(ours, { iss: 'elsewhere' }),
    'a token of another type': await sign(ours, {}, { typ: 'JWT' }),
    'an expired token': await sign(ours, { iat: 1_700_000_000, exp: 1_700_000_900 }),
    'a token with a role that there is not': await sign(ours, { role: 'emperor' }),
    'a token whose claims were changed': owner.accessToken.replace(payload, part({ ...claims, tid: theirs.tenantId })),
    'an API key in another form': 'fl_nonsense',
    'an API key with a wrong checksum': `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`,
    'an API key with a wrong secret': wrongSecret,
    'an API key that claims another tenant': await checksummed(
      key.replace(mine.tenantId.slice(4), theirs.tenantId.slice(4)),
    ),
    'an API key that was revoked': revoked.key,
    'an API key that has expired': stale.key,
  };
}

/** A key with its checksum put right: wrong in what it says, not in how it is written. */
async function checksummed(key: string): Promise<string> {
  const { crc32 } = await import('node:zlib');
  const body = key.slice(0, -9);
  return `${body}_${crc32(body).toString(16).padStart(8, '0')}`;
}

/** Lets a key's day be over, in both stores. */
async function expire(id: string): Promise<void> {
  await d1('UPDATE api_keys SET expires_at = 1 WHERE id = ?', id);
  const name = apiKeyRecordKey(mine.tenantId, id);
  const record = await env.EDGE.get<object>(name, 'json');
  await env.EDGE.put(name, JSON.stringify({ ...record, expiresAt: 1 }));
}

describe('without a credential that is good', () => {
  const MALFORMED = ['', 'Bearer', 'Bearer ', 'Bearer two parts', 'Basic YTpi', 'Token abc'];

  it.each(named(guarded))('%s answers 401', async (_, operation) => {
    expectProblem(await call(operation, {}), 401, 'unauthenticated');
    for (const authorization of MALFORMED) {
      expectProblem(await call(operation, { authorization }), 401, 'unauthenticated');
    }
    for (const [what, credential] of Object.entries(credentials)) {
      expectProblem(await call(operation, bearer(credential)), 401, 'unauthenticated', what);
    }
  });

  it.each(named(guarded))('%s says so before it looks at the body', async (_, operation) => {
    const path = filled(operation.path, pathsOf(mine)) + (QUERIES[operation.operationId] ?? '');
    if (operation.method === 'GET') return;
    // A body that is too long takes longer than all the rest together: some routes stand for all, for its limit stands in one place.
    const tooLong = guarded.indexOf(operation) % 8 === 0 ? [`"${'x'.repeat(1024 * 1024)}"`] : [];
    for (const body of ['{', '[]', '{"surprise":1}', ...tooLong]) {
      expectProblem(await send(operation.method, path, body), 401, 'unauthenticated');
      const wrong = bearer(credentials['an API key with a wrong secret'] ?? '');
      expectProblem(await send(operation.method, path, body, wrong), 401, 'unauthenticated');
    }
    const typed = { ...bearer('nonsense'), 'content-type': 'text/plain' };
    expectProblem(await send(operation.method, path, 'x', typed), 401, 'unauthenticated');
  });

  describe('whose session ended', () => {
    let ended: string;

    beforeAll(async () => {
      const { email, password } = mine.people.viewer;
      const session = await ok(send('POST', '/v1/auth/login', { email, password, tenantId: mine.tenantId }));
      await ok(send('POST', '/v1/auth/logout', { refreshToken: session.refreshToken }));
      ended = session.accessToken;
    });

    it.each(named(guarded.filter((operation) => !atTheEdge(operation))))('%s answers 401', async (_, operation) => {
      expectProblem(await call(operation, bearer(ended)), 401, 'unauthenticated');
    });
  });
});

describe('without the permission', () => {
  const inNeed = guarded.filter((operation) => permissionsOf(operation).length > 0);

  it('every guarded operation says who may call it, in words that are permissions', () => {
    for (const operation of guarded) {
      const access = [operation['x-permission']].flat();
      expect(access.length, operation.operationId).toBeGreaterThan(0);
      if (access[0] === 'person' || access[0] === 'member') expect(access).toHaveLength(1);
      else expect(permissionsOf(operation), operation.operationId).toHaveLength(access.length);
    }
  });

  it.each(named(inNeed))('%s answers 403 to every role that lacks it', async (_, operation) => {
    const permissions = permissionsOf(operation);
    for (const role of ROLES) {
      if (permissions.some((permission) => roleAllows(role, permission))) continue;
      const headers = bearer(mine.people[role].accessToken);
      expectProblem(await call(operation, headers), 403, 'forbidden', role);
      expectProblem(await call(operation, headers, theirs), 403, 'forbidden', role);
      if (operation.method !== 'GET') expectProblem(await call(operation, headers, mine, '{'), 403, 'forbidden', role);
    }
  });

  it.each(named(inNeed))('%s answers 403 to an API key with every other scope', async (_, operation) => {
    const permissions = permissionsOf(operation);
    const others = API_KEY_SCOPES.filter((scope) => !permissions.includes(scope));
    const headers = bearer(await keyWith(others));
    expectProblem(await call(operation, headers), 403, 'forbidden');
    expectProblem(await call(operation, headers, theirs), 403, 'forbidden');
    if (operation.method !== 'GET') expectProblem(await call(operation, headers, mine, '{'), 403, 'forbidden');
  });

  it.each(named(guarded.filter((operation) => operation['x-permission'] === 'person')))(
    '%s answers 403 to any API key',
    async (_, operation) => {
      expectProblem(await call(operation, bearer(await keyWith(API_KEY_SCOPES))), 403, 'forbidden');
    },
  );

  it.each(named(inNeed))('%s lets in whoever has it, and a key with that scope alone', async (_, operation) => {
    // Asked for what is not there, or in words that are not understood: the door is what is tried, not the room.
    const nothing = Object.fromEntries(parametersOf(operation.path).map((parameter) => [parameter, 'nothing']));
    const path = filled(operation.path, nothing);
    const body = operation.method === 'GET' || operation.method === 'DELETE' ? undefined : { surprise: 1 };
    for (const permission of permissionsOf(operation)) {
      const holders = ROLES.filter((role) => roleAllows(role, permission)).map((role) => mine.people[role].accessToken);
      if (API_KEY_SCOPES.includes(permission)) holders.push(await keyWith([permission]));
      for (const holder of holders) {
        const { status } = await send(operation.method, path, body, { ...typed(operation), ...bearer(holder) });
        expect([200, 400, 404, 426], `${permission} answered ${status}`).toContain(status);
      }
    }
  });

  it('takes a role away at once, from a token that still names it', async () => {
    const { owner, admin } = mine.people;
    await ok(owner.send('PATCH', `/v1/members/${admin.id}`, { role: 'viewer' }));
    try {
      for (const operation of inNeed.filter((candidate) => !atTheEdge(candidate))) {
        if (permissionsOf(operation).some((permission) => roleAllows('viewer', permission))) continue;
        expectProblem(await call(operation, bearer(admin.accessToken)), 403, 'forbidden', operation.operationId);
      }
    } finally {
      await ok(owner.send('PATCH', `/v1/members/${admin.id}`, { role: 'admin' }));
    }
  });
});

/** What one was refused is on one's own record, in the words that one asked in: it tells nothing new. */
const isNews = ({ outcome }: { outcome?: string }): boolean => outcome !== 'refused';

describe('with another tenant’s things in the path', () => {
  const withThings = guarded.filter(({ path }) => parametersOf(path).some((parameter) => !WORDS.has(parameter)));
  let before: Record<string, unknown>;

  beforeAll(async () => {
    before = await holdings(theirs.tenantId);
  });

  it('the table of paths knows every parameter, and each route finds what is its own', async () => {
    for (const { path } of operations) filled(path, pathsOf(mine));
    for (const operation of guarded) {
      if (operation.method !== 'GET' || !operation.path.includes('{') || atTheEdge(operation)) continue;
      const { status } = await call(operation, bearer(mine.people.owner.accessToken));
      expect([200, 426], `${operation.method} ${operation.path} answered ${status}`).toContain(status);
    }
  });

  it.each(named(withThings))('%s answers 404', async (_, operation) => {
    const permissions = permissionsOf(operation);
    const keyHas = permissions.length === 0 || permissions.some((name) => API_KEY_SCOPES.includes(name));
    for (const credential of [mine.people.owner.accessToken, ...(keyHas ? [await keyWith(API_KEY_SCOPES)] : [])]) {
      const answer = await call(operation, bearer(credential), theirs);
      expectProblem(answer, 404, 'not_found');
      // The same words as for what does not exist anywhere: an answer that differs would tell that it does.
      const paths = pathsOf(theirs);
      const first = parametersOf(operation.path)[0] ?? '';
      const made = (paths[first] ?? '').replace(/.{4}$/, '0000');
      const path = filled(operation.path, { ...paths, [first]: made }) + (QUERIES[operation.operationId] ?? '');
      const headers = { ...typed(operation), ...bearer(credential) };
      const unknown = await send(operation.method, path, exampleOf(operation), headers);
      expectProblem(unknown, 404, 'not_found');
      expect(unknown.body.detail.replace(made, '')).toBe(answer.body.detail.replace(paths[first] ?? '', ''));
    }
    expect(await holdings(theirs.tenantId)).toEqual(before);
  });

  it('finds nothing under their names either', async () => {
    const { owner } = mine.people;
    const names = {
      ...pathsOf(mine),
      '/v1/prompts/{prompt}': theirs.prompt.name,
      '/v1/assets/{asset}': theirs.asset.key,
      '/v1/models/{name}': theirs.model.name,
      '/v1/datasets/{name}': theirs.dataset.name,
      '/v1/evaluators/{name}': theirs.evaluator.name,
    };
    for (const operation of withThings.filter(({ path }) =>
      /^\/v1\/(prompts|assets|models|datasets|evaluators)\//.test(path),
    )) {
      const path = filled(operation.path, names) + (QUERIES[operation.operationId] ?? '');
      expectProblem(
        await owner.send(operation.method, path, exampleOf(operation), typed(operation)),
        404,
        'not_found',
        operation.operationId,
      );
    }
    for (const environment of ['development', 'production']) {
      const at = `/v1/edge/${environment}`;
      const name = encodeURIComponent(theirs.prompt.name);
      expectProblem(await owner.send('GET', `${at}/prompts/${name}`), 404, 'not_deployed');
      expectProblem(await owner.send('POST', `${at}/render/${name}`, { variables: {} }), 404, 'not_deployed');
      const batch = await ok(owner.send('POST', `${at}/batch`, { names: [theirs.prompt.name, mine.prompt.name] }));
      expect(batch.data[0]).toEqual({
        name: theirs.prompt.name,
        error: { code: 'not_deployed', detail: expect.any(String) },
      });
    }
    expect(await holdings(theirs.tenantId)).toEqual(before);
  });

  it('finds nothing of theirs through bodies and queries', async () => {
    const { owner } = mine.people;
    expectProblem(await owner.send('POST', '/v1/auth/switch-tenant', { tenantId: theirs.tenantId }), 404, 'not_found');
    const { email, password } = owner;
    const login = await send('POST', '/v1/auth/login', { email, password, tenantId: theirs.tenantId });
    expectProblem(login, 404, 'not_found');
    for (const item of [
      { type: 'prompt', prompt: theirs.prompt.id, tag: '1.0.0' },
      { type: 'prompt', prompt: theirs.prompt.name, tag: '1.0.0' },
      { type: 'asset', asset: theirs.asset.id, tag: '1.0.0' },
    ]) {
      const answer = await owner.send('POST', '/v1/deployments', { environment: 'production', items: [item] });
      expectProblem(answer, 422, 'incompatible');
    }
    const elsewhere = {
      environment: theirs.environment,
      items: [{ type: 'prompt', prompt: mine.prompt.id, tag: '1.0.0' }],
    };
    expectProblem(await owner.send('POST', '/v1/deployments', elsewhere), 404, 'not_found');
    for (const about of [
      { executionId: theirs.execution },
      { subject: 'ada', prompt: theirs.prompt.id, environment: 'development' },
      { subject: 'ada', prompt: theirs.prompt.name, environment: 'development' },
      { subject: 'ada', prompt: mine.prompt.id, environment: theirs.environment },
    ]) {
      expectProblem(await owner.send('POST', '/v1/feedback', { ...about, score: 1 }), 404, 'not_found');
    }
    const wish = {
      prompt: mine.prompt.id,
      tags: ['1.1.0'],
      models: ['echo'],
      dataset: mine.dataset.id,
      evaluators: ['quick'],
    };
    for (const of of [
      { prompt: theirs.prompt.id },
      { models: [theirs.model.name] },
      { dataset: theirs.dataset.id },
      { evaluators: [theirs.evaluator.id] },
    ]) {
      const answer = await owner.send('POST', '/v1/evaluations', { ...wish, ...of });
      expectProblem(answer, 404, 'not_found', Object.keys(of)[0]);
    }
    for (const query of [
      `/v1/feedback?execution=${theirs.execution}`,
      `/v1/feedback?prompt=${theirs.prompt.id}`,
      `/v1/feedback?environment=${theirs.environment}`,
      `/v1/audit-events?actor=${theirs.people.owner.id}`,
      `/v1/audit-events?entity=${theirs.prompt.id}`,
      `/v1/prompts?q=${encodeURIComponent('theirs')}`,
      `/v1/assets?q=${encodeURIComponent('theirs')}`,
      `/v1/deployments?environment=${theirs.environment}`,
    ]) {
      const { status, body } = await owner.send('GET', query);
      if (status !== 404) expect({ query, data: body.data.filter(isNews) }).toEqual({ query, data: [] });
    }
    expect(await holdings(theirs.tenantId)).toEqual(before);
  });

  it('shows nothing of theirs in any list', async () => {
    const marks = [
      theirs.tenantId,
      theirs.prompt.id,
      theirs.asset.id,
      theirs.model.id,
      theirs.dataset.id,
      theirs.evaluator.id,
      theirs.execution,
      theirs.feedback,
      theirs.evaluation,
      theirs.environment,
      theirs.pending,
      theirs.key.id,
      theirs.invitation,
      theirs.deadLetter,
    ];
    for (const person of Object.values(theirs.people)) marks.push(person.id, person.email);
    for (const operation of guarded.filter(({ method, path }) => method === 'GET' && !path.includes('{'))) {
      const { status, body } = await call(operation, bearer(mine.people.owner.accessToken));
      expect(status, operation.operationId).toBe(200);
      const text = JSON.stringify(Array.isArray(body.data) ? body.data.filter(isNews) : body);
      for (const mark of marks) expect(text, operation.operationId).not.toContain(mark);
    }
  });

  it('lets the same name stand for two things', async () => {
    await ok(
      mine.people.owner.send('POST', '/v1/prompts', { name: 'common', kind: 'text', version: { text: 'ours' } }),
    );
    await ok(
      theirs.people.owner.send('POST', '/v1/prompts', { name: 'common', kind: 'text', version: { text: 'theirs' } }),
    );
    const held = await holdings(theirs.tenantId);
    await ok(mine.people.owner.send('PATCH', '/v1/prompts/common', { title: 'Ours' }));
    await ok(mine.people.owner.send('DELETE', '/v1/prompts/common'));
    expect(await holdings(theirs.tenantId)).toEqual(held);
    expect((await as(theirs.people.owner.accessToken)('GET', '/v1/prompts/common')).status).toBe(200);
  });
});
