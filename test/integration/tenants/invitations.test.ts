import { describe, expect, it } from 'vitest';
import { as, owner, type Send, send } from '../../support/client.ts';
import { apiKey, member, ok } from '../../support/team.ts';
import { d1 } from '../../support/workbench.ts';

const PASSWORD = 'correct horse battery';
const someone = () => `${crypto.randomUUID()}@example.com`;
const invite = (by: { send: Send }, email: string, role = 'editor') =>
  by.send('POST', '/v1/invitations', { email, role });
const accept = (body: object, headers?: Record<string, string>) =>
  send('POST', '/v1/invitations/accept', body, headers);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('an invitation', () => {
  it('shows its token once, and keeps it nowhere', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const email = someone();
    const made = await ok(invite(ada, ` ${email.toUpperCase()} `), 201);
    expect(made).toMatchObject({ email, role: 'editor', invitedBy: ada.id });
    expect(made.token).toMatch(new RegExp(`^inv_${ada.tenantId.slice(4)}_[\\w-]{43}$`));
    expect(Date.parse(made.expiresAt) - Date.parse(made.createdAt)).toBe(7 * 24 * 60 * 60 * 1000);
    const { token, ...shown } = made;
    expect(await ok(ada.send('GET', '/v1/invitations'))).toEqual({ data: [shown], nextCursor: null });
    expect((await ok(grace.send('GET', '/v1/invitations'))).data).toEqual([]);
    const kept = JSON.stringify([await d1('SELECT * FROM invitations'), await d1('SELECT * FROM audit_events')]);
    expect(kept).not.toContain(token.slice(-43));
  });

  it('makes a new person a member, once', async () => {
    const ada = await owner('Ada');
    const email = someone();
    const { id, token } = await ok(invite(ada, email, 'approver'));
    const joined = await ok(accept({ token, name: 'Bob', password: PASSWORD }), 200);
    expect(joined).toMatchObject({
      user: { email, name: 'Bob' },
      tenant: { id: ada.tenantId },
      role: 'approver',
      tokenType: 'Bearer',
      expiresIn: 900,
    });
    expect((await ok(as(joined.accessToken)('GET', '/v1/me'))).memberships).toHaveLength(1);
    await ok(send('POST', '/v1/auth/login', { email, password: PASSWORD }));
    await ok(send('POST', '/v1/auth/refresh', { refreshToken: joined.refreshToken }));

    const again = await accept({ token, name: 'Bob', password: PASSWORD });
    expect([again.status, again.body.code]).toEqual([409, 'state_conflict']);
    expect(again.body.detail).toContain('accepted');
    expect((await ok(ada.send('GET', '/v1/invitations'))).data).toEqual([]);
    expect((await ada.send('DELETE', `/v1/invitations/${id}`)).body.code).toBe('state_conflict');
    const { data } = await ok(ada.send('GET', `/v1/audit-events?actor=${joined.user.id}`));
    expect(data.map((event: any) => event.action)).toEqual(
      expect.arrayContaining(['invitation.accept', 'user.register']),
    );
  });

  it('is taken by one of two who accept at once', async () => {
    const ada = await owner('Ada');
    const { token } = await ok(invite(ada, someone()));
    const answers = await Promise.all([1, 2].map(() => accept({ token, name: 'Bob', password: PASSWORD })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const bob = await owner('Bob');
    const other = await ok(invite(ada, bob.email));
    const twice = await Promise.all([1, 2].map(() => accept({ token: other.token }, bearer(bob.accessToken))));
    expect(twice.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });

  it('lets a known email prove itself by its password, slowed down like a login', async () => {
    const [ada, bob] = [await owner('Ada'), await owner('Bob')];
    const { token } = await ok(invite(ada, bob.email));
    const bare = await accept({ token });
    expect([bare.status, bare.body.errors[0].path]).toEqual([400, 'password']);
    for (let i = 0; i < 5; i++) {
      const wrong = await accept({ token, name: 'Eve', password: 'not the password' });
      expect([wrong.status, wrong.body.code]).toEqual([401, 'invalid_credentials']);
    }
    const slowed = await accept({ token, password: bob.password });
    expect([slowed.status, slowed.body.code]).toEqual([429, 'rate_limited']);
    expect((await send('POST', '/v1/auth/login', { email: bob.email, password: bob.password })).status).toBe(429);
    await d1('UPDATE login_throttles SET blocked_until = 0');
    const joined = await ok(accept({ token, name: 'Not Bob', password: bob.password }));
    expect(joined).toMatchObject({ user: { id: bob.id, name: 'Bob' }, tenant: { id: ada.tenantId }, role: 'editor' });
    expect((await ok(as(joined.accessToken)('GET', '/v1/me'))).memberships).toHaveLength(2);
    await ok(send('POST', '/v1/auth/login', { email: bob.email, password: bob.password }));
  });

  it('lets a known email prove itself by its access token, and no other person', async () => {
    const [ada, bob, eve] = [await owner('Ada'), await owner('Bob'), await owner('Eve')];
    const { token } = await ok(invite(ada, bob.email));
    const other = await accept({ token }, bearer(eve.accessToken));
    expect([other.status, other.body.code]).toEqual([403, 'forbidden']);
    expect((await accept({ token, password: bob.password }, bearer('nonsense'))).status).toBe(401);
    const key = await apiKey(bob, ['tenant:read']);
    expect((await accept({ token }, bearer(key.key))).status).toBe(401);
    expect((await ok(accept({ token }, bearer(bob.accessToken)))).user.id).toBe(bob.id);
    const fresh = await ok(invite(ada, someone()));
    expect((await accept({ token: fresh.token, name: 'X', password: PASSWORD }, bearer(eve.accessToken))).status).toBe(
      403,
    );
  });

  it('asks a new person for a name and a password', async () => {
    const ada = await owner('Ada');
    const { token } = await ok(invite(ada, someone()));
    const paths = async (body: object) => (await accept({ token, ...body })).body.errors.map((item: any) => item.path);
    expect(await paths({})).toEqual(['name', 'password']);
    expect(await paths({ name: 'Bob' })).toEqual(['password']);
    expect(await paths({ name: 'Bob', password: 'x'.repeat(9) })).toEqual(['password']);
    expect(await paths({ password: PASSWORD })).toEqual(['name']);
    expect(await paths({ name: '', password: PASSWORD })).toEqual(['name']);
    expect(await paths({ name: 'x'.repeat(101), password: 'x'.repeat(201) })).toEqual(['name', 'password']);
    expect((await accept({ token: 'x'.repeat(201) })).body.code).toBe('validation_failed');
    expect((await accept({ token, tenantId: ada.tenantId })).body.code).toBe('validation_failed');
    await ok(accept({ token, name: 'Bob', password: PASSWORD }));
  });

  it('does not go to a member', async () => {
    const ada = await owner('Ada');
    const bob = await member(ada, 'viewer', 'bob');
    const answer = await invite(ada, bob.email.toUpperCase());
    expect([answer.status, answer.body.code]).toEqual([409, 'already_exists']);
    expect((await invite(ada, ada.email)).status).toBe(409);
    // A member of another tenant is somebody to invite.
    const grace = await owner('Grace');
    await ok(invite(grace, bob.email));
  });

  it('gives no role above what its maker may give', async () => {
    const ada = await owner('Ada');
    const [admin, editor, approver] = [
      await member(ada, 'admin'),
      await member(ada, 'editor'),
      await member(ada, 'approver'),
    ];
    expect((await invite(admin, someone(), 'owner')).body.code).toBe('forbidden');
    await ok(invite(admin, someone(), 'admin'));
    await ok(invite(ada, someone(), 'owner'));
    for (const person of [editor, approver]) {
      expect((await invite(person, someone(), 'viewer')).status).toBe(403);
      expect((await person.send('GET', '/v1/invitations')).status).toBe(403);
    }
    const key = await apiKey(ada, ['members:manage']);
    expect((await invite(key, someone(), 'owner')).status).toBe(403);
    expect((await ok(invite(key, someone(), 'admin'))).invitedBy).toBe(ada.id);
  });

  it('is replaced by a newer one to the same email', async () => {
    const ada = await owner('Ada');
    const email = someone();
    const [first, second] = [await ok(invite(ada, email, 'editor')), await ok(invite(ada, email, 'viewer'))];
    expect((await ok(ada.send('GET', '/v1/invitations'))).data.map((item: any) => item.id)).toEqual([second.id]);
    const old = await accept({ token: first.token, name: 'Bob', password: PASSWORD });
    expect([old.status, old.body.code]).toEqual([409, 'state_conflict']);
    expect((await ok(accept({ token: second.token, name: 'Bob', password: PASSWORD }))).role).toBe('viewer');
    const atOnce = someone();
    await Promise.all([1, 2, 3].map(() => ok(invite(ada, atOnce))));
    expect((await ok(ada.send('GET', '/v1/invitations'))).data).toHaveLength(1);
  });

  it('is not replaced by another tenant’s to the same email', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const email = someone();
    const { token } = await ok(invite(ada, email));
    await ok(invite(grace, email));
    expect((await ok(accept({ token, name: 'Bob', password: PASSWORD }))).tenant.id).toBe(ada.tenantId);
  });

  it('to own the tenant is the owners’ to replace and take back', async () => {
    const ada = await owner('Ada');
    const admin = await member(ada, 'admin');
    const email = someone();
    const { id } = await ok(invite(ada, email, 'owner'));
    expect((await invite(admin, email, 'viewer')).status).toBe(403);
    expect((await admin.send('DELETE', `/v1/invitations/${id}`)).status).toBe(403);
    expect((await ada.send('DELETE', `/v1/invitations/${id}`)).status).toBe(204);
    await ok(invite(admin, email, 'viewer'));
  });

  it('can be taken back, once and again', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const { id, token } = await ok(invite(ada, someone()));
    expect((await grace.send('DELETE', `/v1/invitations/${id}`)).status).toBe(404);
    expect((await ada.send('DELETE', `/v1/invitations/${id}`)).status).toBe(204);
    expect((await ada.send('DELETE', `/v1/invitations/${id}`)).status).toBe(204);
    expect((await ada.send('DELETE', '/v1/invitations/inv_00000000000000000000000000')).status).toBe(404);
    expect((await ada.send('DELETE', `/v1/invitations/${'x'.repeat(101)}`)).status).toBe(400);
    expect((await accept({ token, name: 'Bob', password: PASSWORD })).body.detail).toContain('taken back');
    const { data } = await ok(ada.send('GET', `/v1/audit-events?entity=${id}`));
    expect(data.filter((event: any) => event.action === 'invitation.delete')).toHaveLength(1);
  });

  it('is over after seven days', async () => {
    const ada = await owner('Ada');
    const { id, token } = await ok(invite(ada, someone()));
    await d1('UPDATE invitations SET expires_at = ? WHERE id = ?', Date.now() - 1, id);
    expect((await accept({ token, name: 'Bob', password: PASSWORD })).body.detail).toContain('expired');
    expect((await ok(ada.send('GET', '/v1/invitations'))).data).toEqual([]);
  });

  it('is as good as its maker: it ends when they may no longer invite', async () => {
    const ada = await owner('Ada');
    const admin = await member(ada, 'admin');
    const { token } = await ok(invite(admin, someone(), 'admin'));
    await ok(ada.send('PATCH', `/v1/members/${admin.id}`, { role: 'editor' }));
    const answer = await accept({ token, name: 'Bob', password: PASSWORD });
    expect([answer.status, answer.body.code]).toEqual([409, 'state_conflict']);
    expect(answer.body.detail).toContain('no longer');
    await ok(ada.send('DELETE', `/v1/members/${admin.id}`));
    expect((await accept({ token, name: 'Bob', password: PASSWORD })).status).toBe(409);
  });

  it('that nobody made is not found, in another tenant’s name neither', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const { token } = await ok(invite(ada, someone()));
    const moved = `inv_${grace.tenantId.slice(4)}_${token.slice(-43)}`;
    for (const text of [moved, 'nonsense', `${token.slice(0, -1)}${token.endsWith('A') ? 'E' : 'A'}`]) {
      const { status, body } = await accept({ token: text, name: 'Bob', password: PASSWORD });
      expect([status, body.code]).toEqual([404, 'not_found']);
    }
  });

  it('limits every field and pages its list', async () => {
    const ada = await owner('Ada');
    for (const body of [
      { email: 'x', role: 'viewer' },
      { email: `${'x'.repeat(250)}@example.com`, role: 'viewer' },
      { email: someone(), role: 'root' },
      { email: someone() },
      { email: someone(), role: 'viewer', token: 'x' },
    ]) {
      expect((await ada.send('POST', '/v1/invitations', body)).body.code).toBe('validation_failed');
    }
    const made: string[] = [];
    for (let i = 0; i < 3; i++) made.push((await ok(invite(ada, someone()))).id);
    const first = await ok(ada.send('GET', '/v1/invitations?limit=2'));
    const second = await ok(ada.send('GET', `/v1/invitations?limit=2&cursor=${first.nextCursor}`));
    expect([...first.data, ...second.data].map((item): string => item.id).toSorted()).toEqual(made.toSorted());
    expect(second.nextCursor).toBeNull();
  });
});
