import { describe, expect, it } from 'vitest';
import { as, owner, type Person, send } from '../../support/client.ts';
import { apiKey, member, ok } from '../../support/team.ts';
import { d1 } from '../../support/workbench.ts';

const refresh = (refreshToken: string) => send('POST', '/v1/auth/refresh', { refreshToken });
const logout = (refreshToken: string) => send('POST', '/v1/auth/logout', { refreshToken });
const me = (accessToken: string) => as(accessToken)('GET', '/v1/me');

const actions = async (person: Person): Promise<string[]> =>
  (await d1('SELECT action FROM audit_events WHERE tenant_id = ? ORDER BY id', person.tenantId)).map(
    (row) => row.action,
  );

describe('refreshing', () => {
  it('gives the next pair, with the role held now', async () => {
    const ada = await owner('Ada');
    const eve = await member(ada, 'viewer', 'eve');
    await ok(ada.send('PATCH', `/v1/members/${eve.id}`, { role: 'editor' }));
    const next = await ok(refresh(eve.refreshToken));
    expect(next).toMatchObject({ user: { id: eve.id }, tenant: { id: ada.tenantId }, role: 'editor', expiresIn: 900 });
    expect(next.refreshToken).not.toBe(eve.refreshToken);
    await ok(me(next.accessToken));
    await ok(refresh(next.refreshToken));
  });

  it('with a used token ends the whole session, and says so', async () => {
    const ada = await owner('Ada');
    const next = await ok(refresh(ada.refreshToken));
    const again = await refresh(ada.refreshToken);
    expect([again.status, again.body.code]).toEqual([401, 'token_reused']);
    // Neither the newest refresh token nor any access token of the session is good any more.
    expect((await refresh(next.refreshToken)).body.code).toBe('token_reused');
    expect((await me(next.accessToken)).status).toBe(401);
    expect((await me(ada.accessToken)).status).toBe(401);
    expect((await actions(ada)).filter((action) => action === 'session.reuse')).toHaveLength(1);
    // Other sessions of the person go on.
    const other = await ok(send('POST', '/v1/auth/login', { email: ada.email, password: ada.password }));
    expect((await refresh(ada.refreshToken)).status).toBe(401);
    await ok(me(other.accessToken));
  });

  it('twice at once succeeds once, and ends the session', async () => {
    const ada = await owner('Ada');
    const answers = await Promise.all([1, 2, 3].map(() => refresh(ada.refreshToken)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401, 401]);
    expect(answers.filter(({ status }) => status === 401).map(({ body }) => body.code)).toEqual([
      'token_reused',
      'token_reused',
    ]);
    const won = answers.find(({ status }) => status === 200)!;
    expect((await me(won.body.accessToken)).status).toBe(401);
    expect((await actions(ada)).filter((action) => action.startsWith('session.')).toSorted()).toEqual([
      'session.refresh',
      'session.reuse',
    ]);
  });

  it('is refused to tokens that are unknown, malformed or expired', async () => {
    const ada = await owner('Ada');
    const forged = ada.refreshToken.slice(0, -1) + (ada.refreshToken.endsWith('A') ? 'E' : 'A');
    for (const token of [forged, 'flr_x', ada.accessToken.slice(0, 200), '😀']) {
      const { status, body } = await refresh(token);
      expect([status, body.code]).toEqual([401, 'unauthenticated']);
    }
    for (const body of [{ refreshToken: '' }, { refreshToken: 'x'.repeat(201) }, {}]) {
      expect((await send('POST', '/v1/auth/refresh', body)).body.code).toBe('validation_failed');
    }
    await d1('UPDATE refresh_tokens SET expires_at = 1');
    expect((await refresh(ada.refreshToken)).body.code).toBe('unauthenticated');
  });

  it('does not cross tenants: a token moved under another tenant is none', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const moved = `flr_${grace.tenantId.slice(4)}_${ada.refreshToken.slice(-43)}`;
    expect((await refresh(moved)).body.code).toBe('unauthenticated');
    await ok(refresh(ada.refreshToken));
  });

  it('keeps no refresh token in D1', async () => {
    const ada = await owner('Ada');
    expect(JSON.stringify(await d1('SELECT * FROM refresh_tokens'))).not.toContain(ada.refreshToken.slice(-43));
  });
});

describe('logging out', () => {
  it('ends the session at once, and once more changes nothing', async () => {
    const ada = await owner('Ada');
    expect((await logout(ada.refreshToken)).status).toBe(204);
    expect((await me(ada.accessToken)).status).toBe(401);
    expect((await refresh(ada.refreshToken)).body.code).toBe('unauthenticated');
    expect((await logout(ada.refreshToken)).status).toBe(204);
    expect((await actions(ada)).filter((action) => action === 'session.delete')).toHaveLength(1);
    const [event] = await d1(
      "SELECT actor_id AS actor FROM audit_events WHERE action = 'session.delete' AND tenant_id = ?",
      ada.tenantId,
    );
    expect(event.actor).toBe(ada.id);
  });

  it('twice at once ends the session once', async () => {
    const ada = await owner('Ada');
    const answers = await Promise.all([1, 2, 3].map(() => logout(ada.refreshToken)));
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    expect((await actions(ada)).filter((action) => action === 'session.delete')).toHaveLength(1);
  });

  it('with a token that was traded in ends the session all the same', async () => {
    const ada = await owner('Ada');
    const next = await ok(refresh(ada.refreshToken));
    expect((await logout(ada.refreshToken)).status).toBe(204);
    expect((await me(next.accessToken)).status).toBe(401);
  });

  it('says nothing of tokens it does not know, and ends nobody else’s session', async () => {
    const ada = await owner('Ada');
    for (const token of ['nonsense', `flr_${ada.tenantId.slice(4)}_${'x'.repeat(43)}`]) {
      expect((await logout(token)).status).toBe(204);
    }
    await ok(me(ada.accessToken));
  });
});

describe('who I am', () => {
  it('names the person, the tenant and role, and where else they belong', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const { token } = await ok(grace.send('POST', '/v1/invitations', { email: ada.email, role: 'approver' }));
    const there = await ok(
      send('POST', '/v1/invitations/accept', { token }, { authorization: `Bearer ${ada.accessToken}` }),
    );
    const here = await ok(me(ada.accessToken));
    expect(here).toMatchObject({ user: { id: ada.id, email: ada.email, name: 'Ada' }, role: 'owner' });
    expect(here.tenant).toMatchObject({ id: ada.tenantId, breakGlass: true });
    expect(here.memberships.map((item: any) => [item.tenant.id, item.role])).toEqual([
      [ada.tenantId, 'owner'],
      [grace.tenantId, 'approver'],
    ]);
    expect((await ok(me(there.accessToken))).tenant.id).toBe(grace.tenantId);
    expect(JSON.stringify(here)).not.toContain('scrypt');
  });

  it('is for persons', async () => {
    const ada = await owner('Ada');
    const key = await apiKey(ada, ['tenant:read']);
    expect((await key.send('GET', '/v1/me')).body.code).toBe('forbidden');
  });
});

describe('switching tenants', () => {
  it('signs in to another tenant of one’s own, and leaves this session on', async () => {
    const ada = await owner('Ada');
    const second = await ok(ada.send('POST', '/v1/tenants', { name: 'Second' }));
    const there = await ok(ada.send('POST', '/v1/auth/switch-tenant', { tenantId: second.id }));
    expect(there).toMatchObject({ tenant: { id: second.id, name: 'Second' }, role: 'owner' });
    expect((await ok(as(there.accessToken)('GET', '/v1/tenant'))).id).toBe(second.id);
    await ok(refresh(there.refreshToken));
    await ok(me(ada.accessToken));
  });

  it('to a tenant one does not belong to is a 404', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    for (const tenantId of [grace.tenantId, 'ten_00000000000000000000000000', 'x']) {
      const { status, body } = await ada.send('POST', '/v1/auth/switch-tenant', { tenantId });
      expect([status, body.code]).toEqual([404, 'not_found']);
    }
    for (const tenantId of ['', 'x'.repeat(65), 7]) {
      expect((await ada.send('POST', '/v1/auth/switch-tenant', { tenantId })).status).toBe(400);
    }
    const key = await apiKey(ada, ['tenant:read']);
    expect((await key.send('POST', '/v1/auth/switch-tenant', { tenantId: ada.tenantId })).status).toBe(403);
  });
});

describe('a role that is taken away', () => {
  it('is gone with the next request of the same access token', async () => {
    const ada = await owner('Ada');
    const bob = await member(ada, 'admin', 'bob');
    const invite = () =>
      bob.send('POST', '/v1/invitations', { email: `${crypto.randomUUID()}@example.com`, role: 'viewer' });
    await ok(invite());
    await ok(ada.send('PATCH', `/v1/members/${bob.id}`, { role: 'viewer' }));
    expect((await invite()).status).toBe(403);
    expect((await ok(bob.send('GET', '/v1/me'))).role).toBe('viewer');
  });

  it('takes the tenant with it when the person is removed, and old sessions stay dead when they come back', async () => {
    const ada = await owner('Ada');
    const bob = await member(ada, 'editor', 'bob');
    await ok(ada.send('DELETE', `/v1/members/${bob.id}`));
    expect((await me(bob.accessToken)).status).toBe(401);
    expect((await refresh(bob.refreshToken)).body.code).toBe('unauthenticated');
    const { token } = await ok(ada.send('POST', '/v1/invitations', { email: bob.email, role: 'editor' }));
    const back = await ok(send('POST', '/v1/invitations/accept', { token, password: bob.password }));
    await ok(me(back.accessToken));
    expect((await me(bob.accessToken)).status).toBe(401);
    expect((await refresh(bob.refreshToken)).body.code).toBe('unauthenticated');
  });
});
