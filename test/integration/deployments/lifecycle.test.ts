import { describe, expect, it } from 'vitest';
import { owner } from '../../support/client.ts';
import { apiKey, asset, member, move, ok, prompt, release, request, served, version } from '../../support/team.ts';

describe('a deployment', () => {
  it('goes from request through approval to the edge, and back by a rollback', async () => {
    const ada = await owner('Ada');
    const ben = await member(ada, 'approver');
    const app = await apiKey(ada, ['edge:read'], ['staging']);
    await asset(ada, 'brand/voice', 'Be warm.');
    await prompt(ada, 'support/greeting', 'Hello {{customer}}. {{asset:brand/voice}}', {
      translations: [{ locale: 'fr', text: 'Bonjour {{customer}}. {{asset:brand/voice}}' }],
    });

    const first = await ok(request(ada, 'staging', ['asset:brand/voice@1.0.0', 'prompt:support/greeting@latest']), 201);
    expect(first).toMatchObject({
      status: 'pending',
      requiredApprovals: 1,
      requestedBy: ada.id,
      environment: 'staging',
    });
    expect(first.items.map((one: any) => [one.type, one.name, one.tag, one.previousTag])).toEqual([
      ['asset', 'brand/voice', '1.0.0', null],
      ['prompt', 'support/greeting', '1.0.0', null],
    ]);
    expect((await move(ada, first.id, 'deploy')).body.code).toBe('state_conflict');
    expect((await move(ada, first.id, 'approve')).body.code).toBe('self_approval_forbidden');
    expect((await move(ben, first.id, 'approve', { comment: 'good' })).body).toMatchObject({ status: 'approved' });
    const deployed = await ok(move(ada, first.id, 'deploy'), 200);
    expect(deployed).toMatchObject({
      status: 'deployed',
      generation: 1,
      approvals: [{ userId: ben.id, comment: 'good' }],
    });

    const before = await served(app, 'staging', 'support/greeting');
    expect(before.body).toMatchObject({
      text: 'Hello {{customer}}. Be warm.',
      tag: '1.0.0',
      generation: 1,
      deploymentId: first.id,
      locale: 'en',
      fallback: false,
    });

    await version(ada, 'support/greeting', '1.1.0', 'Hi {{customer}}!');
    const second = await release(ada, [ben], 'staging', ['prompt:support/greeting@1.1.0']);
    expect((await served(app, 'staging', 'support/greeting')).body).toMatchObject({
      text: 'Hi {{customer}}!',
      generation: 2,
    });

    const rollback = await ok(move(ada, second.id, 'rollback', { reason: 'too short' }), 201);
    expect(rollback).toMatchObject({
      status: 'pending',
      rollbackOf: second.id,
      items: [{ tag: '1.0.0', previousTag: '1.1.0' }],
    });
    expect((await ok(move(ben, rollback.id, 'approve'))).status).toBe('deployed');
    const after = await served(app, 'staging', 'support/greeting');
    expect(after.body.text).toBe(before.body.text);
    expect(after.body.generation).toBe(3);
    expect((await ok(ada.send('GET', `/v1/deployments/${second.id}`))).status).toBe('rolled_back');

    const events = await ok(ada.send('GET', `/v1/deployments/${first.id}/events`));
    expect(events.data.map((event: any) => `${event.action} ${event.outcome}`).toReversed()).toEqual([
      'deployment.create done',
      'deployment.deploy refused',
      'deployment.approve refused',
      'deployment.approve done',
      'deployment.start done',
      'deployment.deploy done',
    ]);
    expect((await ok(ada.send('GET', '/v1/environments/staging/active'))).data).toMatchObject([
      { type: 'asset', name: 'brand/voice', tag: '1.0.0', deploymentId: first.id, generation: 1 },
      { type: 'prompt', name: 'support/greeting', tag: '1.0.0', deploymentId: rollback.id, generation: 3 },
    ]);
  });
});
