import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { as, owner, type Person, type Send, send } from '../../support/client.ts';
import { apiKey, member, ok } from '../../support/team.ts';
import { d1, sendWith } from '../../support/workbench.ts';

const someone = () => `${crypto.randomUUID()}@example.com`;
const newKey = () => crypto.randomUUID();
const under = (key: string) => ({ 'idempotency-key': key });

/** The writes that are not repeatable by nature, and how many of their effects there are in D1. */
const CREATES: [path: string, body: () => object, count: string][] = [
  ['/v1/api-keys', () => ({ name: 'test', scopes: ['edge:read'] }), 'SELECT id FROM api_keys WHERE tenant_id = ?'],
  ['/v1/invitations', () => ({ email: someone(), role: 'viewer' }), 'SELECT id FROM invitations WHERE tenant_id = ?'],
  [
    '/v1/tenants',
    () => ({ name: 'Second' }),
    `SELECT id FROM memberships AS m JOIN tenants ON id = tenant_id
     WHERE user_id = (SELECT user_id FROM memberships WHERE tenant_id = ?)`,
  ],
];

const lease = (tenantId: string, key: string) =>
  d1('UPDATE idempotency_keys SET lease_until = 1 WHERE tenant_id = ? AND key = ?', tenantId, key);

describe.each(CREATES)('POST %s under an Idempotency-Key', (path, newBody, count) => {
  const effects = async (person: Person): Promise<number> => (await d1(count, person.tenantId)).length;

  it('happens once, and is answered the same again', async () => {
    const ada = await owner('Ada');
    const before = await effects(ada);
    const [key, body] = [newKey(), newBody()];
    const first = await ada.send('POST', path, body, under(key));
    expect(first.status).toBe(201);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    for (let i = 0; i < 2; i++) {
      const again = await ada.send('POST', path, body, under(key));
      expect(again).toMatchObject({ status: 201, body: first.body });
      expect(again.headers.get('idempotency-replayed')).toBe('true');
    }
    expect(await effects(ada)).toBe(before + 1);
    await ok(ada.send('POST', path, body, under(newKey())));
    expect(await effects(ada)).toBe(before + 2);
  });

  it('happens once when many ask at once', async () => {
    const ada = await owner('Ada');
    const before = await effects(ada);
    const [key, body] = [newKey(), newBody()];
    const answers = await Promise.all(Array.from({ length: 6 }, () => ada.send('POST', path, body, under(key))));
    for (const answer of answers) {
      expect([201, 409]).toContain(answer.status);
      if (answer.status === 409) {
        expect(answer.body.code).toBe('idempotency_in_progress');
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      }
    }
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ body: answer }) => answer.id)).size).toBe(1);
    expect(await effects(ada)).toBe(before + 1);
    expect((await ada.send('POST', path, body, under(key))).body).toEqual(made[0]!.body);
  });

  it('with another body is a mistake', async () => {
    const ada = await owner('Ada');
    const key = newKey();
    await ok(ada.send('POST', path, newBody(), under(key)));
    const before = await effects(ada);
    const other = await ada.send('POST', path, { ...newBody(), name: 'other', email: someone() }, under(key));
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch']);
    expect(await effects(ada)).toBe(before);
  });

  it('is one’s own: the same key of another tenant, or of another actor, is another key', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const admin = await member(ada, 'admin');
    const [key, body] = [newKey(), newBody()];
    const answers = [];
    for (const person of [ada, grace, admin]) answers.push(await ok(person.send('POST', path, body, under(key)), 201));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(3);
    const again = [];
    for (const person of [ada, grace, admin]) again.push(await ok(person.send('POST', path, body, under(key)), 201));
    expect(again).toEqual(answers);
  });

  it('does not remember errors', async () => {
    const ada = await owner('Ada');
    const [key, body] = [newKey(), newBody()];
    expect((await ada.send('POST', path, '{', under(key))).status).toBe(400);
    expect((await ada.send('POST', path, {}, under(key))).status).toBe(400);
    await ok(ada.send('POST', path, body, under(key)), 201);
  });

  it('keeps what it answered sealed', async () => {
    const ada = await owner('Ada');
    const { key: secret, token } = await ok(ada.send('POST', path, newBody(), under(newKey())));
    const kept = JSON.stringify(await d1('SELECT * FROM idempotency_keys'));
    for (const text of [secret, token]) if (text !== undefined) expect(kept).not.toContain(text.slice(-20));
  });
});

describe('an Idempotency-Key', () => {
  it('is free again when the batch was undone by a guard', async () => {
    const ada = await owner('Ada');
    await d1(
      `INSERT INTO api_keys (tenant_id, id, name, prefix, secret_hash, scopes, created_by, created_at, published_at)
       SELECT ?1, 'live' || value, 'x', 'x', 'x', '[]', 'x', 1, 1 FROM json_each(?2)`,
      ada.tenantId,
      JSON.stringify(Array.from({ length: 500 }, (_, i) => i)),
    );
    const [key, body] = [newKey(), { name: 'test', scopes: ['edge:read'] }];
    const full = await ada.send('POST', '/v1/api-keys', body, under(key));
    expect([full.status, full.body.code]).toEqual([409, 'state_conflict']);
    await d1(`DELETE FROM api_keys WHERE tenant_id = ? AND id = 'live0'`, ada.tenantId);
    await ok(ada.send('POST', '/v1/api-keys', body, under(key)), 201);
  });

  it('gives the answer of an effect that is in D1, though its request died before answering', async () => {
    const ada = await owner('Ada');
    const stuck = Promise.withResolvers<void>();
    const dying = sendWith({
      EDGE: {
        put: async () => {
          stuck.resolve();
          return new Promise<void>(() => undefined);
        },
      },
    });
    const [key, body] = [newKey(), { name: 'test', scopes: ['edge:read'] }];
    const headers = { authorization: `Bearer ${ada.accessToken}`, ...under(key) };
    void dying('POST', '/v1/api-keys', body, headers);
    await stuck.promise;
    const again = await ada.send('POST', '/v1/api-keys', body, under(key));
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const { data } = await ok(ada.send('GET', '/v1/api-keys'));
    expect(data.map((item: any) => item.id)).toEqual([again.body.id]);
    const { status } = await sendWith({})('GET', '/v1/tenant', undefined, {
      authorization: `Bearer ${again.body.key}`,
    });
    expect(status).toBe(403);
  });

  it('keeps the answer of an effect that is in D1, though its request failed after it', async () => {
    const ada = await owner('Ada');
    const [key, body] = [newKey(), { name: 'test', scopes: ['edge:read'] }];
    const headers = { authorization: `Bearer ${ada.accessToken}`, ...under(key) };
    // The batch went through, and its answer never came back: a transient error of D1.
    let batches = 0;
    const flaky = new Proxy(env.DB, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (property !== 'batch') return typeof value === 'function' ? value.bind(target) : value;
        return async (statements: D1PreparedStatement[]) => {
          const results = await target.batch(statements);
          if (++batches === 2) throw new Error('D1_ERROR: Network connection lost.');
          return results;
        };
      },
    });
    const lost = await sendWith({ DB: flaky, LOG_LEVEL: 'error' })('POST', '/v1/api-keys', body, headers);
    expect(lost.status).toBe(500);
    const again = await ada.send('POST', '/v1/api-keys', body, under(key));
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect((await ok(ada.send('GET', '/v1/api-keys'))).data).toHaveLength(1);
  });

  it('of a request that died before its effect goes to the next after a minute, for the same request only', async () => {
    const ada = await owner('Ada');
    const [key, body] = [newKey(), { name: 'test', scopes: ['edge:read'] }];
    const now = Date.now();
    await ok(ada.send('POST', '/v1/api-keys', body, under(key)));
    const died = () =>
      d1('UPDATE idempotency_keys SET status = NULL, answer = NULL, lease_until = ? WHERE key = ?', now + 60_000, key);
    await died();
    expect((await ada.send('POST', '/v1/api-keys', body, under(key))).body.code).toBe('idempotency_in_progress');
    await lease(ada.tenantId, key);
    const other = await ada.send('POST', '/v1/api-keys', { ...body, name: 'other' }, under(key));
    expect(other.body.code).toBe('idempotency_mismatch');
    const answers = await Promise.all([1, 2, 3].map(() => ada.send('POST', '/v1/api-keys', body, under(key))));
    expect(new Set(answers.filter(({ status }) => status === 201).map((answer) => answer.body.id)).size).toBe(1);
    expect((await ok(ada.send('GET', '/v1/api-keys'))).data).toHaveLength(2);
  });

  it('with another method or path is a mistake', async () => {
    const ada = await owner('Ada');
    const [bob, eve] = [await member(ada, 'viewer', 'bob'), await member(ada, 'viewer', 'eve')];
    const key = newKey();
    const at = (method: string, { id }: Person) => ada.send(method, `/v1/members/${id}`, undefined, under(key));
    expect((await at('DELETE', bob)).status).toBe(204);
    for (const other of [await at('PATCH', bob), await at('DELETE', eve)]) {
      expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch']);
    }
    expect((await at('DELETE', bob)).status).toBe(204);
  });

  it('is another one in each tenant of the same person', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const { token } = await ok(grace.send('POST', '/v1/invitations', { email: ada.email, role: 'admin' }));
    const joined = await ok(send('POST', '/v1/invitations/accept', { token, password: ada.password }));
    const [key, body] = [newKey(), { name: 'test', scopes: ['edge:read'] }];
    const make = (by: Send) => ok(by('POST', '/v1/api-keys', body, under(key)));
    const there = as(joined.accessToken);
    const [first, second] = [await make(ada.send), await make(there)];
    expect(second.id).not.toBe(first.id);
    expect([await make(ada.send), await make(there)]).toEqual([first, second]);
  });

  it('is forgotten after a day, for any request', async () => {
    const ada = await owner('Ada');
    const key = newKey();
    const first = await ok(ada.send('POST', '/v1/api-keys', { name: 'one', scopes: ['edge:read'] }, under(key)));
    await d1('UPDATE idempotency_keys SET expires_at = ?, lease_until = 1 WHERE key = ?', Date.now() - 1, key);
    const second = await ok(ada.send('POST', '/v1/api-keys', { name: 'two', scopes: ['edge:read'] }, under(key)), 201);
    expect(second.id).not.toBe(first.id);
    expect(await ok(ada.send('POST', '/v1/api-keys', { name: 'two', scopes: ['edge:read'] }, under(key)))).toEqual(
      second,
    );
  });

  it('works for writes that are safe to repeat, and for answers without a body', async () => {
    const ada = await owner('Ada');
    const { id } = await apiKey(ada, ['edge:read']);
    const key = newKey();
    const first = await ada.send('DELETE', `/v1/api-keys/${id}`, undefined, under(key));
    const again = await ada.send('DELETE', `/v1/api-keys/${id}`, undefined, under(key));
    expect([first.status, again.status]).toEqual([204, 204]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('must be printable and of at most 255 characters', async () => {
    const ada = await owner('Ada');
    for (const key of ['x'.repeat(256), 'a b', 'é']) {
      const { status, body } = await ada.send('POST', '/v1/tenants', { name: 'x' }, under(key));
      expect([status, body.code]).toEqual([400, 'validation_failed']);
    }
    await ok(ada.send('POST', '/v1/tenants', { name: 'x' }, under('x'.repeat(255))));
  });
});
