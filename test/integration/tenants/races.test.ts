import { describe, expect, it } from 'vitest';
import { acceptInvitation } from '../../../src/auth/commands/accept-invitation.ts';
import type { Actor } from '../../../src/kernel/actor.ts';
import { type Context, forActor, type TenantContext } from '../../../src/platform/context.ts';
import type { Role } from '../../../src/kernel/permissions.ts';
import { changeRole } from '../../../src/tenants/commands/change-role.ts';
import { invite } from '../../../src/tenants/commands/invite.ts';
import { removeMember } from '../../../src/tenants/commands/remove-member.ts';
import { owner, type Person, send } from '../../support/client.ts';
import { member, ok } from '../../support/team.ts';
import { contextWith, d1 } from '../../support/workbench.ts';

/** A context whose first batch is held until something else has happened: between reading and writing. */
function interruption(meanwhile: () => Promise<unknown>): Context {
  const context = contextWith();
  const { db } = context;
  const batch = db.batch.bind(db);
  let held = true;
  Object.assign(db, {
    batch: async (statements: Parameters<typeof batch>[0]) => {
      if (held) {
        held = false;
        await meanwhile();
      }
      return batch(statements);
    },
  });
  return context;
}

/** The same, with a person in it. */
function interrupted(person: Person, role: Role, meanwhile: () => Promise<unknown>): TenantContext {
  const actor: Actor = { kind: 'user', id: person.id, tenantId: person.tenantId, role, sessionId: 'ses' };
  return forActor(interruption(meanwhile), actor);
}

const setRole = (person: Person, role: string) =>
  d1('UPDATE memberships SET role = ? WHERE tenant_id = ? AND user_id = ?', role, person.tenantId, person.id);
const roleOf = async (person: Person): Promise<string | undefined> =>
  (await d1('SELECT role FROM memberships WHERE tenant_id = ? AND user_id = ?', person.tenantId, person.id))[0]?.role;
const codeOf = (failing: Promise<unknown>) =>
  failing.then(
    () => 'done',
    (error: { code?: string; message?: string }) => error.code ?? error.message,
  );

describe('between reading and writing', () => {
  it('an owner who is demoted demotes nobody', async () => {
    const ada = await owner('Ada');
    const [eve, zoe] = [await member(ada, 'owner', 'eve'), await member(ada, 'owner', 'zoe')];
    const context = interrupted(eve, 'owner', () => setRole(eve, 'viewer'));
    expect(await codeOf(changeRole(context, zoe.id, 'viewer'))).toBe('state_conflict');
    expect(await roleOf(zoe)).toBe('owner');
  });

  it('an admin who is demoted removes nobody', async () => {
    const ada = await owner('Ada');
    const [admin, bob] = [await member(ada, 'admin'), await member(ada, 'viewer', 'bob')];
    const context = interrupted(admin, 'admin', () => setRole(admin, 'editor'));
    expect(await codeOf(removeMember(context, bob.id))).toBe('state_conflict');
    expect(await roleOf(bob)).toBe('viewer');
  });

  it('a member who becomes an owner is out of an admin’s reach', async () => {
    const ada = await owner('Ada');
    const [admin, bob] = [await member(ada, 'admin'), await member(ada, 'editor', 'bob')];
    for (const act of [
      (context: TenantContext) => changeRole(context, bob.id, 'viewer'),
      (context: TenantContext) => removeMember(context, bob.id),
    ]) {
      await setRole(bob, 'editor');
      expect(await codeOf(act(interrupted(admin, 'admin', () => setRole(bob, 'owner'))))).toBe('state_conflict');
      expect(await roleOf(bob)).toBe('owner');
    }
  });

  it('the last owner but one neither leaves nor steps down after the other did', async () => {
    const ada = await owner('Ada');
    const eve = await member(ada, 'owner', 'eve');
    for (const act of [
      (context: TenantContext) => changeRole(context, ada.id, 'viewer'),
      (context: TenantContext) => removeMember(context, ada.id),
    ]) {
      await setRole(eve, 'owner');
      expect(await codeOf(act(interrupted(ada, 'owner', () => setRole(eve, 'viewer'))))).toBe('state_conflict');
      expect(await roleOf(ada)).toBe('owner');
    }
  });

  it('an admin who is demoted invites nobody, and nobody is invited who has just joined', async () => {
    const ada = await owner('Ada');
    const admin = await member(ada, 'admin');
    const email = `${crypto.randomUUID()}@example.com`;
    const demoted = interrupted(admin, 'admin', () => setRole(admin, 'editor'));
    expect(await codeOf(invite(demoted, { email, role: 'viewer' }, () => null))).toBe('state_conflict');
    const { token } = await ok(ada.send('POST', '/v1/invitations', { email, role: 'viewer' }));
    const accept = { token, name: 'Bob', password: 'long enough' };
    const late = interrupted(ada, 'owner', () => ok(send('POST', '/v1/invitations/accept', accept)));
    expect(await codeOf(invite(late, { email, role: 'viewer' }, () => null))).toBe('state_conflict');
  });

  it('an admin does not replace an owner’s invitation that has just been made', async () => {
    const ada = await owner('Ada');
    const admin = await member(ada, 'admin');
    const email = `${crypto.randomUUID()}@example.com`;
    const late = interrupted(admin, 'admin', () => ok(ada.send('POST', '/v1/invitations', { email, role: 'owner' })));
    expect(await codeOf(invite(late, { email, role: 'viewer' }, () => null))).toBe('state_conflict');
    const { data } = await ok(ada.send('GET', '/v1/invitations'));
    expect(data.map((item: any) => item.role)).toEqual(['owner']);
  });

  it('an invitation that is taken back, or whose maker is demoted, is not accepted', async () => {
    const ada = await owner('Ada');
    const admin = await member(ada, 'admin');
    for (const meanwhile of [
      (id: string) => ok(ada.send('DELETE', `/v1/invitations/${id}`)),
      () => setRole(admin, 'editor'),
    ]) {
      const email = `${crypto.randomUUID()}@example.com`;
      const { id, token } = await ok(admin.send('POST', '/v1/invitations', { email, role: 'viewer' }));
      const input = { token, name: 'Bob', password: 'long enough' };
      const late = interruption(() => meanwhile(id));
      expect(await codeOf(acceptInvitation(late, input, { accessToken: null, address: null }))).toBe('state_conflict');
      expect(await d1('SELECT id FROM users WHERE email = ?', email)).toEqual([]);
    }
  });

  it('a person who has just joined otherwise does not join again', async () => {
    const [ada, bob] = [await owner('Ada'), await owner('Bob')];
    const { token } = await ok(ada.send('POST', '/v1/invitations', { email: bob.email, role: 'viewer' }));
    const late = interruption(() => d1("INSERT INTO memberships VALUES (?, ?, 'editor', 1, 1)", ada.tenantId, bob.id));
    const acceptor = { accessToken: bob.accessToken, address: null };
    expect(await codeOf(acceptInvitation(late, { token }, acceptor))).toBe('state_conflict');
  });

  it('an email that has just been registered is not taken over by an invitation', async () => {
    const ada = await owner('Ada');
    const email = `${crypto.randomUUID()}@example.com`;
    const { token } = await ok(ada.send('POST', '/v1/invitations', { email, role: 'viewer' }));
    const registration = { email, password: 'long enough', name: 'Bob', tenantName: 'Bob’s' };
    const late = interruption(() => ok(send('POST', '/v1/auth/register', registration)));
    const input = { token, name: 'Eve', password: 'another password' };
    expect(await codeOf(acceptInvitation(late, input, { accessToken: null, address: null }))).toBe('already_exists');
    await ok(send('POST', '/v1/invitations/accept', { token, password: 'long enough' }));
  });
});
