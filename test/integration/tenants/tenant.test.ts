import { describe, expect, it } from 'vitest';
import { as, owner } from '../../support/client.ts';
import { apiKey, member, ok } from '../../support/team.ts';

describe('a tenant', () => {
  it('is seen by its members, and renamed by its admins', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const [admin, viewer] = [await member(ada, 'admin'), await member(ada, 'viewer')];
    expect(await ok(viewer.send('GET', '/v1/tenant'))).toMatchObject({
      id: ada.tenantId,
      name: "Ada's",
      breakGlass: true,
    });
    expect(await ok(admin.send('PATCH', '/v1/tenant', { name: ' Acme ' }))).toMatchObject({
      name: 'Acme',
      breakGlass: true,
    });
    expect((await ok(ada.send('GET', '/v1/tenant'))).name).toBe('Acme');
    for (const role of ['viewer', 'editor', 'approver']) {
      const person = role === 'viewer' ? viewer : await member(ada, role);
      expect((await person.send('PATCH', '/v1/tenant', { name: 'Mine' })).status).toBe(403);
    }
    expect((await ok(grace.send('GET', '/v1/tenant'))).name).toBe("Grace's");
  });

  it('lets its owners, and nobody else, switch break-glass', async () => {
    const ada = await owner('Ada');
    const admin = await member(ada, 'admin');
    const refused = await admin.send('PATCH', '/v1/tenant', { name: 'Acme', breakGlass: false });
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    expect(await ok(ada.send('GET', '/v1/tenant'))).toMatchObject({ name: "Ada's", breakGlass: true });
    const key = await apiKey(ada, ['tenant:update', 'tenant:read']);
    expect((await key.send('PATCH', '/v1/tenant', { breakGlass: false })).status).toBe(403);
    await ok(key.send('PATCH', '/v1/tenant', { name: 'Acme' }));
    expect(await ok(ada.send('PATCH', '/v1/tenant', { breakGlass: false }))).toMatchObject({
      name: 'Acme',
      breakGlass: false,
    });
    const { data } = await ok(ada.send('GET', '/v1/audit-events?entity=' + ada.tenantId));
    const updates = data
      .filter((event: any) => event.action === 'tenant.update')
      .map((event: any) => [event.actor.kind, event.data]);
    expect(updates[0]).toEqual(['user', { breakGlass: false }]);
    expect(updates[1]).toEqual(['api_key', { name: 'Acme', person: ada.id }]);
  });

  it('limits every field', async () => {
    const ada = await owner('Ada');
    for (const body of [
      {},
      { name: '' },
      { name: '  ' },
      { name: 'x'.repeat(101) },
      { breakGlass: 'no' },
      { shard: 1 },
    ]) {
      expect((await ada.send('PATCH', '/v1/tenant', body)).body.code).toBe('validation_failed');
    }
    for (const body of [{}, { name: '' }, { name: 'x'.repeat(101) }, { name: 'x', breakGlass: false }]) {
      expect((await ada.send('POST', '/v1/tenants', body)).body.code).toBe('validation_failed');
    }
  });

  it('can be had twice, furnished like the first, and apart from it', async () => {
    const ada = await owner('Ada');
    const viewer = await member(ada, 'viewer');
    const second = await ok(viewer.send('POST', '/v1/tenants', { name: 'Second' }), 201);
    const there = as((await ok(viewer.send('POST', '/v1/auth/switch-tenant', { tenantId: second.id }))).accessToken);
    expect((await ok(there('GET', '/v1/members'))).data.map((item: any) => [item.userId, item.role])).toEqual([
      [viewer.id, 'owner'],
    ]);
    const { data } = await ok(there('GET', '/v1/environments'));
    expect(data.map((item: any) => item.name).toSorted()).toEqual(['development', 'production', 'staging']);
    const events = (await ok(there('GET', '/v1/audit-events'))).data.map((event: any) => event.action);
    expect(events.toSorted()).toEqual(['session.create', 'tenant.create']);
    const key = await apiKey(ada, ['tenant:update']);
    expect((await key.send('POST', '/v1/tenants', { name: 'Machine’s' })).status).toBe(403);
  });
});
