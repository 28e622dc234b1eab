import { beforeAll, describe, expect, it } from 'vitest';
import { owner, send } from '../../../support/client.ts';
import { executed, model } from '../../../support/executions.ts';
import { environmentStub, fresh, house, type House } from '../../../support/house.ts';
import { interpose } from '../../../support/interruption.ts';
import { apiKey, asset, member, move, ok, prompt, release, request, version } from '../../../support/team.ts';
import { told } from '../../../support/told.ts';

let home: House;

beforeAll(async () => {
  home = await house();
});

/** What was told about something, without what every message has. */
const tellings = async (about: string, tenantId = home.tenantId) =>
  (await told(tenantId, about)).map(({ type, body }) => [type, body]);
const types = async (about: string) => (await told(home.tenantId, about)).map(({ type }) => type);

describe('people and tenants', () => {
  it('are told of to the tenant that they come to', async () => {
    const ada = await owner('Told');
    const first = [
      ['user.registered', { userId: ada.id }],
      ['tenant.created', { createdBy: ada.id }],
    ];
    expect(await tellings('', ada.tenantId)).toEqual(first);
    const { id: second } = await ok(ada.send('POST', '/v1/tenants', { name: 'Second' }));
    expect(await tellings('', second)).toEqual([['tenant.created', { createdBy: ada.id }]]);
    const guest = await member(ada, 'viewer', 'guest');
    expect(await tellings('', ada.tenantId)).toEqual([...first, ['user.registered', { userId: guest.id }]]);
    // Somebody who is known already is not registered again.
    const invitation = await ok(ada.send('POST', '/v1/invitations', { email: home.ben.email, role: 'viewer' }));
    const { password } = home.ben;
    await ok(send('POST', '/v1/invitations/accept', { token: invitation.token, password }));
    expect(await tellings('', ada.tenantId)).toHaveLength(3);
  });
});

describe('prompts and versions', () => {
  it('are told of once, a repetition is not', async () => {
    const name = fresh('told');
    const body = { name, kind: 'text', version: { text: 'Hello' } };
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const made = await ok(home.eve.send('POST', '/v1/prompts', body, headers));
    await ok(home.eve.send('POST', '/v1/prompts', body, headers));
    const next = await version(home.eve, name, '2.0.0', 'Hello again');
    const of = { type: 'prompt', entryId: made.id, name, createdBy: home.eve.id };
    expect(await tellings(made.id)).toEqual([
      ['version.created', { ...of, versionId: made.version.id, tag: '1.0.0', number: 1 }],
      ['prompt.created', { promptId: made.id, prompt: name, kind: 'text', createdBy: home.eve.id }],
      ['version.created', { ...of, versionId: next.id, tag: '2.0.0', number: 2 }],
    ]);
    expect((await home.eve.send('POST', '/v1/prompts', body)).status).toBe(409);
    expect((await home.eve.send('POST', `/v1/prompts/${name}/versions`, { tag: '2.0.0', text: 'x' })).status).toBe(409);
    expect(await tellings(made.id)).toHaveLength(3);
  });

  it('of an asset, its versions are told of', async () => {
    const made = await asset(home.eve, fresh('voice'), 'Kind');
    expect(await types(made.id)).toEqual(['version.created']);
  });

  it('by a key are told of as the key’s', async () => {
    const key = await apiKey(home.ada, ['prompts:read', 'prompts:write']);
    const made = await prompt(key, fresh('keyed'), 'Hello');
    expect((await tellings(made.id))[1]).toMatchObject(['prompt.created', { createdBy: key.id }]);
  });
});

describe('deployments', () => {
  const moves = async (id: string) =>
    (await told(home.tenantId, id)).map(({ body }) => [body.status, body.generation, body.movedBy]);

  it('are told of at every move, and what they roll back', async () => {
    const name = fresh('moved');
    await prompt(home.eve, name, 'Hello');
    const first = await ok(request(home.eve, 'staging', [`prompt:${name}@1.0.0`]));
    await ok(move(home.ben, first.id, 'approve'));
    await ok(move(home.eve, first.id, 'deploy'));
    const told = [
      ['pending', null, home.eve.id],
      ['approved', null, home.ben.id],
      ['deploying', null, home.eve.id],
      ['deployed', 1, home.eve.id],
    ];
    expect(await moves(first.id)).toEqual(told);
    const back = await ok(move(home.ben, first.id, 'rollback', { reason: 'No good' }));
    await ok(move(home.cy, back.id, 'approve'));
    expect((await tellings(back.id)).at(-1)).toEqual([
      'deployment.deployed',
      {
        deploymentId: back.id,
        environment: 'staging',
        status: 'deployed',
        generation: 2,
        rollbackOf: first.id,
        movedBy: home.cy.id,
      },
    ]);
    const ofFirst = (await tellings(first.id)).filter(([, { deploymentId }]) => deploymentId === first.id);
    expect(ofFirst.at(-1)).toEqual([
      'deployment.rolled_back',
      {
        deploymentId: first.id,
        environment: 'staging',
        status: 'rolled_back',
        generation: 2,
        rollbackOf: null,
        movedBy: home.cy.id,
      },
    ]);
  });

  it('are told of when they are rejected or cancelled, once', async () => {
    const name = fresh('ended');
    await prompt(home.eve, name, 'Hello');
    const rejected = await ok(request(home.eve, 'production', [`prompt:${name}@1.0.0`]));
    for (let again = 0; again < 2; again++) {
      await move(home.ben, rejected.id, 'reject', { comment: 'No' });
    }
    expect(await types(rejected.id)).toEqual(['deployment.pending', 'deployment.rejected']);
    const cancelled = await ok(request(home.eve, 'production', [`prompt:${name}@1.0.0`]));
    for (let again = 0; again < 2; again++) await ok(move(home.eve, cancelled.id, 'cancel'));
    expect(await types(cancelled.id)).toEqual(['deployment.pending', 'deployment.cancelled']);
  });

  it('are told of when they fail', async () => {
    const name = fresh('failed');
    await prompt(home.eve, name, 'Hello');
    const { id } = await ok(request(home.eve, 'development', [`prompt:${name}@1.0.0`]));
    const stub = await environmentStub(home, 'development');
    await interpose(stub(), 'commit', async (go) => {
      await ok(home.ada.send('DELETE', `/v1/prompts/${name}`));
      return go();
    });
    expect((await move(home.eve, id, 'deploy')).status).toBe(422);
    expect(await types(id)).toEqual(['deployment.approved', 'deployment.deploying', 'deployment.failed']);
  });
});

describe('executions', () => {
  it('are told of with what they ran, for whom, and what it took', async () => {
    const name = fresh('run');
    const made = await prompt(home.eve, name, 'Hello there');
    const prices = { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 2_000_000 };
    await model(home.ada, 'priced', { prices });
    await release(home.eve, [], 'development', [`prompt:${name}@1.0.0`]);
    const key = await apiKey(home.ada, ['executions:run', 'executions:read']);
    const run = await executed(key, name, { environment: 'development', model: 'priced' });
    const [event] = await told(home.tenantId, run.id);
    expect(event?.type).toBe('execution.completed');
    expect(event?.body).toEqual({
      executionId: run.id,
      status: 'completed',
      promptId: made.id,
      prompt: name,
      tag: '1.0.0',
      versionId: made.version.id,
      environment: 'development',
      variant: null,
      createdBy: key.id,
      personId: home.ada.id,
      createdAt: Date.parse(run.createdAt),
      finishedAt: Date.parse(run.finishedAt),
      cached: false,
      model: { name: 'priced', revision: 1, provider: 'mock', model: 'echo' },
      usage: run.usage,
      latencyMs: run.latencyMs,
      timeToFirstTokenMs: run.timeToFirstTokenMs,
      errorCode: null,
    });
    expect(run.usage.costMicros).toBeGreaterThan(0);
  });

  it('are told of when they fail, with the code and not the text', async () => {
    const name = fresh('broken');
    await prompt(home.eve, name, 'Hello');
    await ok(home.ada.send('POST', '/v1/models', { name: 'keyless', provider: 'openai', model: 'gpt-4o-mini' }));
    const run = await executed(home.eve, name, { tag: '1.0.0', model: 'keyless' });
    const [event] = await told(home.tenantId, run.id);
    expect(event).toMatchObject({
      type: 'execution.failed',
      body: { environment: null, personId: home.eve.id, errorCode: 'credential_missing', usage: { costMicros: null } },
    });
    expect(JSON.stringify(event)).not.toContain(run.error.message);
  });
});
