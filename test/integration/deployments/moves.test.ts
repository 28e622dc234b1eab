import { beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../../support/client.ts';
import { activations, fresh, generationOf, house, type House, look, refusal } from '../../support/house.ts';
import { apiKey, member, move, ok, prompt, release, request, version } from '../../support/team.ts';
import { d1 } from '../../support/workbench.ts';

let home: House;
let other: House;

beforeAll(async () => {
  home = await house();
  other = await house('Zoe');
});

const CONFLICT: [number, string] = [409, 'state_conflict'];
const FORBIDDEN: [number, string] = [403, 'forbidden'];

/** A deployment of a prompt of its own, by the editor. */
async function requested(environment: string, more: object = {}): Promise<any> {
  const name = fresh('moved');
  await prompt(home.eve, name, 'Hello');
  return ok(request(home.eve, environment, [`prompt:${name}@1.0.0`], more));
}

const actionsOf = async (id: string): Promise<string[]> => {
  const { data } = await ok(home.ada.send('GET', `/v1/deployments/${id}/events?limit=100`));
  return data
    .filter((event: any) => event.outcome === 'done')
    .map((event: any) => event.action)
    .toReversed();
};

describe('votes', () => {
  it('count one a person: the same again changes nothing, another is refused', async () => {
    const { id } = await requested('production');
    const first = await ok(move(home.ben, id, 'approve', { comment: 'good' }));
    const again = await ok(move(home.ben, id, 'approve', { comment: 'very good' }));
    expect(again).toEqual(first);
    expect(again).toMatchObject({ status: 'pending', approvals: [{ userId: home.ben.id, comment: 'good' }] });
    expect(refusal(await move(home.ben, id, 'reject', { comment: 'no, wait' }))).toEqual(CONFLICT);
    expect((await ok(move(home.cy, id, 'approve'))).status).toBe('approved');
    // A retry that comes late is told how it stands.
    expect((await ok(move(home.cy, id, 'approve'))).status).toBe('approved');
    expect(await actionsOf(id)).toEqual(['deployment.create', 'deployment.approve', 'deployment.approve']);
  });

  it('to reject need a comment, and end it', async () => {
    const { id } = await requested('production');
    expect((await move(home.ben, id, 'reject')).status).toBe(400);
    expect((await move(home.ben, id, 'reject', {})).status).toBe(400);
    expect((await move(home.ben, id, 'reject', { comment: '  ' })).status).toBe(400);
    expect((await move(home.ben, id, 'reject', { comment: 'x'.repeat(2001) })).status).toBe(400);
    expect((await look(home, id)).status).toBe('pending');
    await ok(move(home.cy, id, 'approve'));
    const rejected = await ok(move(home.ben, id, 'reject', { comment: 'rude' }));
    expect(rejected).toMatchObject({ status: 'rejected', approvals: [{}, { decision: 'rejected', comment: 'rude' }] });
    expect(await ok(move(home.ben, id, 'reject', { comment: 'rude' }))).toEqual(rejected);
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual(CONFLICT);
  });
});

describe('cancelling', () => {
  it('is for who requested it, in person or by a key, and for admins', async () => {
    const own = await requested('staging');
    expect((await ok(move(home.eve, own.id, 'cancel', { comment: 'later' }))).status).toBe('cancelled');
    expect((await ok(move(home.eve, own.id, 'cancel'))).status).toBe('cancelled');

    const key = await apiKey(home.ada, ['deployments:create']);
    const name = fresh('by-key');
    await prompt(home.eve, name, 'Hello');
    const byKey = await ok(request(key, 'staging', [`prompt:${name}@1.0.0`]));
    expect((await ok(move(key, byKey.id, 'cancel'))).status).toBe('cancelled');

    const admin = await member(home.ada, 'admin');
    const theirs = await requested('staging');
    expect((await ok(move(admin, theirs.id, 'cancel'))).status).toBe('cancelled');
  });

  it('is refused to others, and comes from approved too', async () => {
    const editor = await member(home.ada, 'editor');
    const { id } = await requested('staging');
    expect(refusal(await move(editor, id, 'cancel'))).toEqual(FORBIDDEN);
    expect(refusal(await move(home.ben, id, 'cancel'))).toEqual(FORBIDDEN);
    const key = await apiKey(home.ada, ['deployments:create']);
    expect(refusal(await move(key, id, 'cancel'))).toEqual(FORBIDDEN);
    expect(refusal(await move(other.ada, id, 'cancel'))).toEqual([404, 'not_found']);
    await ok(move(home.ben, id, 'approve'));
    expect((await ok(move(home.eve, id, 'cancel'))).status).toBe('cancelled');
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual(CONFLICT);
  });
});

describe('every move that the state machine does not know', () => {
  const MOVES: [verb: string, by: keyof House, body?: object][] = [
    ['approve', 'cy'],
    ['reject', 'cy', { comment: 'no' }],
    ['cancel', 'eve'],
    ['deploy', 'eve'],
    ['rollback', 'ben', { reason: 'no' }],
  ];
  const refusedIn: Record<string, string[]> = {
    pending: ['deploy', 'rollback'],
    approved: ['approve', 'reject', 'rollback'],
    deploying: ['approve', 'reject', 'cancel', 'deploy', 'rollback'],
    deployed: ['approve', 'reject', 'cancel', 'deploy'],
    rolled_back: ['approve', 'reject', 'cancel', 'deploy', 'rollback'],
    rejected: ['approve', 'reject', 'cancel', 'deploy', 'rollback'],
    cancelled: ['approve', 'reject', 'deploy', 'rollback'],
    failed: ['approve', 'reject', 'cancel', 'deploy', 'rollback'],
  };

  it.each(Object.keys(refusedIn))('is a 409 from %s', async (status) => {
    const { id, items } = await requested('staging');
    await ok(move(home.ben, id, 'approve'));
    if (status === 'deployed' || status === 'rolled_back') await ok(move(home.eve, id, 'deploy'));
    await d1('UPDATE deployments SET status = ? WHERE id = ?', status, id);
    const before = [await look(home, id), await generationOf(home, 'staging')];
    for (const [verb, by, body] of MOVES) {
      if (!refusedIn[status]?.includes(verb)) continue;
      const answer = await move(home[by] as Person, id, verb, body);
      expect([verb, ...refusal(answer)]).toEqual([verb, ...CONFLICT]);
    }
    expect([await look(home, id), await generationOf(home, 'staging')]).toEqual(before);
    expect((await activations(home, 'staging', items[0].name)).length).toBeLessThan(2);
    // The owner's way in is no way round them either, where approvals are missing.
    if (status === 'pending' || status === 'approved') return;
    await d1('DELETE FROM votes WHERE deployment_id = ?', id);
    expect(refusal(await move(home.ada, id, 'deploy', { breakGlass: true, reason: 'now' }))).toEqual(CONFLICT);
    expect([(await look(home, id)).status, await generationOf(home, 'staging')]).toEqual([status, before[1]]);
  });
});

describe('breaking the glass', () => {
  const now = { breakGlass: true, reason: 'the site is down' };

  it('is for the owner, in person, with a reason, and audited as critical', async () => {
    const { id } = await requested('production');
    const admin = await member(home.ada, 'admin');
    const key = await apiKey(home.ada, ['deployments:execute']);
    for (const by of [admin, home.ben, home.eve, key])
      expect(refusal(await move(by, id, 'deploy', now))).toEqual(FORBIDDEN);
    // Not even the owner’s, of which D1 was made to say that it may.
    const scopes = JSON.stringify(['deployments:execute', 'deployments:break_glass']);
    await d1('UPDATE api_keys SET scopes = ? WHERE id = ?', scopes, key.id);
    expect(refusal(await move(key, id, 'deploy', now))).toEqual(FORBIDDEN);
    expect((await move(home.ada, id, 'deploy', { breakGlass: true })).status).toBe(400);
    expect((await move(home.ada, id, 'deploy', { breakGlass: true, reason: ' ' })).status).toBe(400);
    // A reason alone breaks nothing.
    expect(refusal(await move(home.ada, id, 'deploy', { reason: 'please' }))).toEqual(CONFLICT);
    expect(refusal(await move(home.ada, id, 'deploy', { breakGlass: false, reason: 'please' }))).toEqual(CONFLICT);
    expect((await look(home, id)).status).toBe('pending');

    const deployed = await ok(move(home.ada, id, 'deploy', now));
    expect(deployed).toMatchObject({ status: 'deployed', reason: now.reason, approvals: [] });
    expect(deployed.approvedAt).not.toBeNull();
    expect(await look(home, id)).toEqual(deployed);
    const { data } = await ok(home.ada.send('GET', `/v1/audit-events?entity=${id}`));
    expect(data.filter((event: any) => event.risk === 'critical' && event.outcome === 'done')).toMatchObject([
      {
        action: 'deployment.break_glass',
        actor: { id: home.ada.id },
        data: { reason: now.reason, requiredApprovals: 2, approvals: 0 },
      },
    ]);
  });

  it('is refused where the tenant switched it off, which only an owner may', async () => {
    const house2 = await house('Glass');
    const admin = await member(house2.ada, 'admin');
    const name = fresh('glass');
    await prompt(house2.eve, name, 'Hello');
    const { id } = await ok(request(house2.eve, 'production', [`prompt:${name}@1.0.0`]));
    expect((await admin.send('PATCH', '/v1/tenant', { breakGlass: false })).status).toBe(403);
    await ok(house2.ada.send('PATCH', '/v1/tenant', { breakGlass: false }));
    expect(refusal(await move(house2.ada, id, 'deploy', now))).toEqual(FORBIDDEN);
    expect((await look(house2, id)).status).toBe('pending');
    await ok(house2.ada.send('PATCH', '/v1/tenant', { breakGlass: true }));
    expect((await ok(move(house2.ada, id, 'deploy', now))).status).toBe('deployed');
    // It was switched for that tenant alone.
    const { id: mine } = await requested('production');
    expect((await ok(move(home.ada, mine, 'deploy', now))).status).toBe('deployed');
  });

  it('still refuses what does not fit together', async () => {
    const [inner, outer] = [fresh('inner'), fresh('outer')];
    await prompt(home.eve, inner, 'inner');
    await prompt(home.eve, outer, `outer {{prompt:${inner}}}`);
    const first = await release(home.eve, [], 'development', [`prompt:${inner}@1.0.0`]);
    const second = await ok(request(home.eve, 'development', [`prompt:${outer}@1.0.0`]));
    await ok(move(home.eve, first.id, 'rollback', { reason: 'away with it' }), 201);
    expect(refusal(await move(home.ada, second.id, 'deploy', now))).toEqual([422, 'incompatible']);
    const { id } = await requested('staging');
    await d1(
      `UPDATE versions SET content = '{"text":"other"}' WHERE id IN (SELECT version_id FROM deployment_items WHERE deployment_id = ?)`,
      id,
    );
    expect(refusal(await move(home.ada, id, 'deploy', now))).toEqual([422, 'incompatible']);
    expect((await look(home, id)).status).toBe('pending');
  });

  it('is not recorded where nothing was missing', async () => {
    const { id } = await requested('staging');
    await ok(move(home.ben, id, 'approve'));
    expect(await ok(move(home.ada, id, 'deploy', now))).toMatchObject({ status: 'deployed', reason: null });
    expect(await actionsOf(id)).not.toContain('deployment.break_glass');
  });
});

describe('the policy', () => {
  it('asks for what the contract says, by kind and risk', async () => {
    const name = fresh('policy');
    await prompt(home.eve, name, 'Hello');
    const needs = async (environment: string, tag: string) => {
      const { riskLevel, requiredApprovals } = await ok(request(home.eve, environment, [`prompt:${name}@${tag}`]));
      return [riskLevel, requiredApprovals];
    };
    expect(await needs('development', '1.0.0')).toEqual(['low', 0]);
    expect(await needs('staging', '1.0.0')).toEqual(['low', 1]);
    expect(await needs('production', '1.0.0')).toEqual(['high', 2]);
    await version(home.eve, name, '1.1.0', 'Sign in with AKIAIOSFODNN7EXAMPLE');
    expect(await needs('development', '1.1.0')).toEqual(['critical', 0]);
    expect(await needs('staging', '1.1.0')).toEqual(['critical', 2]);
  });

  it('goes without votes in development, by whoever may execute', async () => {
    const { id, status } = await requested('development');
    expect(status).toBe('approved');
    expect((await ok(move(home.ben, id, 'deploy'))).status).toBe('deployed');
    const viewer = await member(home.ada, 'viewer');
    const { id: second } = await requested('development');
    expect(refusal(await move(viewer, second, 'deploy'))).toEqual(FORBIDDEN);
  });

  it('that is made stricter holds for what was requested before, and more votes make it good', async () => {
    await ok(home.ada.send('POST', '/v1/environments', { name: 'stricter', kind: 'staging' }));
    const approved = await requested('stricter');
    const pending = await requested('stricter');
    await ok(move(home.ben, approved.id, 'approve'));
    const low = (count: number) =>
      ok(home.ada.send('PATCH', '/v1/environments/stricter', { requiredApprovals: { low: count } }));
    await low(2);
    expect(refusal(await move(home.eve, approved.id, 'deploy'))).toEqual(CONFLICT);
    expect((await ok(move(home.cy, approved.id, 'approve'))).status).toBe('approved');
    expect((await ok(move(home.eve, approved.id, 'deploy'))).status).toBe('deployed');

    expect((await ok(move(home.ben, pending.id, 'approve'))).status).toBe('pending');
    expect((await ok(move(home.cy, pending.id, 'approve'))).status).toBe('approved');
    await low(1);
    expect((await ok(move(home.eve, pending.id, 'deploy'))).status).toBe('deployed');
  });

  it('that was nothing and is something now asks for it', async () => {
    await ok(home.ada.send('POST', '/v1/environments', { name: 'opened', kind: 'development' }));
    const { id } = await requested('opened');
    await ok(home.ada.send('PATCH', '/v1/environments/opened', { requiredApprovals: { low: 1 } }));
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual(CONFLICT);
    await ok(move(home.ben, id, 'approve'));
    expect((await ok(move(home.eve, id, 'deploy'))).status).toBe('deployed');
  });

  it('that is loosened does not help what was requested before', async () => {
    await ok(
      home.ada.send('POST', '/v1/environments', { name: 'looser', kind: 'staging', requiredApprovals: { low: 2 } }),
    );
    const { id } = await requested('looser');
    await ok(home.ada.send('PATCH', '/v1/environments/looser', { requiredApprovals: { low: 0 } }));
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual(CONFLICT);
    expect((await ok(move(home.ben, id, 'approve'))).status).toBe('pending');
    expect((await ok(move(home.cy, id, 'approve'))).status).toBe('approved');
    expect((await requested('looser')).status).toBe('approved');
  });

  it('is held against the risk as it is at execution', async () => {
    await ok(
      home.ada.send('POST', '/v1/environments', { name: 'drift', kind: 'staging', requiredApprovals: { medium: 2 } }),
    );
    const name = fresh('drift');
    await prompt(home.eve, name, 'Hello, dear customer of ours');
    const wide = await ok(request(home.eve, 'drift', [`prompt:${name}@1.0.0`]));
    await ok(move(home.ben, wide.id, 'approve'));
    // Requested as the first one; by the time that it is executed it changes a text by much.
    await version(home.eve, name, '2.0.0', 'Something else altogether, and longer too');
    const late = await ok(request(home.eve, 'drift', [`prompt:${name}@2.0.0`]));
    expect([late.riskLevel, late.requiredApprovals]).toEqual(['low', 1]);
    await ok(move(home.ben, late.id, 'approve'));
    await ok(move(home.eve, wide.id, 'deploy'));
    const refused = await move(home.eve, late.id, 'deploy');
    expect([...refusal(refused), refused.body.detail.includes('medium')]).toEqual([...CONFLICT, true]);
    expect((await look(home, late.id)).status).toBe('approved');
  });

  it('is raised by the risk that is declared, never lowered', async () => {
    expect(await requested('production', { riskLevel: 'low' })).toMatchObject({
      riskLevel: 'high',
      requiredApprovals: 2,
    });
    expect(await requested('staging', { riskLevel: 'critical' })).toMatchObject({
      riskLevel: 'critical',
      requiredApprovals: 2,
    });
  });
});
