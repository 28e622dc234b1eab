import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  deploymentStub,
  environmentStub,
  fresh,
  generationOf,
  house,
  type House,
  refusal,
} from '../../support/house.ts';
import { interpose, interrupt } from '../../support/interruption.ts';
import { apiKey, asset, member, move, ok, prompt, release, request } from '../../support/team.ts';
import { d1 } from '../../support/workbench.ts';
import { bearer, watch } from '../../support/watcher.ts';

let home: House;
let other: House;

beforeAll(async () => {
  home = await house();
  other = await house('Zoe');
});

/** A deployment of a prompt of its own. */
async function requested(environment: string): Promise<{ id: string; name: string }> {
  const name = fresh('watched');
  await prompt(home.eve, name, 'Hello');
  const { id } = await ok(request(home.eve, environment, [`prompt:${name}@1.0.0`]));
  return { id, name };
}

const DEVELOPMENT = '/v1/environments/development/live';
const bySubprotocol = (credential: string) => ({ 'sec-websocket-protocol': `footlight.v1, bearer.${credential}` });

describe('a deployment’s WebSocket', () => {
  it('shows how it stands, then every change, and no secret of anybody’s', async () => {
    const { id } = await requested('staging');
    const watcher = await watch(`/v1/deployments/${id}/live`, bearer(home.ben));
    expect(watcher.response.status).toBe(101);
    expect(await watcher.next()).toMatchObject({
      type: 'snapshot',
      deployment: { id, status: 'pending', approvals: [] },
    });
    const { blocked, ...approved } = await ok(move(home.ben, id, 'approve', { comment: 'good' }));
    expect(blocked).toBeNull();
    expect(await watcher.next()).toEqual({ type: 'changed', deployment: approved });
    // What is refused changes nothing, and nobody is told.
    await move(home.cy, id, 'reject', { comment: 'no' });
    const deployed = await ok(move(home.eve, id, 'deploy'));
    expect(await watcher.next()).toEqual({ type: 'changed', deployment: deployed });
    expect(deployed).toEqual(await ok(home.ada.send('GET', `/v1/deployments/${id}`)));
    expect(watcher.unread()).toBe(0);
    watcher.close();
  });

  it('tells of the end that the alarm brings, good or bad', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    for (const spoilt of [false, true]) {
      const { id } = await requested('development');
      const watcher = await watch(`/v1/deployments/${id}/live`, bearer(home.ben));
      await watcher.next();
      const stub = await environmentStub(home, 'development');
      await interrupt(stub(), 'start', 'after', 'throws');
      expect((await ok(move(home.eve, id, 'deploy'))).status).toBe('deploying');
      if (spoilt) await d1(`UPDATE deployments SET bound_hash = 'other' WHERE id = ?`, id);
      await runDurableObjectAlarm(stub());
      const { deployment } = await watcher.next();
      expect(deployment.status).toBe(spoilt ? 'failed' : 'deployed');
      if (spoilt) expect(deployment.reason).not.toBeNull();
      watcher.close();
    }
    vi.restoreAllMocks();
  });

  it('tells of a failure in the middle', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { id, name } = await requested('development');
    const watcher = await watch(`/v1/deployments/${id}/live`, bearer(home.ben));
    await watcher.next();
    const stub = await environmentStub(home, 'development');
    await interpose(stub(), 'commit', async () => {
      await d1(`UPDATE deployments SET bound_hash = 'other' WHERE id = ?`, id);
      throw new Error('D1 is busy');
    });
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual([422, 'incompatible']);
    expect(await watcher.next()).toMatchObject({
      type: 'changed',
      deployment: { status: 'failed', items: [{ name }] },
    });
    watcher.close();
    vi.restoreAllMocks();
  });

  it('does not come to another tenant, nor to nobody, nor without an upgrade', async () => {
    const { id } = await requested('staging');
    const path = `/v1/deployments/${id}/live`;
    expect(refusal(await home.ben.send('GET', path))).toEqual([426, 'upgrade_required']);
    const upgrade = { upgrade: 'websocket' };
    expect(refusal(await other.ada.send('GET', path, undefined, upgrade))).toEqual([404, 'not_found']);
    const key = await apiKey(home.ada, ['deployments:read', 'environments:read'], ['development']);
    expect(refusal(await key.send('GET', path, undefined, upgrade))).toEqual([403, 'forbidden']);
    expect(refusal(await key.send('GET', '/v1/environments/staging/live', undefined, upgrade))).toEqual([
      403,
      'forbidden',
    ]);
    const blind = await apiKey(home.ada, ['edge:read']);
    expect(refusal(await blind.send('GET', path, undefined, upgrade))).toEqual([403, 'forbidden']);
    await expect(watch(path, {})).rejects.toThrow('answered 401');
    await expect(watch(path, { 'sec-websocket-protocol': 'footlight.v1, bearer.nonsense' })).rejects.toThrow(
      'answered 401',
    );
    // Without the name of ours, what is offered is not a credential.
    await expect(watch(path, { 'sec-websocket-protocol': `bearer.${home.ben.accessToken}` })).rejects.toThrow(
      'answered 401',
    );
  });

  it('hears of its own deployment only', async () => {
    const [mine, another] = [await requested('staging'), await requested('staging')];
    const watcher = await watch(`/v1/deployments/${mine.id}/live`, bearer(home.ben));
    await watcher.next();
    await ok(move(home.cy, another.id, 'approve'));
    await ok(move(home.cy, mine.id, 'approve'));
    expect((await watcher.next()).deployment.id).toBe(mine.id);
    expect(watcher.unread()).toBe(0);
    watcher.close();
  });
});

describe('an environment’s WebSocket', () => {
  it('greets with the generation, then names what each activation changed', async () => {
    const generation = await generationOf(home, 'development');
    const watcher = await watch(DEVELOPMENT, bearer(home.ben));
    expect(await watcher.next()).toEqual({ type: 'hello', generation, names: [] });
    const [inner, outer, later] = [fresh('inner'), fresh('a-outer'), fresh('b-later')];
    await asset(home.eve, inner, 'inner');
    await prompt(home.eve, outer, `{{asset:${inner}}}`);
    await prompt(home.eve, later, 'later');
    await release(home.eve, [], 'development', [`asset:${inner}@1.0.0`]);
    expect(await watcher.next()).toEqual({ type: 'activated', generation: generation + 1, names: [] });
    await release(home.eve, [], 'development', [`prompt:${later}@1.0.0`, `prompt:${outer}@1.0.0`]);
    expect(await watcher.next()).toEqual({ type: 'activated', generation: generation + 2, names: [outer, later] });
    await ok(home.eve.send('POST', `/v1/assets/${inner}/versions`, { tag: '2.0.0', text: 'INNER' }));
    const { id } = await release(home.eve, [], 'development', [`asset:${inner}@2.0.0`]);
    expect(await watcher.next()).toEqual({ type: 'activated', generation: generation + 3, names: [outer] });
    await ok(move(home.eve, id, 'rollback', { reason: 'no' }));
    expect(await watcher.next()).toEqual({ type: 'activated', generation: generation + 4, names: [outer] });
    watcher.close();
  });

  it('has what it names in KV by the time that it says so', async () => {
    const name = fresh('prompt');
    await prompt(home.eve, name, 'Hello');
    const watcher = await watch(DEVELOPMENT, bearer(home.ben));
    await watcher.next();
    const [deployed, { generation }] = await Promise.all([
      release(home.eve, [], 'development', [`prompt:${name}@1.0.0`]),
      watcher.next(),
    ]);
    expect(deployed.generation).toBe(generation);
    const headers = { 'x-min-generation': String(generation) };
    const answer = await home.app.send('GET', `/v1/edge/development/prompts/${name}`, undefined, headers);
    expect([answer.status, answer.body.generation]).toEqual([200, generation]);
    watcher.close();
  });

  it('hears nothing of other environments, nor of other tenants’ of the same name', async () => {
    const watcher = await watch(DEVELOPMENT, bearer(home.ben));
    const { generation } = await watcher.next();
    const name = fresh('apart');
    await prompt(home.eve, name, 'Hello');
    await prompt(other.eve, name, 'Hello');
    await release(home.eve, [home.ben], 'staging', [`prompt:${name}@1.0.0`]);
    await release(other.eve, [], 'development', [`prompt:${name}@1.0.0`]);
    await release(home.eve, [], 'development', [`prompt:${name}@1.0.0`]);
    expect(await watcher.next()).toEqual({ type: 'activated', generation: generation + 1, names: [name] });
    expect(watcher.unread()).toBe(0);
    watcher.close();
  });

  it('hears by alarm what a crash kept from it', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const watcher = await watch(DEVELOPMENT, bearer(home.ben));
    const { generation } = await watcher.next();
    const stub = await environmentStub(home, 'development');
    await interrupt(stub(), 'announce', 'before', 'throws');
    const { id, name } = await requested('development');
    await ok(move(home.eve, id, 'deploy'));
    await evictDurableObject(stub());
    await runDurableObjectAlarm(stub());
    expect(await watcher.next()).toEqual({ type: 'activated', generation: generation + 1, names: [name] });
    watcher.close();
    vi.restoreAllMocks();
  });
});

describe('both', () => {
  it.each(['deployment', 'environment'])(
    'take the credential as a subprotocol, and answer its name alone (%s)',
    async (kind) => {
      const { id } = await requested('development');
      const path = kind === 'environment' ? DEVELOPMENT : `/v1/deployments/${id}/live`;
      const key = await apiKey(home.ada, ['deployments:read', 'environments:read']);
      for (const credential of [home.ben.accessToken, key.key]) {
        const headers = { ...bySubprotocol(credential), origin: 'https://app.example.com' };
        const watcher = await watch(path, headers);
        expect(watcher.response.status).toBe(101);
        expect(watcher.response.headers.get('sec-websocket-protocol')).toBe('footlight.v1');
        expect((await watcher.next()).type).toBe(kind === 'environment' ? 'hello' : 'snapshot');
        watcher.close();
      }
      const plain = await watch(path, bearer(home.ben));
      expect(plain.response.headers.get('sec-websocket-protocol')).toBeNull();
      plain.close();
    },
  );

  it('answer a ping, and survive an eviction', async () => {
    const { id } = await requested('development');
    const watchers = [
      await watch(DEVELOPMENT, bearer(home.ben)),
      await watch(`/v1/deployments/${id}/live`, bearer(home.ben)),
    ];
    for (const watcher of watchers) await watcher.next();
    const stub = await environmentStub(home, 'development');
    await evictDurableObject(stub());
    await evictDurableObject(deploymentStub(home, id));
    for (const watcher of watchers) {
      watcher.send('ping');
      expect(await watcher.next()).toBe('pong');
    }
    await ok(move(home.eve, id, 'deploy'));
    const [first, second] = await Promise.all(watchers.map((watcher) => watcher.next()));
    expect([first.type, second.deployment.status]).toEqual(['activated', 'deployed']);
    for (const watcher of watchers) watcher.close();
  });

  it('close on one who left or whose key ended, and on nobody else', async () => {
    const gone = await member(home.ada, 'viewer', 'gone');
    const maker = await member(home.ada, 'admin', 'maker');
    const orphaned = await apiKey(maker, ['deployments:read', 'environments:read']);
    const revoked = await apiKey(home.ada, ['deployments:read', 'environments:read']);
    const { id } = await requested('development');
    const paths = [DEVELOPMENT, `/v1/deployments/${id}/live`];
    const theirs = await Promise.all(
      paths.flatMap((path) => [
        watch(path, bearer(gone)),
        watch(path, { authorization: `Bearer ${orphaned.key}` }),
        watch(path, { authorization: `Bearer ${revoked.key}` }),
      ]),
    );
    const staying = await Promise.all(paths.map((path) => watch(path, bearer(home.ben))));
    for (const watcher of [...theirs, ...staying]) await watcher.next();
    await ok(home.ada.send('DELETE', `/v1/members/${gone.id}`));
    await ok(home.ada.send('DELETE', `/v1/members/${maker.id}`));
    await ok(home.ada.send('DELETE', `/v1/api-keys/${revoked.id}`));
    await ok(move(home.eve, id, 'deploy'));
    for (const watcher of theirs) {
      expect(await watcher.closed).toBe(4403);
      expect(watcher.unread()).toBe(0);
    }
    for (const watcher of staying) expect(['activated', 'changed']).toContain((await watcher.next()).type);
    for (const watcher of staying) watcher.close();
  });
});
