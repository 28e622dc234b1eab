import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { apiKeyRecordKey, type ApiKeyRecord, formatApiKey, parseApiKey } from '../../../src/api-keys/domain.ts';
import { authenticateApiKey } from '../../../src/api-keys/public.ts';
import { API_KEY_SCOPES, PERMISSION_NAMES } from '../../../src/kernel/permissions.ts';
import { as, owner, type Send, send } from '../../support/client.ts';
import { apiKey, member, ok } from '../../support/team.ts';
import { contextWith, d1 } from '../../support/workbench.ts';

const DAY = 24 * 60 * 60 * 1000;
const create = (by: { send: Send }, body: object = {}) =>
  by.send('POST', '/v1/api-keys', { name: 'test', scopes: ['prompts:read'], ...body });
const revoke = (by: { send: Send }, id: string) => by.send('DELETE', `/v1/api-keys/${id}`);
const record = (tenantId: string, id: string) => env.EDGE.get<ApiKeyRecord>(apiKeyRecordKey(tenantId, id), 'json');

describe('an API key', () => {
  it('is shown once, kept as a hash, and known to the edge before the answer', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const expiresAt = new Date(Date.now() + DAY).toISOString();
    const body = {
      name: ' web app ',
      scopes: ['edge:read', 'edge:read'],
      environments: ['production', 'production'],
      expiresAt,
    };
    const made = await ok(create(ada, body), 201);
    const { key, ...shown } = made;
    expect(shown).toEqual({
      id: made.id,
      name: 'web app',
      prefix: key.slice(0, 56),
      scopes: ['edge:read'],
      environments: ['production'],
      createdBy: ada.id,
      createdAt: expect.any(String),
      expiresAt,
      revokedAt: null,
    });
    const presented = parseApiKey(key)!;
    expect(presented).toMatchObject({ tenantId: ada.tenantId, id: made.id });
    expect(await record(ada.tenantId, made.id)).toEqual({
      tenantId: ada.tenantId,
      id: made.id,
      secretHash: expect.stringMatching(/^[\w-]{43}$/),
      scopes: ['edge:read'],
      environments: ['production'],
      expiresAt: Date.parse(expiresAt),
      revoked: false,
    });
    expect((await ok(ada.send('GET', '/v1/api-keys'))).data).toEqual([shown]);
    expect((await ok(grace.send('GET', '/v1/api-keys'))).data).toEqual([]);
    const kept = JSON.stringify([
      await d1('SELECT * FROM api_keys'),
      await d1('SELECT * FROM audit_events'),
      await record(ada.tenantId, made.id),
    ]);
    expect(kept).not.toContain(presented.secret);
    expect((await d1('SELECT published_at AS at FROM api_keys WHERE id = ?', made.id))[0].at).not.toBeNull();
  });

  it('works for all environments and for ever where nothing else is said', async () => {
    const ada = await owner('Ada');
    expect(await ok(create(ada))).toMatchObject({ environments: null, expiresAt: null });
    expect(await ok(create(ada, { environments: null, expiresAt: null }))).toMatchObject({
      environments: null,
      expiresAt: null,
    });
  });

  it('may what its scopes say, and no more', async () => {
    const ada = await owner('Ada');
    const key = await apiKey(ada, ['tenant:read']);
    expect((await ok(key.send('GET', '/v1/tenant'))).id).toBe(ada.tenantId);
    for (const [method, path, body] of [
      ['GET', '/v1/members'],
      ['PATCH', '/v1/tenant', { name: 'Mine' }],
      ['POST', '/v1/invitations', { email: 'x@example.com', role: 'viewer' }],
      ['GET', '/v1/api-keys'],
    ] as const) {
      const { status, body: problem } = await key.send(method, path, body);
      expect([path, status, problem.code]).toEqual([path, 403, 'forbidden']);
    }
  });

  it('makes no keys, whatever its scopes', async () => {
    const ada = await owner('Ada');
    const key = await apiKey(ada, API_KEY_SCOPES);
    const { id } = await ok(create(ada));
    for (const answer of [await create(key), await revoke(key, id), await key.send('GET', '/v1/api-keys')]) {
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    }
  });

  it('can’t be given what only a person may, and is told what', async () => {
    const ada = await owner('Ada');
    const beyond = PERMISSION_NAMES.filter((name) => !API_KEY_SCOPES.includes(name));
    const { status, body } = await create(ada, { scopes: PERMISSION_NAMES });
    expect([status, body.code]).toEqual([403, 'forbidden']);
    for (const name of beyond) expect(body.detail).toContain(name);
    expect(body.detail).not.toContain('edge:read');
    await ok(create(ada, { scopes: API_KEY_SCOPES }));
  });

  it('is made, seen and revoked by admins and owners only', async () => {
    const ada = await owner('Ada');
    const { id } = await ok(create(await member(ada, 'admin')));
    for (const role of ['viewer', 'editor', 'approver']) {
      const person = await member(ada, role);
      expect((await create(person)).status).toBe(403);
      expect((await person.send('GET', '/v1/api-keys')).status).toBe(403);
      expect((await revoke(person, id)).status).toBe(403);
    }
    expect((await revoke(ada, id)).status).toBe(204);
  });

  it('limits every field', async () => {
    const ada = await owner('Ada');
    const later = (ms: number) => new Date(Date.now() + ms).toISOString();
    const bad: [object, string][] = [
      [{ name: '' }, 'name'],
      [{ name: 'x'.repeat(101) }, 'name'],
      [{ scopes: [] }, 'scopes'],
      [{ scopes: ['prompts:fly'] }, 'scopes[0]'],
      [{ scopes: Array(PERMISSION_NAMES.length + 1).fill('edge:read') }, 'scopes'],
      [{ environments: [] }, 'environments'],
      [{ environments: ['Not A Name'] }, 'environments[0]'],
      [{ environments: ['-x'] }, 'environments[0]'],
      [{ environments: Array(51).fill('production') }, 'environments'],
      [{ expiresAt: 'tomorrow' }, 'expiresAt'],
      [{ expiresAt: later(-1000) }, 'expiresAt'],
      [{ expiresAt: later(5 * 366 * DAY) }, 'expiresAt'],
      [{ createdBy: 'usr_x' }, 'body'],
    ];
    for (const [body, path] of bad) {
      const answer = await create(ada, body);
      expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([400, path]);
    }
    await ok(
      create(ada, {
        name: 'x'.repeat(100),
        expiresAt: later(5 * 365 * DAY),
        environments: Array(50).fill('production'),
      }),
    );
  });

  it('stops at five hundred live ones a tenant', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const fill = (tenantId: string, id: string, ended: string, from: number, to: number) =>
      d1(
        `INSERT INTO api_keys (tenant_id, id, name, prefix, secret_hash, scopes, created_by, created_at, ${ended}, published_at)
         SELECT ?1, ?2 || value, 'x', 'x', 'x', '[]', 'x', 1, 1, 1 FROM json_each(?3)`,
        tenantId,
        id,
        JSON.stringify(Array.from({ length: to - from }, (_, i) => i)),
      );
    await fill(ada.tenantId, 'revoked', 'revoked_at', 0, 300);
    await fill(ada.tenantId, 'expired', 'expires_at', 0, 300);
    await d1(
      `INSERT INTO api_keys (tenant_id, id, name, prefix, secret_hash, scopes, created_by, created_at, published_at)
       SELECT ?1, 'live' || value, 'x', 'x', 'x', '[]', 'x', 1, 1 FROM json_each(?2)`,
      ada.tenantId,
      JSON.stringify(Array.from({ length: 499 }, (_, i) => i)),
    );
    const { id } = await ok(create(ada));
    const full = await create(ada);
    expect([full.status, full.body.code]).toEqual([409, 'state_conflict']);
    await ok(create(grace));
    await ok(revoke(ada, id));
    const answers = await Promise.all([1, 2, 3].map(() => create(ada)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
  });

  it('is listed page by page, newest first, when revoked too', async () => {
    const ada = await owner('Ada');
    const made: string[] = [];
    for (let i = 0; i < 3; i++) made.push((await ok(create(ada, { name: `key ${i}` }))).id);
    const revoked = made[0]!;
    await ok(revoke(ada, revoked));
    const first = await ok(ada.send('GET', '/v1/api-keys?limit=2'));
    const second = await ok(ada.send('GET', `/v1/api-keys?limit=2&cursor=${first.nextCursor}`));
    const listed = [...first.data, ...second.data];
    // Ids sort by the millisecond; within one, by chance.
    expect(listed.map((item) => item.id)).toEqual([...made].toSorted().toReversed());
    expect(listed.find((item) => item.id === revoked).revokedAt).not.toBeNull();
    expect(second.nextCursor).toBeNull();
  });
});

describe('revoking a key', () => {
  it('stops it at once, leaves a tombstone at the edge, and once more changes nothing', async () => {
    const ada = await owner('Ada');
    const key = await apiKey(ada, ['tenant:read']);
    await ok(key.send('GET', '/v1/tenant'));
    expect((await revoke(ada, key.id)).status).toBe(204);
    expect((await key.send('GET', '/v1/tenant')).status).toBe(401);
    expect((await record(ada.tenantId, key.id))?.revoked).toBe(true);
    const [before] = await d1('SELECT revoked_at AS at FROM api_keys WHERE id = ?', key.id);
    expect((await revoke(ada, key.id)).status).toBe(204);
    expect((await d1('SELECT revoked_at AS at FROM api_keys WHERE id = ?', key.id))[0]).toEqual(before);
    const { data } = await ok(ada.send('GET', `/v1/audit-events?entity=${key.id}`));
    expect(data.map((event: any) => event.action).toSorted()).toEqual(['api_key.create', 'api_key.delete']);
  });

  it('at once with another is done and told once', async () => {
    const ada = await owner('Ada');
    const { id } = await apiKey(ada, ['tenant:read']);
    const answers = await Promise.all([1, 2, 3].map(() => revoke(ada, id)));
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    const { data } = await ok(ada.send('GET', `/v1/audit-events?entity=${id}`));
    expect(data.filter((event: any) => event.action === 'api_key.delete')).toHaveLength(1);
  });

  it('of another tenant, or that does not exist, is a 404', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const key = await apiKey(ada, ['tenant:read']);
    for (const id of [key.id, 'key_00000000000000000000000000', 'x'])
      expect((await revoke(grace, id)).status).toBe(404);
    expect((await revoke(ada, 'x'.repeat(101))).status).toBe(400);
    await ok(key.send('GET', '/v1/tenant'));
  });
});

describe('a key that is not good', () => {
  it('is refused in the same words, whatever is wrong', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const key = await apiKey(ada, ['tenant:read']);
    const parts = parseApiKey(key.key)!;
    const expired = await apiKey(ada, ['tenant:read']);
    await d1('UPDATE api_keys SET expires_at = ? WHERE id = ?', Date.now() - 1, expired.id);
    const revoked = await apiKey(ada, ['tenant:read']);
    await ok(revoke(ada, revoked.id));
    const bad = [
      `${key.key.slice(0, -1)}${key.key.endsWith('0') ? '1' : '0'}`,
      formatApiKey({ ...parts, secret: 'x'.repeat(43) }),
      formatApiKey({ ...parts, tenantId: grace.tenantId }),
      formatApiKey({ ...parts, id: 'key_00000000000000000000000000' }),
      formatApiKey({ ...parts, id: expired.id }),
      expired.key,
      revoked.key,
      'fl_nonsense',
    ];
    const told = new Set<string>();
    for (const text of bad) {
      const { status, body, headers } = await as(text)('GET', '/v1/tenant');
      expect([text, status, body.code]).toEqual([text, 401, 'unauthenticated']);
      expect(headers.get('www-authenticate')).toContain('Bearer');
      told.add(body.detail);
    }
    expect(told.size).toBe(1);
    await ok(key.send('GET', '/v1/tenant'));
  });

  it('with its hash in hand is still not a key', async () => {
    const ada = await owner('Ada');
    const key = await apiKey(ada, ['tenant:read']);
    const { secretHash } = (await record(ada.tenantId, key.id))!;
    expect((await as(formatApiKey({ ...parseApiKey(key.key)!, secret: secretHash }))('GET', '/v1/tenant')).status).toBe(
      401,
    );
  });
});

describe('the maker of a key', () => {
  it('takes the key down when demoted, and up again', async () => {
    const ada = await owner('Ada');
    const admin = await member(ada, 'admin');
    const key = await apiKey(admin, ['tenant:update', 'tenant:read', 'edge:read']);
    const rename = () => key.send('PATCH', '/v1/tenant', { name: 'Acme' });
    await ok(rename());
    await ok(ada.send('PATCH', `/v1/members/${admin.id}`, { role: 'viewer' }));
    expect((await rename()).status).toBe(403);
    await ok(key.send('GET', '/v1/tenant'));
    await ok(ada.send('PATCH', `/v1/members/${admin.id}`, { role: 'admin' }));
    await ok(rename());
  });

  it('takes the key away when they leave, for good, but not from the edge', async () => {
    const ada = await owner('Ada');
    const admin = await member(ada, 'admin');
    const key = await apiKey(admin, ['tenant:read', 'edge:read']);
    await ok(admin.send('DELETE', `/v1/members/${admin.id}`));
    expect((await key.send('GET', '/v1/tenant')).status).toBe(401);
    expect((await record(ada.tenantId, key.id))?.revoked).toBe(false);
    const { token } = await ok(ada.send('POST', '/v1/invitations', { email: admin.email, role: 'admin' }));
    await ok(send('POST', '/v1/invitations/accept', { token, password: admin.password }));
    expect((await key.send('GET', '/v1/tenant')).status).toBe(401);
  });

  it('is who answers for what the key does, for one read of D1', async () => {
    const ada = await owner('Ada');
    const key = await apiKey(ada, ['edge:read'], ['production']);
    const context = contextWith();
    expect(await authenticateApiKey(context, key.key)).toEqual({
      kind: 'api_key',
      id: key.id,
      tenantId: ada.tenantId,
      makerId: ada.id,
      permissions: new Set(['edge:read']),
      environments: ['production'],
    });
    expect(context.operations).toEqual({ d1: 1, kv: 0, do: 0 });
    const counted = contextWith();
    await authenticateApiKey(counted, 'fl_nonsense').catch(() => null);
    expect(counted.operations.d1).toBe(0);
  });
});
