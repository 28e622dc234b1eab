import { beforeAll, describe, expect, it } from 'vitest';
import {
  activations,
  findings,
  fresh,
  generationOf,
  house,
  type House,
  lasting,
  look,
  refusal,
  servedEverywhere,
} from '../../support/house.ts';
import { apiKey, asset, assetVersion, move, ok, prompt, release, request, version } from '../../support/team.ts';
import { d1 } from '../../support/workbench.ts';

let home: House;
let other: House;

beforeAll(async () => {
  home = await house();
  other = await house('Zoe');
});

const CONFLICT: [number, string] = [409, 'state_conflict'];
const because = { reason: 'worse than before' };
const deploys = (references: string[]) => release(home.eve, [], 'development', references);
const back = (id: string, by = home.eve) => move(by, id, 'rollback', because);
const servedNow = (name: string, environment = 'development') => servedEverywhere(home, environment, name);

/** A prompt that is active in development in its version 2.0.0, over 1.0.0. */
async function twice(): Promise<{ name: string; first: any; second: any; before: any }> {
  const name = fresh('twice');
  await prompt(home.eve, name, 'first {{a}}', {
    translations: [{ locale: 'fr', text: 'premier {{a}}' }],
    model: { temperature: 0.2 },
  });
  const first = await deploys([`prompt:${name}@1.0.0`]);
  const before = await servedNow(name);
  await version(home.eve, name, '2.0.0', 'second {{b}}', { variables: [{ name: 'b', required: true }] });
  const second = await deploys([`prompt:${name}@2.0.0`]);
  return { name, first, second, before };
}

describe('a rollback', () => {
  it('restores exactly what was served before, in every locale', async () => {
    const { name, first, second, before } = await twice();
    const french = () =>
      home.app.send('GET', `/v1/edge/development/prompts/${name}?locale=fr`, undefined, {
        'cache-control': 'no-cache',
      });
    expect((await french()).body).toMatchObject({ text: 'second {{b}}', fallback: true });
    const answer = await back(second.id);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      status: 'deployed',
      rollbackOf: second.id,
      reason: because.reason,
      requestedBy: home.eve.id,
      generation: second.generation + 1,
      items: [
        {
          type: 'prompt',
          name,
          tag: '1.0.0',
          previousTag: '2.0.0',
        },
      ],
    });
    const after = await servedNow(name);
    expect(lasting(after)).toEqual(lasting(before));
    expect(after).toMatchObject({ generation: second.generation + 1, deploymentId: answer.body.id });
    expect((await french()).body).toMatchObject({ text: 'premier {{a}}', fallback: false });
    const undone = await look(home, second.id);
    expect(undone.status).toBe('rolled_back');
    expect(undone.rolledBackAt).not.toBeNull();
    expect((await look(home, first.id)).status).toBe('deployed');
  });

  it('restores the absence of a prompt, and what was there beside it stays', async () => {
    const [name, beside] = [fresh('absent'), fresh('beside')];
    await prompt(home.eve, beside, 'beside');
    await deploys([`prompt:${beside}@1.0.0`]);
    await prompt(home.eve, name, 'Hello');
    expect(await servedNow(name)).toBe(404);
    const { id } = await deploys([`prompt:${name}@1.0.0`]);
    const rolled = await ok(back(id), 201);
    expect(rolled.items).toMatchObject([{ name, tag: null, previousTag: '1.0.0' }]);
    expect(await servedNow(name)).toBe(404);
    const answer = await home.app.send('GET', `/v1/edge/development/prompts/${name}`);
    expect(answer.body.code).toBe('not_deployed');
    expect((await servedNow(beside)).text).toBe('beside');
    const { data } = await ok(home.ada.send('GET', '/v1/environments/development/active?limit=100'));
    expect(data.map((active: any) => active.name)).not.toContain(name);
    // And the absence gives way again to what is rolled back in its turn.
    await ok(back(rolled.id), 201);
    expect((await servedNow(name)).text).toBe('Hello');
  });

  it('restores many items at once, what includes them too', async () => {
    const [inner, outer, added] = [fresh('inner'), fresh('outer'), fresh('added')];
    await asset(home.eve, inner, 'old');
    await prompt(home.eve, outer, `{{asset:${inner}}}!`);
    await deploys([`asset:${inner}@1.0.0`, `prompt:${outer}@1.0.0`]);
    const before = await servedNow(outer);
    await assetVersion(home.eve, inner, '2.0.0', 'new');
    await prompt(home.eve, added, `added {{asset:${inner}}}`);
    const { id } = await deploys([`asset:${inner}@2.0.0`, `prompt:${added}@1.0.0`]);
    expect((await servedNow(outer)).text).toBe('new!');
    expect((await servedNow(added)).text).toBe('added new');
    await ok(back(id), 201);
    expect(lasting(await servedNow(outer))).toEqual(lasting(before));
    expect(await servedNow(added)).toBe(404);
  });

  it('can be rolled back, and that too', async () => {
    const { name, second, before } = await twice();
    const secondServed = await servedNow(name);
    const undo = await ok(back(second.id), 201);
    const redo = await ok(back(undo.id), 201);
    expect(redo.items).toMatchObject([{ tag: '2.0.0', previousTag: '1.0.0' }]);
    expect(lasting(await servedNow(name))).toEqual(lasting(secondServed));
    await ok(back(redo.id), 201);
    expect(lasting(await servedNow(name))).toEqual(lasting(before));
    expect((await look(home, undo.id)).status).toBe('rolled_back');
    expect(await activations(home, 'development', name)).toHaveLength(5);
  });

  it('restores what the deployment really replaced, not what stood there when it was requested', async () => {
    const name = fresh('overtaken');
    await prompt(home.eve, name, 'first');
    await version(home.eve, name, '2.0.0', 'second');
    await version(home.eve, name, '3.0.0', 'third');
    await deploys([`prompt:${name}@1.0.0`]);
    const third = await ok(request(home.eve, 'development', [`prompt:${name}@3.0.0`]));
    expect(third.items[0].previousTag).toBe('1.0.0');
    await deploys([`prompt:${name}@2.0.0`]);
    await ok(move(home.eve, third.id, 'deploy'));
    await ok(back(third.id), 201);
    expect((await servedNow(name)).text).toBe('second');
  });

  it('is refused where a later deployment touched the same item, and says which', async () => {
    const { name, first, second } = await twice();
    const answer = await back(first.id);
    expect(refusal(answer)).toEqual(CONFLICT);
    expect(answer.body.detail).toContain(second.id);
    expect(findings(answer)).toEqual([`prompt:${name} touched_later`]);
    expect((await look(home, first.id)).status).toBe('deployed');
    // Of several the last, which is the one that can be rolled back.
    const last = await deploys([`prompt:${name}@1.0.0`]);
    const again = await back(first.id);
    expect([...refusal(again), again.body.detail.includes(last.id)]).toEqual([...CONFLICT, true]);
    expect(again.body.errors.every(({ message }: any) => message.includes(last.id))).toBe(true);
    // Also after it was asked for: before it is executed.
    const third = fresh('third');
    await prompt(home.eve, third, 'one');
    const staged = await release(home.eve, [home.ben], 'staging', [`prompt:${third}@1.0.0`]);
    const rollback = await ok(move(home.ben, staged.id, 'rollback', because), 201);
    await version(home.eve, third, '2.0.0', 'two');
    const later = await release(home.eve, [home.ben], 'staging', [`prompt:${third}@2.0.0`]);
    const approved = await ok(move(home.cy, rollback.id, 'approve'));
    expect(approved.status).toBe('approved');
    const refused = await move(home.ben, rollback.id, 'deploy');
    expect([...refusal(refused), refused.body.detail.includes(later.id)]).toEqual([...CONFLICT, true]);
    expect((await servedNow(third, 'staging')).text).toBe('two');
  });

  it('goes on to the one before, once what came later was rolled back', async () => {
    const { name, first, second } = await twice();
    await ok(back(second.id), 201);
    expect((await servedNow(name)).text).toBe('first {{a}}');
    const undone = await ok(back(first.id), 201);
    expect(undone).toMatchObject({ status: 'deployed', items: [{ name, tag: null, previousTag: '1.0.0' }] });
    const gone = await home.app.send('GET', `/v1/edge/development/prompts/${name}`);
    expect(refusal(gone)).toEqual([404, 'not_deployed']);
  });

  it('goes on where later deployments of its items overlap and were undone in any order that was allowed', async () => {
    const [p, q] = [fresh('p'), fresh('q')];
    await prompt(home.eve, p, 'p one');
    await prompt(home.eve, q, 'q one');
    const both = await deploys([`prompt:${p}@1.0.0`, `prompt:${q}@1.0.0`]);
    await version(home.eve, p, '2.0.0', 'p two');
    await version(home.eve, q, '2.0.0', 'q two');
    const first = await deploys([`prompt:${p}@2.0.0`]);
    const second = await deploys([`prompt:${q}@2.0.0`]);
    await ok(back(first.id), 201);
    const refused = await back(both.id);
    expect([...refusal(refused), findings(refused)]).toEqual([...CONFLICT, [`prompt:${q} touched_later`]]);
    await ok(back(second.id), 201);
    expect((await ok(back(both.id), 201)).status).toBe('deployed');
  });

  it('minds what was touched in its own environment and tenant only', async () => {
    const name = fresh('elsewhere');
    await prompt(home.eve, name, 'ours');
    await prompt(other.eve, name, 'theirs');
    // A new one, whose generations are lower than those of others.
    const environment = fresh('young');
    await ok(home.ada.send('POST', '/v1/environments', { name: environment, kind: 'development' }));
    const { id, generation } = await release(home.eve, [], environment, [`prompt:${name}@1.0.0`]);
    await deploys([`prompt:${name}@1.0.0`]);
    const elsewhere = await deploys([`prompt:${name}@1.0.0`]);
    expect(elsewhere.generation).toBeGreaterThan(generation);
    await release(other.eve, [], 'development', [`prompt:${name}@1.0.0`]);
    expect((await ok(back(id), 201)).status).toBe('deployed');
    expect((await servedNow(name, 'development')).text).toBe('ours');
    expect((await servedEverywhere(other, 'development', name)).text).toBe('theirs');
    expect(refusal(await move(other.eve, id, 'rollback', because))).toEqual([404, 'not_found']);
  });

  it('is one at a time, also of two that come at once', async () => {
    const name = fresh('one');
    await prompt(home.eve, name, 'Hello');
    const { id } = await release(home.eve, [home.ben], 'staging', [`prompt:${name}@1.0.0`]);
    const answers = await Promise.all([home.ben, home.cy, home.ada].map((by) => back(id, by)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    const open = answers.find(({ status }) => status === 201)?.body;
    const again = await back(id, home.ada);
    expect([...refusal(again), again.body.detail.includes(open.id)]).toEqual([...CONFLICT, true]);
    await ok(move(home.ada, open.id, 'cancel'));
    expect((await back(id, home.cy)).status).toBe(201);
    const counted = await d1(
      'SELECT status, count(*) AS n FROM deployments WHERE rollback_of = ? GROUP BY status ORDER BY status',
      id,
    );
    expect(counted).toEqual([
      { status: 'cancelled', n: 1 },
      { status: 'pending', n: 1 },
    ]);
  });

  it('is refused of what is not deployed, and needs a reason', async () => {
    const { second } = await twice();
    expect((await move(home.eve, second.id, 'rollback')).status).toBe(400);
    expect((await move(home.eve, second.id, 'rollback', { reason: ' ' })).status).toBe(400);
    expect((await move(home.eve, second.id, 'rollback', { reason: 'x'.repeat(1001) })).status).toBe(400);
    await ok(back(second.id), 201);
    expect(refusal(await back(second.id))).toEqual(CONFLICT);
    const name = fresh('pending');
    await prompt(home.eve, name, 'Hello');
    const pending = await ok(request(home.eve, 'staging', [`prompt:${name}@1.0.0`]));
    expect(refusal(await back(pending.id, home.ben))).toEqual(CONFLICT);
  });

  it('is refused where what would come back was deleted meanwhile', async () => {
    const name = fresh('deleted');
    await prompt(home.eve, name, 'Hello');
    const { id } = await deploys([`prompt:${name}@1.0.0`]);
    const rolled = await ok(back(id), 201);
    await ok(home.ada.send('DELETE', `/v1/prompts/${name}`));
    const answer = await back(rolled.id);
    expect([...refusal(answer), ...findings(answer)]).toEqual([422, 'incompatible', 'items[0] item_missing']);
    expect(await servedNow(name)).toBe(404);
  });
});

describe('who may roll back', () => {
  it('an editor in development only, an approver everywhere, a viewer nowhere, a key by its scope and environments', async () => {
    const name = fresh('roles');
    await prompt(home.eve, name, 'Hello');
    const here = await deploys([`prompt:${name}@1.0.0`]);
    const there = await release(home.eve, [home.ben], 'staging', [`prompt:${name}@1.0.0`]);
    const lesser = await apiKey(home.ada, ['deployments:rollback_development']);
    const bound = await apiKey(home.ada, ['deployments:rollback', 'deployments:read'], ['development']);
    for (const by of [home.eve, lesser, bound])
      expect(refusal(await move(by, there.id, 'rollback', because))).toEqual([403, 'forbidden']);
    expect((await look(home, there.id)).status).toBe('deployed');
    expect((await move(lesser, here.id, 'rollback', because)).status).toBe(201);
    expect((await move(home.ben, there.id, 'rollback', because)).status).toBe(201);
  });

  it('in production only with the approvals it takes; it executes itself with the last one', async () => {
    const name = fresh('production');
    await prompt(home.eve, name, 'Hello');
    const { id } = await release(home.eve, [home.ben, home.cy], 'production', [`prompt:${name}@1.0.0`]);
    const before = await generationOf(home, 'production');
    const rollback = await ok(move(home.ada, id, 'rollback', because), 201);
    expect(rollback).toMatchObject({ status: 'pending', requiredApprovals: 1, autoDeploy: true, rollbackOf: id });
    expect(refusal(await move(home.ada, rollback.id, 'deploy'))).toEqual(CONFLICT);
    expect((await servedNow(name, 'production')).text).toBe('Hello');
    expect((await look(home, id)).status).toBe('deployed');
    const done = await ok(move(home.ben, rollback.id, 'approve'));
    expect(done).toMatchObject({ status: 'deployed', generation: before + 1 });
    expect(await servedNow(name, 'production')).toBe(404);
    expect((await look(home, id)).status).toBe('rolled_back');
  });
});
