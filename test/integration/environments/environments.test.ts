import { beforeAll, describe, expect, it } from 'vitest';
import { fresh, house, type House, refusal } from '../../support/house.ts';
import { apiKey, asset, member, ok, prompt, release } from '../../support/team.ts';

let home: House;
let other: House;

beforeAll(async () => {
  home = await house();
  other = await house('Zoe');
});

const make = (body: object, by: House = home) => by.ada.send('POST', '/v1/environments', body);

describe('environments', () => {
  it('are one of each kind to begin with, with the policies of the contract', async () => {
    const { data, nextCursor } = await ok(other.ben.send('GET', '/v1/environments'));
    expect(nextCursor).toBeNull();
    expect(data).toMatchObject([
      {
        name: 'development',
        kind: 'development',
        requiredApprovals: { low: 0, medium: 0, high: 0, critical: 0 },
        generation: 0,
      },
      {
        name: 'production',
        kind: 'production',
        requiredApprovals: { low: 1, medium: 1, high: 2, critical: 2 },
        generation: 0,
      },
      {
        name: 'staging',
        kind: 'staging',
        requiredApprovals: { low: 1, medium: 1, high: 1, critical: 2 },
        generation: 0,
      },
    ]);
  });

  it('are made with their kind’s policy, or with what differs from it', async () => {
    const name = fresh('made');
    const made = await ok(make({ name, kind: 'production', requiredApprovals: { low: 3 } }), 201);
    expect(made).toMatchObject({
      name,
      kind: 'production',
      requiredApprovals: { low: 3, medium: 1, high: 2, critical: 2 },
    });
    expect(await ok(home.ben.send('GET', `/v1/environments/${name}`))).toEqual(made);
    expect(refusal(await make({ name, kind: 'staging' }))).toEqual([409, 'already_exists']);
    // The name is the other tenant's to use, and what is ours is not there for it.
    expect(refusal(await other.ada.send('GET', `/v1/environments/${name}`))).toEqual([404, 'not_found']);
    expect((await make({ name, kind: 'staging' }, other)).status).toBe(201);
    expect((await ok(home.ben.send('GET', `/v1/environments/${name}`))).kind).toBe('production');
  });

  it('are changed in their policy, by those who may, and it is on record', async () => {
    const name = fresh('changed');
    const { id } = await ok(make({ name, kind: 'staging' }));
    const change = { requiredApprovals: { high: 4 } };
    for (const by of [home.eve, home.ben]) {
      expect(refusal(await by.send('PATCH', `/v1/environments/${name}`, change))).toEqual([403, 'forbidden']);
      expect(refusal(await by.send('POST', '/v1/environments', { name: fresh('no'), kind: 'staging' }))).toEqual([
        403,
        'forbidden',
      ]);
    }
    const admin = await member(home.ada, 'admin');
    const changed = await ok(admin.send('PATCH', `/v1/environments/${name}`, change));
    expect(changed.requiredApprovals).toEqual({ low: 1, medium: 1, high: 4, critical: 2 });
    expect(refusal(await other.ada.send('PATCH', `/v1/environments/${name}`, change))).toEqual([404, 'not_found']);
    const { data } = await ok(home.ada.send('GET', `/v1/audit-events?entity=${id}`));
    expect(data.map((event: any) => `${event.action} ${event.outcome} ${event.risk}`)).toEqual([
      'environment.update done high',
      'environment.create done medium',
    ]);
  });

  it('have limits on every field', async () => {
    const ten = { low: 10, medium: 10, high: 10, critical: 10 };
    expect((await make({ name: 'a', kind: 'development', requiredApprovals: ten })).status).toBe(201);
    expect((await make({ name: 'x'.repeat(40), kind: 'development' })).status).toBe(201);
    const bad: object[] = [
      {},
      { name: 'x'.repeat(41), kind: 'development' },
      { name: '', kind: 'development' },
      { name: 'Upper', kind: 'development' },
      { name: '-a', kind: 'development' },
      { name: 'a:b', kind: 'development' },
      { name: 'ok-1', kind: 'test' },
      { name: 'ok-2', kind: 'development', requiredApprovals: { low: 11 } },
      { name: 'ok-3', kind: 'development', requiredApprovals: { low: -1 } },
      { name: 'ok-4', kind: 'development', requiredApprovals: { low: 0.5 } },
      { name: 'ok-5', kind: 'development', requiredApprovals: { none: 1 } },
      { name: 'ok-6', kind: 'development', generation: 7 },
    ];
    for (const body of bad) expect([body, refusal(await make(body))]).toEqual([body, [400, 'validation_failed']]);
    for (const body of [{}, { requiredApprovals: { low: 11 } }, { kind: 'development', requiredApprovals: {} }]) {
      expect(refusal(await home.ada.send('PATCH', '/v1/environments/staging', body))).toEqual([
        400,
        'validation_failed',
      ]);
    }
  });

  it('are fifty at most', async () => {
    const many = await house('Many');
    const answers = await Promise.all(
      Array.from({ length: 47 }, (_, i) => make({ name: `e${i}`, kind: 'development' }, many)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(refusal(await make({ name: 'too-many', kind: 'development' }, many))).toEqual([409, 'state_conflict']);
    const first = await ok(many.ada.send('GET', '/v1/environments?limit=40'));
    const rest = await ok(many.ada.send('GET', `/v1/environments?limit=40&cursor=${first.nextCursor}`));
    expect([first.data.length, rest.data.length, rest.nextCursor]).toEqual([40, 10, null]);
  });
});

describe('what is active', () => {
  it('is listed by type and name, page by page, to its tenant only', async () => {
    const names = [fresh('b'), fresh('a'), fresh('c')];
    for (const name of names) await prompt(home.eve, name, 'Hello');
    const key = fresh('asset');
    await asset(home.eve, key, 'asset');
    const { id, generation } = await release(home.eve, [], 'development', [
      ...names.map((name) => `prompt:${name}@1.0.0`),
      `asset:${key}@1.0.0`,
    ]);
    const list = (query: string, by: House = home) =>
      ok(by.ben.send('GET', `/v1/environments/development/active${query}`));
    const all = await list('');
    expect(all).toMatchObject({ generation, nextCursor: null });
    const active = (type: string, name: string | undefined) => ({
      type,
      name,
      tag: '1.0.0',
      weight: null,
      variants: [],
      deploymentId: id,
      generation,
    });
    expect(all.data).toEqual([active('asset', key), ...names.toSorted().map((name) => active('prompt', name))]);
    const first = await list('?limit=2');
    const rest = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect([...first.data, ...rest.data]).toEqual(all.data);
    expect(rest.nextCursor).toBeNull();
    expect(await list('', other)).toEqual({ generation: 0, data: [], nextCursor: null });
    expect((await home.ben.send('GET', '/v1/environments/nowhere/active')).status).toBe(404);
  });
});

describe('an API key that is bound to other environments', () => {
  it('gets nowhere near: 403 on every route of an environment and its deployments', async () => {
    const name = fresh('bound');
    await prompt(home.eve, name, 'Hello');
    const scopes = [
      'deployments:read',
      'deployments:create',
      'deployments:cancel_any',
      'deployments:execute',
      'deployments:rollback',
      'environments:read',
      'environments:manage',
      'edge:read',
      'prompts:read',
    ];
    const key = await apiKey(home.ada, scopes, ['development']);
    const items = [{ type: 'prompt', prompt: name, tag: '1.0.0' }];
    const pending = await ok(home.eve.send('POST', '/v1/deployments', { environment: 'staging', items }));
    const deployed = await release(home.eve, [home.ben], 'staging', [`prompt:${name}@1.0.0`]);
    const upgrade = { upgrade: 'websocket' };
    const calls: [method: string, path: string, body?: object | undefined, headers?: Record<string, string>][] = [
      ['POST', '/v1/deployments', { environment: 'staging', items }],
      ['GET', `/v1/deployments/${pending.id}`],
      ['GET', `/v1/deployments/${pending.id}/events`],
      ['GET', `/v1/deployments/${pending.id}/live`, undefined, upgrade],
      ['POST', `/v1/deployments/${pending.id}/approve`],
      ['POST', `/v1/deployments/${pending.id}/reject`, { comment: 'no' }],
      ['POST', `/v1/deployments/${pending.id}/cancel`],
      ['POST', `/v1/deployments/${pending.id}/deploy`],
      ['POST', `/v1/deployments/${deployed.id}/rollback`, { reason: 'no' }],
      ['GET', '/v1/environments/staging'],
      ['PATCH', '/v1/environments/staging', { requiredApprovals: { low: 0 } }],
      ['POST', '/v1/environments', { name: 'staging-2', kind: 'staging' }],
      ['GET', '/v1/environments/staging/active'],
      ['GET', '/v1/environments/staging/live', undefined, upgrade],
      ['GET', `/v1/edge/staging/prompts/${name}`],
      ['POST', `/v1/edge/staging/render/${name}`, { variables: {} }],
      ['POST', '/v1/edge/staging/batch', { names: [name] }],
    ];
    for (const [method, path, body, headers] of calls) {
      expect([method, path, ...refusal(await key.send(method, path, body, headers))]).toEqual([
        method,
        path,
        403,
        'forbidden',
      ]);
    }
    const { data } = await ok(key.send('GET', '/v1/environments'));
    expect(data.map((environment: any) => environment.name)).toEqual(['development']);
    expect(
      (await ok(key.send('GET', '/v1/deployments'))).data.filter((one: any) => one.environment !== 'development'),
    ).toEqual([]);
    expect((await ok(key.send('GET', '/v1/deployments?environment=staging'))).data).toEqual([]);
    // Where it is at home it does all of it.
    const own = await ok(key.send('POST', '/v1/deployments', { environment: 'development', items }));
    expect((await ok(key.send('POST', `/v1/deployments/${own.id}/deploy`))).status).toBe('deployed');
    expect((await key.send('POST', `/v1/deployments/${own.id}/rollback`, { reason: 'no' })).status).toBe(201);
  });
});
