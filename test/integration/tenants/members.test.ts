import { describe, expect, it } from 'vitest';
import { owner, type Person, type Send, send } from '../../support/client.ts';
import { apiKey, member, ok } from '../../support/team.ts';
import { d1 } from '../../support/workbench.ts';

const change = (by: { send: Send }, who: { id: string }, role: string) =>
  by.send('PATCH', `/v1/members/${who.id}`, { role });
const remove = (by: { send: Send }, who: { id: string }) => by.send('DELETE', `/v1/members/${who.id}`);

const roles = async (person: Person): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await d1('SELECT user_id AS id, role FROM memberships WHERE tenant_id = ?', person.tenantId)).map(
      ({ id, role }) => [id, role],
    ),
  );

describe('members', () => {
  it('are listed in the order in which they joined, page by page', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const others = [await member(ada, 'viewer'), await member(ada, 'editor'), await member(ada, 'approver')];
    const first = await ok(others[0]!.send('GET', '/v1/members?limit=3'));
    expect(first.data[0]).toEqual({
      userId: ada.id,
      email: ada.email,
      name: 'Ada',
      role: 'owner',
      since: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const second = await ok(ada.send('GET', `/v1/members?limit=3&cursor=${first.nextCursor}`));
    expect([...first.data, ...second.data].map((item) => item.userId)).toEqual([ada.id, ...others.map(({ id }) => id)]);
    expect(second.nextCursor).toBeNull();
    expect((await ok(grace.send('GET', '/v1/members'))).data).toHaveLength(1);
    for (const query of [
      'limit=0',
      'limit=101',
      'limit=x',
      'cursor=x',
      `cursor=${Buffer.from('["x"]').toString('base64url')}`,
    ]) {
      expect((await ada.send('GET', `/v1/members?${query}`)).body.code).toBe('validation_failed');
    }
  });

  it('do not reach into another tenant', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const bob = await member(grace, 'viewer', 'bob');
    for (const answer of [
      await change(ada, bob, 'editor'),
      await remove(ada, bob),
      await change(ada, grace, 'viewer'),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    }
    expect(await roles(grace)).toEqual({ [grace.id]: 'owner', [bob.id]: 'viewer' });
    const key = await apiKey(ada, ['members:manage']);
    expect((await remove(key, bob)).status).toBe(404);
    expect((await remove(ada, { id: 'x'.repeat(101) })).status).toBe(400);
  });

  it('of two tenants are changed and removed in one alone', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const bob = await member(ada, 'viewer', 'bob');
    const { token } = await ok(grace.send('POST', '/v1/invitations', { email: bob.email, role: 'viewer' }));
    await ok(send('POST', '/v1/invitations/accept', { token, password: bob.password }));
    await ok(change(ada, bob, 'editor'));
    expect([(await roles(ada))[bob.id], (await roles(grace))[bob.id]]).toEqual(['editor', 'viewer']);
    await ok(remove(ada, bob));
    expect([(await roles(ada))[bob.id], (await roles(grace))[bob.id]]).toEqual([undefined, 'viewer']);
  });

  it('are managed by admins up to admin, by owners altogether', async () => {
    const ada = await owner('Ada');
    const [admin, peer, viewer] = [
      await member(ada, 'admin'),
      await member(ada, 'admin', 'peer'),
      await member(ada, 'viewer'),
    ];
    for (const role of ['editor', 'approver', 'admin'])
      expect(await ok(change(admin, viewer, role))).toMatchObject({ userId: viewer.id, role });
    await ok(change(admin, peer, 'viewer'));
    expect((await change(admin, viewer, 'owner')).body.code).toBe('forbidden');
    expect((await change(admin, admin, 'owner')).body.code).toBe('forbidden');
    expect((await change(admin, ada, 'viewer')).body.code).toBe('forbidden');
    expect((await change(admin, ada, 'owner')).body.code).toBe('forbidden');
    expect((await remove(admin, ada)).body.code).toBe('forbidden');
    await ok(change(ada, admin, 'owner'));
    await ok(change(admin, ada, 'viewer'));
    expect((await change(ada, peer, 'editor')).body.code).toBe('forbidden');
    const { data } = await ok(admin.send('GET', `/v1/audit-events?entity=${ada.id}`));
    const refusals = data.filter((event: any) => event.outcome === 'refused').map((event: any) => event.action);
    expect(refusals).toEqual(['member.delete', 'member.update', 'member.update']);
    expect(data.find((event: any) => event.action === 'member.update' && event.outcome === 'done').data).toEqual({
      from: 'owner',
      to: 'viewer',
    });
  });

  it('of lower roles manage nobody', async () => {
    const ada = await owner('Ada');
    const bob = await member(ada, 'viewer', 'bob');
    for (const role of ['viewer', 'editor', 'approver']) {
      const person = await member(ada, role);
      expect((await change(person, bob, 'viewer')).status).toBe(403);
      expect((await remove(person, bob)).status).toBe(403);
      // Nor do they learn who is a member by trying.
      expect((await remove(person, { id: 'usr_00000000000000000000000000' })).status).toBe(403);
    }
  });

  it('may leave, whatever their role', async () => {
    const ada = await owner('Ada');
    for (const role of ['viewer', 'editor', 'approver', 'admin', 'owner']) {
      const person = await member(ada, role);
      expect((await remove(person, person)).status).toBe(204);
      expect((await remove(ada, person)).status).toBe(404);
    }
    expect(await roles(ada)).toEqual({ [ada.id]: 'owner' });
  });

  it('may be managed by a key with the permission, up to admin', async () => {
    const ada = await owner('Ada');
    const bob = await member(ada, 'viewer', 'bob');
    const [key, reader] = [await apiKey(ada, ['members:manage']), await apiKey(ada, ['members:read'])];
    await ok(change(key, bob, 'editor'));
    expect((await change(key, bob, 'owner')).status).toBe(403);
    expect((await change(key, ada, 'viewer')).status).toBe(403);
    expect((await remove(key, ada)).status).toBe(403);
    expect((await change(reader, bob, 'viewer')).status).toBe(403);
    expect((await remove(reader, bob)).status).toBe(403);
    // A key is not its maker: it does not leave in their name.
    expect((await remove(reader, ada)).status).toBe(403);
    expect((await remove(key, bob)).status).toBe(204);
  });

  it('have one of five roles', async () => {
    const ada = await owner('Ada');
    for (const body of [{}, { role: 'root' }, { role: 'viewer', name: 'x' }]) {
      expect((await ada.send('PATCH', `/v1/members/${ada.id}`, body)).body.code).toBe('validation_failed');
    }
  });
});

describe('the last owner', () => {
  it('can neither leave nor be demoted', async () => {
    const ada = await owner('Ada');
    await member(ada, 'admin');
    for (const answer of [await change(ada, ada, 'admin'), await remove(ada, ada)]) {
      expect([answer.status, answer.body.code]).toEqual([409, 'state_conflict']);
      expect(answer.body.detail).toContain('last owner');
    }
    await ok(change(ada, ada, 'owner'));
    expect((await roles(ada))[ada.id]).toBe('owner');
  });

  it('stays when two owners demote each other at once', async () => {
    for (let round = 0; round < 5; round++) {
      const ada = await owner('Ada');
      const eve = await member(ada, 'owner', 'eve');
      const answers = await Promise.all([change(ada, eve, 'viewer'), change(eve, ada, 'viewer')]);
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toSatisfy(
        // The one who comes second is stopped by the batch, or is no owner any more when it arrives.
        ([won, lost]: number[]) => won === 200 && (lost === 409 || lost === 403),
      );
      expect(Object.values(await roles(ada)).filter((role) => role === 'owner')).toHaveLength(1);
    }
  });

  it('stays when both owners leave at once', async () => {
    for (let round = 0; round < 5; round++) {
      const ada = await owner('Ada');
      const eve = await member(ada, 'owner', 'eve');
      const answers = await Promise.all([remove(ada, ada), remove(eve, eve)]);
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 409]);
      expect(Object.values(await roles(ada))).toEqual(['owner']);
    }
  });
});
