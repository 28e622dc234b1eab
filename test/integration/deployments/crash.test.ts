import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
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
import { alarmOf, type Cut, interpose, interrupt, rebind, withMethod } from '../../support/interruption.ts';
import { move, ok, prompt, release, request, version } from '../../support/team.ts';
import { d1 } from '../../support/workbench.ts';

let home: House;
let other: House;

beforeAll(async () => {
  other = await house('Zoe');
});

/** Tenants have fifty environments at most, and every test takes one. */
const moveIn = () =>
  beforeAll(async () => {
    home = await house();
  });

// What is cut short is logged as an error, as it should be: not here.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));

interface Stage {
  environment: string;
  name: string;
  /** Made anew each time: a stub dies with its object. */
  readonly stub: DurableObjectStub;
  /** The deployment that is to be interrupted: of version 2.0.0, over 1.0.0. */
  id: string;
  /** What is served of 1.0.0. */
  before: any;
}

/** An environment of its own with something active, and something approved that is to take its place. */
async function stage(): Promise<Stage> {
  const [environment, name] = [fresh('stage'), fresh('crash')];
  await ok(home.ada.send('POST', '/v1/environments', { name: environment, kind: 'development' }));
  await prompt(home.eve, name, 'old');
  await release(home.eve, [], environment, [`prompt:${name}@1.0.0`]);
  await version(home.eve, name, '2.0.0', 'new');
  const { id } = await ok(request(home.eve, environment, [`prompt:${name}@2.0.0`]));
  const before = await servedEverywhere(home, environment, name);
  const find = await environmentStub(home, environment);
  return {
    environment,
    name,
    id,
    before,
    get stub() {
      return find();
    },
  };
}

/** All of it happened: D1, KV and the edge say the same, and nothing is left to do. */
async function expectDone(set: Stage, generation = 2): Promise<void> {
  const { environment, name, id } = set;
  expect(await look(home, id)).toMatchObject({
    status: 'deployed',
    generation: 2,
    items: [{ tag: '2.0.0', previousTag: '1.0.0' }],
  });
  expect(await servedEverywhere(home, environment, name)).toMatchObject({
    text: 'new',
    generation: 2,
    deploymentId: id,
  });
  expect(await activations(home, environment, name)).toMatchObject([
    { tag: '1.0.0', since: 1, until: 2 },
    { tag: '2.0.0', since: 2, until: null, deployment: id },
  ]);
  expect(await generationOf(home, environment)).toBe(generation);
  expect(await remembered(set.stub)).toEqual({ pending: undefined, published: generation });
  const done = await d1(`SELECT action FROM audit_events WHERE entity_id = ? AND outcome = 'done' ORDER BY id`, id);
  expect(done.map((event) => event.action).filter((action) => action === 'deployment.deploy')).toHaveLength(1);
}

/** Nothing of it happened. */
async function expectUntouched({ environment, name, id, before }: Stage): Promise<void> {
  expect(await look(home, id)).toMatchObject({ status: 'approved', generation: null, deployedAt: null });
  expect(await servedEverywhere(home, environment, name)).toEqual(before);
  expect(await generationOf(home, environment)).toBe(1);
}

const remembered = (stub: DurableObjectStub) =>
  runInDurableObject(stub, async (_instance, state) => ({
    pending: await state.storage.get('pending'),
    published: await state.storage.get('published'),
  }));

const STEPS: [step: string, when: 'before' | 'after'][] = [
  ['start', 'after'],
  ['commit', 'before'],
  ['commit', 'after'],
  ['publishSince', 'before'],
  ['publishSince', 'after'],
  ['announce', 'before'],
  ['announce', 'after'],
];
const CUTS: Cut[] = ['throws', 'aborts'];

describe.each(CUTS)('a deploy that is cut short (%s)', (cut) => {
  moveIn();

  it('before it touches D1 never happened, and can be done again', async () => {
    const set = await stage();
    await interrupt(set.stub, 'start', 'before', cut);
    expect(refusal(await move(home.eve, set.id, 'deploy'))).toEqual([503, 'unavailable']);
    await expectUntouched(set);
    if (cut === 'throws') await evictDurableObject(set.stub);
    await runDurableObjectAlarm(set.stub);
    await expectUntouched(set);
    await ok(move(home.eve, set.id, 'deploy'));
    await expectDone(set);
  });

  it.each(STEPS)('%s (%s) goes through by the alarm', async (step, when) => {
    const set = await stage();
    await interrupt(set.stub, step, when, cut);
    const answer = await move(home.eve, set.id, 'deploy');
    expect(answer.status).toBe(200);
    expect(['deploying', 'deployed']).toContain(answer.body.status);
    // What is served is one of the two, whole: never less.
    expect(await alarmOf(set.stub)).not.toBeNull();
    if (cut === 'throws') await evictDurableObject(set.stub);
    expect(await runDurableObjectAlarm(set.stub)).toBe(true);
    await expectDone(set);
    // Once more changes nothing: alarms run at least once.
    await runInDurableObject(set.stub, (instance) => instance.alarm?.());
    await expectDone(set);
    expect(refusal(await move(home.eve, set.id, 'deploy'))).toEqual([409, 'state_conflict']);
  });

  it.each(STEPS.slice(0, 4))('%s (%s) goes through before another one that comes first', async (step, when) => {
    const set = await stage();
    const next = fresh('next');
    await prompt(home.eve, next, 'next');
    const { id } = await ok(request(home.eve, set.environment, [`prompt:${next}@1.0.0`]));
    await interrupt(set.stub, step, when, cut);
    await move(home.eve, set.id, 'deploy');
    expect(await ok(move(home.eve, id, 'deploy'))).toMatchObject({ status: 'deployed', generation: 3 });
    await expectDone(set, 3);
    expect(await servedEverywhere(home, set.environment, next)).toMatchObject({ text: 'next', generation: 3 });
  });
});

describe('a crash', () => {
  moveIn();

  it('in which another one is refused afterwards leaves nothing unpublished', async () => {
    const set = await stage();
    const { id } = await ok(request(home.eve, set.environment, [`prompt:${set.name}@2.0.0`]));
    await d1(`UPDATE deployments SET bound_hash = 'other' WHERE id = ?`, id);
    await interrupt(set.stub, 'start', 'after', 'aborts');
    await move(home.eve, set.id, 'deploy');
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual([422, 'incompatible']);
    await expectDone(set);
  });

  it('is looked after in time, however often others are refused meanwhile', async () => {
    const set = await stage();
    const { id } = await ok(request(home.eve, set.environment, [`prompt:${set.name}@2.0.0`]));
    await d1(`UPDATE deployments SET bound_hash = 'other' WHERE id = ?`, id);
    await interrupt(set.stub, 'publishSince', 'before', 'throws');
    await ok(move(home.eve, set.id, 'deploy'));
    const due = (await alarmOf(set.stub)) ?? Infinity;
    for (let i = 0; i < 2; i++) expect((await move(home.eve, id, 'deploy')).status).toBe(422);
    expect((await alarmOf(set.stub)) ?? Infinity).toBeLessThanOrEqual(due);
    await runDurableObjectAlarm(set.stub);
    await expectDone(set);
  });

  it('of a deployment that does not fit any more ends it as failed, with the reason, its versions free again', async () => {
    const set = await stage();
    await interrupt(set.stub, 'start', 'after', 'aborts');
    expect((await move(home.eve, set.id, 'deploy')).body.status).toBe('deploying');
    const put = () =>
      home.eve.send('PUT', `/v1/prompts/${set.name}/versions/2.0.0/translations/fr`, { text: 'nouveau' });
    expect(refusal(await put())).toEqual([409, 'version_locked']);
    expect(refusal(await move(home.eve, set.id, 'cancel'))).toEqual([409, 'state_conflict']);
    await d1(
      `UPDATE versions SET content = '{"text":"tampered"}' WHERE tag = '2.0.0' AND entry_id IN (SELECT id FROM entries WHERE name = ?)`,
      set.name,
    );
    await runDurableObjectAlarm(set.stub);
    const failed = await look(home, set.id);
    expect(failed).toMatchObject({ status: 'failed', generation: null, deployedAt: null });
    expect(failed.reason).toContain(set.name);
    expect(await servedEverywhere(home, set.environment, set.name)).toEqual(set.before);
    expect(await generationOf(home, set.environment)).toBe(1);
    expect((await put()).status).toBe(200);
    expect((await remembered(set.stub)).pending).toBeUndefined();
    const { data } = await ok(home.ada.send('GET', `/v1/audit-events?entity=${set.id}`));
    expect(data[0]).toMatchObject({ action: 'deployment.fail', outcome: 'done' });
  });

  it('of a deploy by break-glass goes through as one', async () => {
    const name = fresh('glass');
    await prompt(home.eve, name, 'now');
    const { id } = await ok(request(home.eve, 'production', [`prompt:${name}@1.0.0`]));
    const find = await environmentStub(home, 'production');
    await interrupt(find(), 'start', 'after', 'aborts');
    await move(home.ada, id, 'deploy', { breakGlass: true, reason: 'the site is down' });
    await runDurableObjectAlarm(find());
    expect(await look(home, id)).toMatchObject({ status: 'deployed', reason: 'the site is down', approvals: [] });
    expect(await servedEverywhere(home, 'production', name)).toMatchObject({ text: 'now' });
  });

  it('of a rollback ends with both deployments as they belong', async () => {
    const set = await stage();
    await ok(move(home.eve, set.id, 'deploy'));
    await interrupt(set.stub, 'commit', 'before', 'aborts');
    const back = await ok(move(home.eve, set.id, 'rollback', { reason: 'no' }), 201);
    expect(back.status).toBe('deploying');
    expect((await look(home, set.id)).status).toBe('deployed');
    await runDurableObjectAlarm(set.stub);
    expect((await look(home, set.id)).status).toBe('rolled_back');
    expect((await look(home, back.id)).status).toBe('deployed');
    expect(await servedEverywhere(home, set.environment, set.name)).toMatchObject({ text: 'old', generation: 3 });
  });

  it('of the deployment’s own object loses nothing', async () => {
    const set = await stage();
    await interrupt(deploymentStub(home, set.id), 'deploy', 'before', 'aborts');
    expect(refusal(await move(home.eve, set.id, 'deploy'))).toEqual([503, 'unavailable']);
    await expectUntouched(set);
    await interrupt(deploymentStub(home, set.id), 'deploy', 'after', 'aborts');
    expect(await ok(move(home.eve, set.id, 'deploy'))).toMatchObject({ status: 'deployed', generation: 2 });
    await expectDone(set);
  });

  it('stays in its tenant', async () => {
    const set = await stage();
    await interrupt(set.stub, 'start', 'after', 'aborts');
    await move(home.eve, set.id, 'deploy');
    const name = fresh('elsewhere');
    await prompt(other.eve, name, 'elsewhere');
    const deployed = await release(other.eve, [], 'development', [`prompt:${name}@1.0.0`]);
    expect(deployed).toMatchObject({ status: 'deployed', generation: 1 });
    expect((await look(home, set.id)).status).toBe('deploying');
    await runDurableObjectAlarm(set.stub);
    await expectDone(set);
  });
});

describe('a store that fails', () => {
  moveIn();

  it('KV: the deployment is done, D1 tells the truth, and KV follows by alarm', async () => {
    const set = await stage();
    let failures = 3;
    await rebind(set.stub, (env) => ({
      EDGE: withMethod(
        env.EDGE,
        'put',
        (put) =>
          (...args) =>
            failures-- > 0 ? Promise.reject(new Error('KV 503')) : put(...args),
      ),
    }));
    expect(await ok(move(home.eve, set.id, 'deploy'))).toMatchObject({ status: 'deployed', generation: 2 });
    // Within two seconds: not when the watchdog comes.
    expect(((await alarmOf(set.stub)) ?? Infinity) - Date.now()).toBeLessThanOrEqual(2_000);
    const truth = await home.app.send('GET', `/v1/edge/${set.environment}/prompts/${set.name}`, undefined, {
      'cache-control': 'no-cache',
    });
    expect(truth.body).toMatchObject({ text: 'new', generation: 2 });
    for (let i = 0; i < 3; i++) expect(await runDurableObjectAlarm(set.stub)).toBe(true);
    await expectDone(set);
  });

  it('D1, once: it is tried again at once', async () => {
    const set = await stage();
    await interpose(set.stub, 'commit', () =>
      Promise.reject(new Error('D1_ERROR: storage operation exceeded timeout')),
    );
    expect(await ok(move(home.eve, set.id, 'deploy'))).toMatchObject({ status: 'deployed', generation: 2 });
    await expectDone(set);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('D1, at the object’s batch number %i: nothing or all of it', async (number) => {
    const set = await stage();
    let batches = 0;
    await rebind(set.stub, (env) => ({
      DB: withMethod(
        env.DB,
        'batch',
        (batch) =>
          (...args) =>
            batches++ === number ? Promise.reject(new Error('D1 is busy')) : batch(...args),
      ),
    }));
    const { status } = await move(home.eve, set.id, 'deploy');
    expect([200, 503]).toContain(status);
    if ((await look(home, set.id)).status === 'approved') await expectUntouched(set);
    await runDurableObjectAlarm(set.stub);
    if ((await look(home, set.id)).status === 'approved') {
      await expectUntouched(set);
      await ok(move(home.eve, set.id, 'deploy'));
    }
    await expectDone(set);
  });

  it('D1, after it took the batch but before it said so: it happened once', async () => {
    const set = await stage();
    let lost = 0;
    await rebind(set.stub, (env) => ({
      DB: withMethod(env.DB, 'batch', (batch) => async (...args) => {
        const result = await batch(...args);
        if ((await look(home, set.id)).status === 'deployed' && lost++ === 0) throw new Error('D1: connection lost');
        return result;
      }),
    }));
    expect(await ok(move(home.eve, set.id, 'deploy'))).toMatchObject({ status: 'deployed', generation: 2 });
    await expectDone(set);
    expect(lost).toBeGreaterThan(0);
  });

  it('for ever, for one deployment alone: it is given up in the end, and others go on', async () => {
    const set = await stage();
    const next = fresh('next');
    await prompt(home.eve, next, 'next');
    const { id } = await ok(request(home.eve, set.environment, [`prompt:${next}@1.0.0`]));
    await interpose(set.stub, 'commit', () => Promise.reject(new Error('D1: too big')), 11);
    expect((await ok(move(home.eve, set.id, 'deploy'))).status).toBe('deploying');
    for (let i = 0; i < 8; i++) expect(await runDurableObjectAlarm(set.stub)).toBe(true);
    expect((await look(home, set.id)).status).toBe('deploying');
    expect(await runDurableObjectAlarm(set.stub)).toBe(true);
    expect(await look(home, set.id)).toMatchObject({ status: 'failed', generation: null });
    expect((await look(home, set.id)).reason).toContain('10 attempts');
    expect(await servedEverywhere(home, set.environment, set.name)).toEqual(set.before);
    expect(await ok(move(home.eve, id, 'deploy'))).toMatchObject({ status: 'deployed', generation: 2 });
  });

  it('for long: the alarm does not throw, comes back within a minute each time, and ends it when it can', async () => {
    const set = await stage();
    await interrupt(set.stub, 'start', 'after', 'aborts');
    await move(home.eve, set.id, 'deploy');
    await interpose(set.stub, 'isUnfinished', () => Promise.reject(new Error('D1 is away')), 12);
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      expect(await runDurableObjectAlarm(set.stub)).toBe(true);
      waits.push(((await alarmOf(set.stub)) ?? Infinity) - Date.now());
    }
    expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
    expect(Math.min(...waits)).toBeGreaterThan(0);
    expect((await look(home, set.id)).status).toBe('deploying');
    expect(await runDurableObjectAlarm(set.stub)).toBe(true);
    await expectDone(set);
  });
});
