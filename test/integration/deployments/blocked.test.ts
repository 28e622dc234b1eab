import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { deploymentStub, fresh, house, type House, look, refusal, servedEverywhere } from '../../support/house.ts';
import { interpose, withMethod } from '../../support/interruption.ts';
import { asset, move, ok, prompt, release, request, version } from '../../support/team.ts';
import { sendWith } from '../../support/workbench.ts';

let home: House;
let other: House;

beforeAll(async () => {
  home = await house();
  other = await house('Zoe');
});

const because = { reason: 'worse than before' };

/** Refused executions, as the deployment's events show them. */
async function refusals(by: House, id: string): Promise<any[]> {
  const { data } = await ok(by.eve.send('GET', `/v1/deployments/${id}/events?limit=100`));
  return data
    .filter(({ action, outcome }: any) => action === 'deployment.deploy' && outcome === 'refused')
    .map(({ actor, data: { code, detail } }: any) => ({ actor: actor.id, code, detail }));
}

/** A prompt in staging, and a rollback of it that waits for its vote. */
async function rollbackAsked(by: House): Promise<{ name: string; rollback: any }> {
  const name = fresh('back');
  await prompt(by.eve, name, 'one');
  const { id } = await release(by.eve, [by.ben], 'staging', [`prompt:${name}@1.0.0`]);
  return { name, rollback: await ok(move(by.ben, id, 'rollback', because), 201) };
}

describe('what was to execute itself and cannot', () => {
  it('a rollback whose item was touched later: who approves is told, and the events keep it', async () => {
    const { name, rollback } = await rollbackAsked(home);
    expect(rollback).toMatchObject({ status: 'pending', blocked: null });
    await version(home.eve, name, '2.0.0', 'two');
    const later = await release(home.eve, [home.ben], 'staging', [`prompt:${name}@2.0.0`]);
    const approved = await ok(move(home.cy, rollback.id, 'approve'), 200);
    const detail = `${later.id} came later and touched prompt ${name}: roll that one back first.`;
    expect(approved).toMatchObject({
      status: 'approved',
      blocked: { code: 'state_conflict', detail, errors: [{ path: `prompt:${name}`, code: 'touched_later' }] },
    });
    expect(await refusals(home, rollback.id)).toEqual([{ actor: home.cy.id, code: 'state_conflict', detail }]);
    expect((await servedEverywhere(home, 'staging', name)).text).toBe('two');
    expect(await look(home, rollback.id)).not.toHaveProperty('blocked');
    // By hand it is the same refusal.
    const byHand = await move(home.ben, rollback.id, 'deploy');
    expect([...refusal(byHand), byHand.body.detail]).toEqual([409, 'state_conflict', detail]);
    expect((await refusals(home, rollback.id)).map(({ actor }) => actor)).toEqual([home.ben.id, home.cy.id]);
    // What nobody else may see: it is the tenant's.
    const theirs = await other.eve.send('GET', `/v1/deployments/${rollback.id}/events`);
    expect(refusal(theirs)).toEqual([404, 'not_found']);
  });

  it('a deployment whose include is gone: every finding is told', async () => {
    for (const by of [home, other]) {
      const [key, name] = [fresh('gone'), fresh('includes')];
      await asset(by.eve, key, 'z');
      await prompt(by.eve, name, `{{asset:${key}}}`);
      const first = await release(by.eve, [by.ben], 'staging', [`asset:${key}@1.0.0`]);
      const asked = await ok(request(by.eve, 'staging', [`prompt:${name}@1.0.0`], { autoDeploy: true }), 201);
      expect(asked).toMatchObject({ status: 'pending', blocked: null });
      const back = await ok(move(by.ben, first.id, 'rollback', because), 201);
      expect(await ok(move(by.cy, back.id, 'approve'))).toMatchObject({ status: 'deployed', blocked: null });
      const approved = await ok(move(by.ben, asked.id, 'approve'), 200);
      expect(approved).toMatchObject({
        status: 'approved',
        blocked: { code: 'incompatible', errors: [{ path: 'items[0]', code: 'include_unresolved' }] },
      });
      expect(await refusals(by, asked.id)).toMatchObject([{ actor: by.ben.id, code: 'incompatible' }]);
      expect(await servedEverywhere(by, 'staging', name)).toBe(404);
      // The same vote again tries again, and says so again.
      expect((await ok(move(by.ben, asked.id, 'approve'))).blocked).toEqual(approved.blocked);
      expect(await refusals(by, asked.id)).toHaveLength(2);
    }
  });

  it('a surprise loses no vote, and is told without its inside', async () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { name, rollback } = await rollbackAsked(home);
    await interpose(deploymentStub(home, rollback.id), 'deploy', () => Promise.reject(new Error('the inside')));
    const approved = await ok(move(home.cy, rollback.id, 'approve'), 200);
    expect(approved).toMatchObject({
      status: 'approved',
      approvals: [{ userId: home.cy.id, decision: 'approved' }],
      blocked: { code: 'unavailable' },
    });
    expect(JSON.stringify(approved)).not.toContain('the inside');
    expect(await refusals(home, rollback.id)).toMatchObject([{ actor: home.cy.id, code: 'unavailable' }]);
    expect((await ok(move(home.eve, rollback.id, 'deploy'))).status).toBe('deployed');
    expect(await servedEverywhere(home, 'staging', name)).toBe(404);
    errors.mockRestore();
  });

  it('nor does a database that is gone by then: the vote was cast, and is answered', async () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { rollback } = await rollbackAsked(home);
    let gone = false;
    await interpose(deploymentStub(home, rollback.id), 'deploy', () => {
      gone = true;
      return Promise.reject(new Error('the inside'));
    });
    const DB = ['prepare', 'batch'].reduce(
      (db, method) =>
        withMethod(db, method, (original) => (...args) => {
          if (gone) throw new Error('the database is gone');
          return original(...args) as unknown;
        }),
      env.DB,
    );
    const answer = await sendWith({ DB })(
      'POST',
      `/v1/deployments/${rollback.id}/approve`,
      {},
      {
        authorization: `Bearer ${home.cy.accessToken}`,
      },
    );
    expect(answer).toMatchObject({ status: 200, body: { status: 'approved', blocked: { code: 'internal_error' } } });
    expect(JSON.stringify(answer.body)).not.toMatch(/inside|database/);
    expect(await look(home, rollback.id)).toMatchObject({ status: 'approved', approvals: [{ userId: home.cy.id }] });
    expect((await ok(move(home.eve, rollback.id, 'deploy'))).status).toBe('deployed');
    errors.mockRestore();
  });

  it('says nothing where somebody else was quicker', async () => {
    const { rollback } = await rollbackAsked(home);
    await interpose(deploymentStub(home, rollback.id), 'deploy', async (go) => {
      await go();
      return go();
    });
    expect(await ok(move(home.cy, rollback.id, 'approve'))).toMatchObject({ status: 'deployed', blocked: null });
    expect(await refusals(home, rollback.id)).toEqual([]);
  });

  it('at once, where nobody needs to vote: who asked is told', async () => {
    const name = fresh('at-once');
    await prompt(home.eve, name, 'Hello');
    const asked = await ok(request(home.eve, 'development', [`prompt:${name}@1.0.0`], { autoDeploy: true }), 201);
    expect(asked).toMatchObject({ status: 'deployed', blocked: null });
    const key = { 'idempotency-key': crypto.randomUUID() };
    const body = { environment: 'development', items: [{ type: 'prompt', prompt: name, tag: '1.0.0' }] };
    const [first, again] = [
      await home.eve.send('POST', '/v1/deployments', body, key),
      await home.eve.send('POST', '/v1/deployments', body, key),
    ];
    expect(again.body).toEqual(first.body);
  });
});
