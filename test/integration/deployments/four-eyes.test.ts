import { beforeAll, describe, expect, it } from 'vitest';
import { decideDeploy } from '../../../src/deployments/commands/decide-deploy.ts';
import { decideVote } from '../../../src/deployments/commands/decide-vote.ts';
import { PERMISSION_NAMES } from '../../../src/kernel/permissions.ts';
import { forActor } from '../../../src/platform/context.ts';
import { send } from '../../support/client.ts';
import { environmentStub, fresh, house, type House, look, refusal } from '../../support/house.ts';
import { interpose } from '../../support/interruption.ts';
import {
  apiKey,
  asset,
  assetVersion,
  member,
  move,
  ok,
  prompt,
  release,
  request,
  version,
} from '../../support/team.ts';
import { contextWith, d1 } from '../../support/workbench.ts';

let home: House;
let other: House;

beforeAll(async () => {
  home = await house();
  other = await house('Zoe');
});

const SELF: [number, string] = [403, 'self_approval_forbidden'];

describe('nobody approves their own work', () => {
  it('refuses the vote of the one who requested, whatever their role, and records the attempt', async () => {
    const name = fresh('own');
    await prompt(home.eve, name, 'Hello');
    const { id } = await ok(request(home.ada, 'staging', [`prompt:${name}@1.0.0`]));
    expect(refusal(await move(home.ada, id, 'approve'))).toEqual(SELF);
    expect(refusal(await move(home.ada, id, 'reject', { comment: 'mine' }))).toEqual(SELF);
    expect(await look(home, id)).toMatchObject({ status: 'pending', approvals: [] });
    const { data } = await ok(home.ada.send('GET', `/v1/deployments/${id}/events`));
    expect(data.map((event: any) => `${event.action} ${event.outcome}`)).toContain('deployment.approve refused');
  });

  it('refuses the vote of the one who wrote a version, or a translation, old or new', async () => {
    const anna = await member(home.ada, 'admin', 'anna');
    const otto = await member(home.ada, 'admin', 'otto');
    const name = fresh('written');
    await prompt(anna, name, 'Hello');
    await ok(otto.send('PUT', `/v1/prompts/${name}/versions/1.0.0/translations/fr`, { text: 'Bonjour' }));
    const { id } = await ok(request(home.eve, 'staging', [`prompt:${name}@1.0.0`]));
    expect(refusal(await move(anna, id, 'approve'))).toEqual(SELF);
    expect(refusal(await move(otto, id, 'approve'))).toEqual(SELF);
    expect(refusal(await move(otto, id, 'reject', { comment: 'no' }))).toEqual(SELF);
    expect((await ok(move(home.ben, id, 'approve'))).status).toBe('approved');
    // Whose work the next version does not hold any more may vote on it.
    await version(home.eve, name, '1.1.0', 'Hello!');
    const next = await ok(request(home.eve, 'staging', [`prompt:${name}@1.1.0`]));
    expect((await ok(move(otto, next.id, 'approve'))).status).toBe('approved');
  });

  it('counts what an API key wrote or requested as its maker’s', async () => {
    const anna = await member(home.ada, 'admin', 'anna');
    const writer = await apiKey(anna, ['prompts:read', 'prompts:write', 'deployments:create']);
    const name = fresh('by-key');
    await prompt(writer, name, 'Hello');
    const written = await ok(request(home.eve, 'staging', [`prompt:${name}@1.0.0`]));
    expect(refusal(await move(anna, written.id, 'approve'))).toEqual(SELF);

    const translated = fresh('translated-by-key');
    await prompt(home.eve, translated, 'Hello');
    await ok(writer.send('PUT', `/v1/prompts/${translated}/versions/1.0.0/translations/de`, { text: 'Hallo' }));
    const second = await ok(request(home.eve, 'staging', [`prompt:${translated}@1.0.0`]));
    expect(refusal(await move(anna, second.id, 'approve'))).toEqual(SELF);

    const requested = fresh('requested-by-key');
    await prompt(home.eve, requested, 'Hello');
    const third = await ok(request(writer, 'staging', [`prompt:${requested}@1.0.0`]));
    expect(third.requestedBy).toBe(writer.id);
    expect(refusal(await move(anna, third.id, 'approve'))).toEqual(SELF);
    expect((await ok(move(home.ben, third.id, 'approve'))).status).toBe('approved');
  });

  it('counts the author of an include with a tag, directly and inside another', async () => {
    const anna = await member(home.ada, 'admin', 'anna');
    const otto = await member(home.ada, 'admin', 'otto');
    const [deep, inner, name] = [fresh('deep'), fresh('inner'), fresh('outer')];
    await asset(otto, deep, 'deep');
    await asset(anna, inner, `inner {{asset:${deep}@1.0.0}}`);
    await prompt(home.eve, name, `Hello {{asset:${inner}@1.0.0}}`);
    const { id } = await ok(request(home.eve, 'staging', [`prompt:${name}@1.0.0`]));
    expect(refusal(await move(anna, id, 'approve'))).toEqual(SELF);
    expect(refusal(await move(otto, id, 'approve'))).toEqual(SELF);
    expect((await ok(move(home.cy, id, 'approve'))).status).toBe('approved');
  });

  it('leaves what is active already, and comes along without a tag, to those who approved it', async () => {
    const anna = await member(home.ada, 'admin', 'anna');
    const [inner, name] = [fresh('inner'), fresh('outer')];
    await asset(anna, inner, 'inner');
    await release(home.eve, [home.ben], 'staging', [`asset:${inner}@1.0.0`]);
    await assetVersion(anna, inner, '1.1.0', 'not active');
    await prompt(home.eve, name, `Hello {{asset:${inner}}}`);
    const { id } = await ok(request(home.eve, 'staging', [`prompt:${name}@1.0.0`]));
    expect((await ok(move(anna, id, 'approve'))).status).toBe('approved');
  });

  it('holds for rollbacks: not by who asks for it, nor by who wrote what comes back', async () => {
    const anna = await member(home.ada, 'admin', 'anna');
    const name = fresh('back');
    await prompt(anna, name, 'first');
    await release(home.eve, [home.ben], 'staging', [`prompt:${name}@1.0.0`]);
    await version(home.eve, name, '2.0.0', 'second');
    const second = await release(home.eve, [home.ben], 'staging', [`prompt:${name}@2.0.0`]);
    const back = await ok(move(home.ben, second.id, 'rollback', { reason: 'worse' }), 201);
    expect(refusal(await move(home.ben, back.id, 'approve'))).toEqual(SELF);
    expect(refusal(await move(anna, back.id, 'approve'))).toEqual(SELF);
    expect((await ok(move(home.cy, back.id, 'approve'))).status).toBe('deployed');
  });

  it('takes no vote from an API key, whoever made it', async () => {
    const name = fresh('machine');
    await prompt(home.eve, name, 'Hello');
    const { id } = await ok(request(home.eve, 'staging', [`prompt:${name}@1.0.0`]));
    expect((await home.ada.send('POST', '/v1/api-keys', { name: 'k', scopes: ['deployments:approve'] })).status).toBe(
      403,
    );
    const key = await apiKey(home.ada, [
      'deployments:read',
      'deployments:create',
      'deployments:execute',
      'deployments:rollback',
    ]);
    expect(refusal(await move(key, id, 'approve'))).toEqual([403, 'forbidden']);
    expect(refusal(await move(key, id, 'reject', { comment: 'no' }))).toEqual([403, 'forbidden']);
    // Not even one that D1 was made to say so of.
    await d1('UPDATE api_keys SET scopes = ? WHERE id = ?', JSON.stringify(['deployments:approve']), key.id);
    expect(refusal(await move(key, id, 'approve'))).toEqual([403, 'forbidden']);
    expect(await look(home, id)).toMatchObject({ status: 'pending', approvals: [] });
  });

  it('takes no vote from an API key and lets it break no glass, were it allowed everything', async () => {
    const name = fresh('almighty');
    await prompt(home.eve, name, 'Hello');
    const { id } = await ok(request(home.eve, 'staging', [`prompt:${name}@1.0.0`]));
    const key = await apiKey(home.ada, ['deployments:execute']);
    const actor = {
      kind: 'api_key',
      id: key.id,
      tenantId: home.tenantId,
      permissions: new Set(PERMISSION_NAMES),
      environments: null,
      makerId: home.ada.id,
    } as const;
    const context = forActor(contextWith(), actor);
    const call = { actor, deploymentId: id, requestId: null, traceId: null };
    for (const decision of ['approved', 'rejected'] as const) {
      await expect(decideVote(context, { ...call, decision, comment: 'by itself' })).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
    await expect(decideDeploy(context, { ...call, breakGlass: 'by itself' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(await look(home, id)).toMatchObject({ status: 'pending', approvals: [] });
  });

  it('takes no vote from those who may not approve, nor from another tenant', async () => {
    const name = fresh('roles');
    await prompt(home.ada, name, 'Hello');
    const viewer = await member(home.ada, 'viewer');
    const { id } = await ok(request(home.ada, 'staging', [`prompt:${name}@1.0.0`]));
    for (const person of [home.eve, viewer])
      expect(refusal(await move(person, id, 'approve'))).toEqual([403, 'forbidden']);
    for (const verb of ['approve', 'cancel', 'deploy']) {
      expect(refusal(await move(other.ada, id, verb))).toEqual([404, 'not_found']);
    }
    expect(refusal(await move(other.ada, id, 'reject', { comment: 'no' }))).toEqual([404, 'not_found']);
    expect(refusal(await move(other.ada, id, 'rollback', { reason: 'no' }))).toEqual([404, 'not_found']);
    expect(await look(home, id)).toMatchObject({ status: 'pending', approvals: [] });
  });
});

describe('a vote counts when it is used', () => {
  it('not if its person lost the role since: says whose, and another one’s lets it through', async () => {
    const dora = await member(home.ada, 'approver', 'dora');
    const name = fresh('demoted');
    await prompt(home.eve, name, 'Hello');
    const { id } = await ok(request(home.eve, 'staging', [`prompt:${name}@1.0.0`]));
    await ok(move(dora, id, 'approve'));
    await ok(home.ada.send('PATCH', `/v1/members/${dora.id}`, { role: 'editor' }));
    const refused = await move(home.eve, id, 'deploy');
    expect(refusal(refused)).toEqual([409, 'state_conflict']);
    expect(refused.body.detail).toContain(dora.id);
    expect(refused.body.detail).toContain('role_lost');
    expect((await look(home, id)).status).toBe('approved');
    await ok(move(home.cy, id, 'approve'));
    expect((await ok(move(home.eve, id, 'deploy'))).status).toBe('deployed');
  });

  it('not if its person loses the role in the very moment of execution', async () => {
    const dora = await member(home.ada, 'approver', 'dora');
    const name = fresh('moment');
    await prompt(home.eve, name, 'Hello');
    const { id } = await ok(request(home.eve, 'staging', [`prompt:${name}@1.0.0`]));
    await ok(move(dora, id, 'approve'));
    const environment = await environmentStub(home, 'staging');
    // The votes are counted by now; nothing is marked yet.
    await interpose(environment(), 'start', async (go) => {
      await d1("UPDATE memberships SET role = 'editor' WHERE user_id = ?", dora.id);
      return go();
    });
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual([409, 'state_conflict']);
    expect((await look(home, id)).status).toBe('approved');
  });

  it('not by the role that its person holds in another tenant', async () => {
    const dora = await member(home.ada, 'approver', 'dora');
    const { token } = await ok(other.ada.send('POST', '/v1/invitations', { email: dora.email, role: 'approver' }));
    await ok(send('POST', '/v1/invitations/accept', { token, password: dora.password }));
    const name = fresh('elsewhere');
    await prompt(home.eve, name, 'Hello');
    const { id } = await ok(request(home.eve, 'staging', [`prompt:${name}@1.0.0`]));
    await ok(move(dora, id, 'approve'));
    const environment = await environmentStub(home, 'staging');
    await interpose(environment(), 'start', async (go) => {
      await d1("UPDATE memberships SET role = 'editor' WHERE user_id = ? AND tenant_id = ?", dora.id, home.tenantId);
      return go();
    });
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual([409, 'state_conflict']);
    const refused = await move(home.eve, id, 'deploy');
    expect([...refusal(refused), refused.body.detail.includes('role_lost')]).toEqual([409, 'state_conflict', true]);
    expect((await look(home, id)).status).toBe('approved');
  });

  it('not if its person left', async () => {
    const dora = await member(home.ada, 'approver', 'dora');
    const name = fresh('removed');
    await prompt(home.eve, name, 'Hello');
    const { id } = await ok(request(home.eve, 'staging', [`prompt:${name}@1.0.0`]));
    await ok(move(dora, id, 'approve'));
    await ok(home.ada.send('DELETE', `/v1/members/${dora.id}`));
    const refused = await move(home.eve, id, 'deploy');
    expect([...refusal(refused), refused.body.detail.includes(dora.id)]).toEqual([409, 'state_conflict', true]);
    // Back as an approver, the person stands by what was said.
    await ok(home.ada.send('POST', '/v1/invitations', { email: dora.email, role: 'approver' }));
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual([409, 'state_conflict']);
  });

  it('before the last vote too: one who lost the role does not make up the number', async () => {
    const dora = await member(home.ada, 'approver', 'dora');
    const name = fresh('two');
    await prompt(home.eve, name, 'Hello');
    const { id, requiredApprovals } = await ok(request(home.eve, 'production', [`prompt:${name}@1.0.0`]));
    expect(requiredApprovals).toBe(2);
    await ok(move(dora, id, 'approve'));
    await ok(home.ada.send('PATCH', `/v1/members/${dora.id}`, { role: 'viewer' }));
    expect((await ok(move(home.ben, id, 'approve'))).status).toBe('pending');
    expect((await ok(move(home.cy, id, 'approve'))).status).toBe('approved');
  });
});
