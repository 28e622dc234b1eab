import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Send } from '../../support/client.ts';
import {
  activations,
  deploymentStub,
  environmentStub,
  fresh,
  generationOf,
  house,
  type House,
  look,
  refusal,
  servedEverywhere,
} from '../../support/house.ts';
import { interpose, rebind, withMethod } from '../../support/interruption.ts';
import { asset, move, ok, prompt, release, request, version } from '../../support/team.ts';
import { d1, sendWith } from '../../support/workbench.ts';

let home: House;
let other: House;

beforeAll(async () => {
  home = await house();
  other = await house('Zoe');
});

async function requested(environment: string, more: object = {}): Promise<{ id: string; name: string }> {
  const name = fresh('raced');
  await prompt(home.eve, name, 'Hello');
  const { id } = await ok(request(home.eve, environment, [`prompt:${name}@1.0.0`], more));
  return { id, name };
}

const statuses = (answers: { status: number }[]): number[] =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b);

/** Somebody whose requests are held up at one of D1's batches (0 is the first) while something else happens. */
function heldUpAt(by: { accessToken: string }, number: number, meanwhile: () => Promise<unknown>): { send: Send } {
  let batches = 0;
  const DB = withMethod(env.DB, 'batch', (batch) => async (...args) => {
    if (batches++ === number) await meanwhile();
    return batch(...args);
  });
  const send = sendWith({ DB });
  return {
    send: (method, path, body, headers = {}) =>
      send(method, path, body, { authorization: `Bearer ${by.accessToken}`, ...headers }),
  };
}

describe('at the same time', () => {
  it('two last approvals: both count, it is approved once', async () => {
    const { id } = await requested('production');
    const answers = await Promise.all([move(home.ben, id, 'approve'), move(home.cy, id, 'approve')]);
    expect(statuses(answers)).toEqual([200, 200]);
    const view = await look(home, id);
    expect(view).toMatchObject({ status: 'approved', approvals: [{ decision: 'approved' }, { decision: 'approved' }] });
    expect(view.approvals.map((vote: any) => vote.userId).toSorted()).toEqual([home.ben.id, home.cy.id].toSorted());
  });

  it('two last approvals of one that executes itself: deployed once, in one generation', async () => {
    const { id, name } = await requested('production', { autoDeploy: true });
    const before = await generationOf(home, 'production');
    const answers = await Promise.all([move(home.ben, id, 'approve'), move(home.cy, id, 'approve')]);
    expect(statuses(answers)).toEqual([200, 200]);
    expect(await look(home, id)).toMatchObject({ status: 'deployed', generation: before + 1 });
    expect(await generationOf(home, 'production')).toBe(before + 1);
    expect(await activations(home, 'production', name)).toHaveLength(1);
  });

  it('the same vote twice: one vote', async () => {
    const { id } = await requested('production');
    const answers = await Promise.all([1, 2, 3].map(() => move(home.ben, id, 'approve')));
    expect(statuses(answers)).toEqual([200, 200, 200]);
    expect(await look(home, id)).toMatchObject({ status: 'pending', approvals: [{ userId: home.ben.id }] });
  });

  it.each([1, 2, 3, 4])('approve and reject, the last one needed (%i): exactly one decides', async (round) => {
    const { id } = await requested('staging');
    const approve = () => move(home.ben, id, 'approve');
    const reject = () => move(home.cy, id, 'reject', { comment: 'no' });
    const answers = await Promise.all(round % 2 === 0 ? [approve(), reject()] : [reject(), approve()]);
    expect(statuses(answers)).toEqual([200, 409]);
    const { status, approvals } = await look(home, id);
    expect(approvals).toHaveLength(1);
    expect(status).toBe(approvals[0].decision);
    const deployed = await move(home.eve, id, 'deploy');
    expect(deployed.status).toBe(status === 'approved' ? 200 : 409);
  });

  it('cancel and deploy: exactly one wins', async () => {
    const { id, name } = await requested('development');
    const answers = await Promise.all([move(home.eve, id, 'cancel'), move(home.eve, id, 'deploy')]);
    expect(statuses(answers)).toEqual([200, 409]);
    const { status } = await look(home, id);
    expect(await activations(home, 'development', name)).toHaveLength(status === 'deployed' ? 1 : 0);
    expect(['deployed', 'cancelled']).toContain(status);
  });

  it('deploy twice: it happens once, and the generation moves once', async () => {
    const { id, name } = await requested('development');
    const before = await generationOf(home, 'development');
    const answers = await Promise.all([1, 2, 3].map(() => move(home.eve, id, 'deploy')));
    expect(statuses(answers)).toEqual([200, 409, 409]);
    expect(await generationOf(home, 'development')).toBe(before + 1);
    expect(await activations(home, 'development', name)).toHaveLength(1);
    const done = await d1(
      `SELECT id FROM audit_events WHERE entity_id = ? AND action = 'deployment.deploy' AND outcome = 'done'`,
      id,
    );
    expect(done).toHaveLength(1);
  });

  it('two deployments of the same prompt: one after the other, the later one is served', async () => {
    const name = fresh('same');
    await prompt(home.eve, name, 'first');
    await version(home.eve, name, '2.0.0', 'second');
    const first = await ok(request(home.eve, 'development', [`prompt:${name}@1.0.0`]));
    const second = await ok(request(home.eve, 'development', [`prompt:${name}@2.0.0`]));
    const before = await generationOf(home, 'development');
    const answers = await Promise.all([first, second].map(({ id }) => ok(move(home.eve, id, 'deploy'))));
    const [earlier, later] = answers.toSorted((a, b) => a.generation - b.generation);
    expect([earlier.generation, later.generation]).toEqual([before + 1, before + 2]);
    expect(await servedEverywhere(home, 'development', name)).toMatchObject({
      tag: later.items[0].tag,
      generation: before + 2,
      deploymentId: later.id,
    });
    expect(await activations(home, 'development', name)).toMatchObject([
      { deployment: earlier.id, since: before + 1, until: before + 2 },
      { deployment: later.id, since: before + 2, until: null },
    ]);
    // The later one's truth is what it really replaced, not what it saw when it was requested.
    expect((await look(home, later.id)).items[0].previousTag).toBe(earlier.items[0].tag);
  });

  it('many deployments of different prompts: a generation each, all served', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => requested('development')));
    const before = await generationOf(home, 'development');
    const answers = await Promise.all(all.map(({ id }) => ok(move(home.eve, id, 'deploy'))));
    expect(answers.map(({ generation }) => generation - before).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { id, name } of all) {
      expect(await servedEverywhere(home, 'development', name)).toMatchObject({ deploymentId: id });
    }
  });

  it('two tenants with the same names: each its own', async () => {
    const name = fresh('shared-name');
    await prompt(home.eve, name, 'ours');
    await prompt(other.eve, name, 'theirs');
    const generations = [await generationOf(home, 'development'), await generationOf(other, 'development')];
    await Promise.all([
      release(home.eve, [], 'development', [`prompt:${name}@1.0.0`]),
      release(other.eve, [], 'development', [`prompt:${name}@1.0.0`]),
    ]);
    expect((await servedEverywhere(home, 'development', name)).text).toBe('ours');
    expect((await servedEverywhere(other, 'development', name)).text).toBe('theirs');
    expect([await generationOf(home, 'development'), await generationOf(other, 'development')]).toEqual(
      generations.map((generation) => generation + 1),
    );
  });
});

/** Objects let through one move at a time. Should there ever be two of the same, D1 lets one of them win. */
describe('a move that another one overtakes all the same', () => {
  const becomes = (id: string, status: string) => d1('UPDATE deployments SET status = ? WHERE id = ?', status, id);

  /** Holds an object up at one of D1's batches (0 is the first) while something else happens. */
  const heldUp = (stub: DurableObjectStub, number: number, meanwhile: () => Promise<unknown>) => {
    let batches = 0;
    return rebind(stub, ({ DB }) => ({
      DB: withMethod(DB, 'batch', (batch) => async (...args) => {
        if (batches++ === number) await meanwhile();
        return batch(...args);
      }),
    }));
  };

  it.each([0, 1])('a vote (batch %i): it was cancelled, and nothing is counted', async (number) => {
    const { id } = await requested('staging');
    await heldUp(deploymentStub(home, id), number, () => becomes(id, 'cancelled'));
    expect(refusal(await move(home.ben, id, 'approve'))).toEqual([409, 'state_conflict']);
    expect(await look(home, id)).toMatchObject({ status: 'cancelled', approvals: [], approvedAt: null });
  });

  it.each([0, 1])('a cancellation (batch %i): it is being deployed', async (number) => {
    const { id } = await requested('staging');
    await heldUp(deploymentStub(home, id), number, () => becomes(id, 'deploying'));
    expect(refusal(await move(home.eve, id, 'cancel'))).toEqual([409, 'state_conflict']);
    expect((await look(home, id)).status).toBe('deploying');
  });

  it.each([0, 1, 2, 3])('an execution, before it begins (batch %i): it was cancelled', async (number) => {
    const { id, name } = await requested('development');
    const before = await generationOf(home, 'development');
    await heldUp((await environmentStub(home, 'development'))(), number, () => becomes(id, 'cancelled'));
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual([409, 'state_conflict']);
    expect((await look(home, id)).status).toBe('cancelled');
    expect(await servedEverywhere(home, 'development', name)).toBe(404);
    expect(await generationOf(home, 'development')).toBe(before);
  });

  it('an execution, once it has begun: it was given up', async () => {
    const { id, name } = await requested('development');
    const before = await generationOf(home, 'development');
    await interpose((await environmentStub(home, 'development'))(), 'commit', async (go) => {
      await becomes(id, 'failed');
      return go();
    });
    expect(await ok(move(home.eve, id, 'deploy'))).toMatchObject({ status: 'failed', generation: null });
    expect(await servedEverywhere(home, 'development', name)).toBe(404);
    expect(await generationOf(home, 'development')).toBe(before);
  });

  it('a rollback, once it has begun: another one rolled it back', async () => {
    const { id, name } = await requested('development');
    await ok(move(home.eve, id, 'deploy'));
    const before = await generationOf(home, 'development');
    await interpose((await environmentStub(home, 'development'))(), 'commit', async (go) => {
      await becomes(id, 'rolled_back');
      return go();
    });
    const rollback = await ok(move(home.eve, id, 'rollback', { reason: 'no' }), 201);
    expect(rollback).toMatchObject({ status: 'failed', generation: null });
    expect(await servedEverywhere(home, 'development', name)).toMatchObject({ deploymentId: id });
    expect(await generationOf(home, 'development')).toBe(before);
  });

  it('an execution, once it has begun: its generation is another one’s', async () => {
    const { id, name } = await requested('development');
    const before = await generationOf(home, 'development');
    await interpose((await environmentStub(home, 'development'))(), 'commit', async (go) => {
      await d1(
        'UPDATE environments SET generation = generation + 1 WHERE tenant_id = ? AND name = ?',
        home.tenantId,
        'development',
      );
      return go();
    });
    expect(await ok(move(home.eve, id, 'deploy'))).toMatchObject({ status: 'deployed', generation: before + 2 });
    expect(await generationOf(home, 'development')).toBe(before + 2);
    expect(await servedEverywhere(home, 'development', name)).toMatchObject({ generation: before + 2 });
  });
});

describe('a translation that is written while its version is requested', () => {
  const put = (by: { send: Send }, name: string) =>
    by.send('PUT', `/v1/prompts/${name}/versions/1.0.0/translations/fr`, { text: 'Bonjour' });
  const ask = (by: { send: Send }, name: string) => request(by, 'staging', [`prompt:${name}@1.0.0`]);

  /** Either it is in what the votes are for, or it is not there: never outside of it. */
  async function expectBound(name: string, wasRequested: boolean): Promise<void> {
    const found = await ok(home.ada.send('GET', `/v1/prompts/${name}/versions/1.0.0`));
    const { data } = await ok(home.ada.send('GET', '/v1/deployments?limit=1'));
    if (!wasRequested) return;
    expect(data[0].items[0]).toMatchObject({ name, contentHash: found.contentHash });
    const late = await home.ada.send('PUT', `/v1/prompts/${name}/versions/1.0.0/translations/de`, { text: 'Hallo' });
    expect(refusal(late)).toEqual([409, 'version_locked']);
    const { id } = data[0];
    await ok(move(home.ben, id, 'approve'));
    expect((await ok(move(home.eve, id, 'deploy'))).status).toBe('deployed');
    const french = await home.app.send('GET', `/v1/edge/staging/prompts/${name}?locale=fr`, undefined, {
      'cache-control': 'no-cache',
    });
    expect(french.body.text).toBe(found.translations.length === 1 ? 'Bonjour' : 'Hello');
  }

  it.each([0, 1, 2])('in the middle of the request (batch %i)', async (number) => {
    const name = fresh('asked');
    await prompt(home.eve, name, 'Hello');
    let written: number | undefined;
    const slow = heldUpAt(home.eve, number, async () => {
      written = (await put(home.ada, name)).status;
    });
    const asked = await ask(slow, name);
    expect([201, 409]).toContain(asked.status);
    expect(written).toBe(200);
    await expectBound(name, asked.status === 201);
  });

  it.each([0, 1])('when the request comes in the middle of the writing (batch %i)', async (number) => {
    const name = fresh('written');
    await prompt(home.eve, name, 'Hello');
    let asked: number | undefined;
    const slow = heldUpAt(home.ada, number, async () => {
      asked = (await ask(home.eve, name)).status;
    });
    const written = await put(slow, name);
    expect(asked).toBe(201);
    expect(refusal(written)).toEqual([409, 'version_locked']);
    await expectBound(name, true);
  });

  it('at once', async () => {
    for (let round = 0; round < 4; round++) {
      const name = fresh('both');
      await prompt(home.eve, name, 'Hello');
      const [asked, written] = await Promise.all([ask(home.eve, name), put(home.ada, name)]);
      expect([201, 409]).toContain(asked.status);
      expect([200, 409]).toContain(written.status);
      expect(asked.status === 409 && written.status === 409).toBe(false);
      await expectBound(name, asked.status === 201);
    }
  });
});

describe('a deletion that meets an activation', () => {
  const away = (name: string) => home.ada.send('DELETE', `/v1/prompts/${name}`);

  it('before the commit: the deployment fails and says why, nothing is served, its versions are free', async () => {
    const { id, name } = await requested('development');
    const before = await generationOf(home, 'development');
    const stub = await environmentStub(home, 'development');
    await interpose(stub(), 'commit', async (go) => {
      expect((await away(name)).status).toBe(204);
      return go();
    });
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual([422, 'incompatible']);
    expect(await look(home, id)).toMatchObject({ status: 'failed', generation: null });
    expect((await look(home, id)).reason).toContain(name);
    expect(await servedEverywhere(home, 'development', name)).toBe(404);
    expect(await generationOf(home, 'development')).toBe(before);
    expect(await d1(`SELECT * FROM holds WHERE holder = ?`, id)).toEqual([]);
  });

  it('before the commit, where it is changed instead: the same', async () => {
    const { id, name } = await requested('development');
    await interpose((await environmentStub(home, 'development'))(), 'commit', async (go) => {
      const ofName = 'entry_id IN (SELECT id FROM entries WHERE name = ?)';
      await d1(`UPDATE versions SET content_hash = ? WHERE ${ofName}`, '0'.repeat(64), name);
      return go();
    });
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual([422, 'incompatible']);
    expect(await look(home, id)).toMatchObject({ status: 'failed', generation: null });
    expect(await servedEverywhere(home, 'development', name)).toBe(404);
  });

  it('before the commit, of what comes inside by a tag: the same', async () => {
    const [inner, name] = [fresh('inner'), fresh('outer')];
    await asset(home.eve, inner, 'inner');
    await prompt(home.eve, name, `Hello {{asset:${inner}@1.0.0}}`);
    const { id } = await ok(request(home.eve, 'development', [`prompt:${name}@1.0.0`]));
    const stub = await environmentStub(home, 'development');
    await interpose(stub(), 'commit', async (go) => {
      expect((await home.ada.send('DELETE', `/v1/assets/${inner}`)).status).toBe(204);
      return go();
    });
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual([422, 'incompatible']);
    expect(await look(home, id)).toMatchObject({ status: 'failed', generation: null });
    expect(await servedEverywhere(home, 'development', name)).toBe(404);
    expect(await d1(`SELECT * FROM holds WHERE holder = ?`, id)).toEqual([]);
  });

  it('after the commit: the deletion is refused, what is served stays', async () => {
    const { id, name } = await requested('development');
    const stub = await environmentStub(home, 'development');
    let refused: [number, string] | undefined;
    await interpose(stub(), 'publishSince', async (go) => {
      refused = refusal(await away(name));
      return go();
    });
    expect((await ok(move(home.eve, id, 'deploy'))).status).toBe('deployed');
    expect(refused).toEqual([409, 'state_conflict']);
    expect(await servedEverywhere(home, 'development', name)).toMatchObject({ deploymentId: id });
  });

  it('at once: one of the two, never a prompt that is active and deleted', async () => {
    for (let round = 0; round < 4; round++) {
      const { id, name } = await requested('development');
      const [deployed, deleted] = await Promise.all([move(home.eve, id, 'deploy'), away(name)]);
      expect([[200, 409].join(), [422, 204].join()]).toContain([deployed.status, deleted.status].join());
      const served = await servedEverywhere(home, 'development', name);
      expect(served === 404).toBe(deleted.status === 204);
    }
  });
});
