import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  activations,
  fresh,
  generationOf,
  house,
  type House,
  look,
  refusal,
  servedEverywhere,
} from '../../support/house.ts';
import { withMethod } from '../../support/interruption.ts';
import { apiKey, item, member, move, ok, prompt, release, request, version } from '../../support/team.ts';
import { d1, sendWith } from '../../support/workbench.ts';

let home: House;
let other: House;

beforeAll(async () => {
  home = await house();
  other = await house('Zoe');
});

async function named(): Promise<string> {
  const name = fresh('asked');
  await prompt(home.eve, name, 'Hello');
  return name;
}

describe('autoDeploy', () => {
  it('executes at once where nothing is missing', async () => {
    const name = await named();
    const deployed = await ok(request(home.eve, 'development', [`prompt:${name}@1.0.0`], { autoDeploy: true }), 201);
    expect(deployed).toMatchObject({ status: 'deployed', autoDeploy: true, approvals: [] });
    expect({ ...(await look(home, deployed.id)), blocked: null }).toEqual(deployed);
    expect(await servedEverywhere(home, 'development', name)).toMatchObject({ deploymentId: deployed.id });
  });

  it('executes with the last vote, not before, not without being asked', async () => {
    const name = await named();
    const { id } = await ok(request(home.eve, 'production', [`prompt:${name}@1.0.0`], { autoDeploy: true }), 201);
    expect((await ok(move(home.ben, id, 'approve'))).status).toBe('pending');
    expect(await servedEverywhere(home, 'production', name)).toBe(404);
    const deployed = await ok(move(home.cy, id, 'approve'));
    expect(deployed.status).toBe('deployed');
    expect(await servedEverywhere(home, 'production', name)).toMatchObject({ deploymentId: id });

    const byHand = await ok(request(home.eve, 'staging', [`prompt:${name}@1.0.0`]), 201);
    expect((await ok(move(home.ben, byHand.id, 'approve'))).status).toBe('approved');
    expect(await servedEverywhere(home, 'staging', name)).toBe(404);
  });

  it('leaves approved what stands in its own way, to be executed by hand', async () => {
    const [inner, name] = [fresh('inner'), fresh('outer')];
    await prompt(home.eve, inner, 'inner');
    await prompt(home.eve, name, `{{prompt:${inner}}}`);
    const first = await release(home.eve, [home.ben], 'staging', [`prompt:${inner}@1.0.0`]);
    const { id } = await ok(request(home.eve, 'staging', [`prompt:${name}@1.0.0`], { autoDeploy: true }), 201);
    const back = await ok(move(home.ben, first.id, 'rollback', { reason: 'no' }), 201);
    await ok(move(home.cy, back.id, 'approve'));
    expect(await ok(move(home.ben, id, 'approve'))).toMatchObject({ status: 'approved', generation: null });
    expect(await servedEverywhere(home, 'staging', name)).toBe(404);
    await release(home.eve, [home.ben], 'staging', [`prompt:${inner}@1.0.0`]);
    expect((await ok(move(home.eve, id, 'deploy'))).status).toBe('deployed');
  });

  it('is no way round the right to execute', async () => {
    const key = await apiKey(home.ada, ['deployments:create']);
    const name = await named();
    const made = await ok(request(key, 'development', [`prompt:${name}@1.0.0`], { autoDeploy: true }), 201);
    expect(made.status).toBe('approved');
    expect(refusal(await move(key, made.id, 'deploy'))).toEqual([403, 'forbidden']);
    expect(await servedEverywhere(home, 'development', name)).toBe(404);
  });
});

describe('Idempotency-Key', () => {
  const ask = (by: House, name: string, key: string, more: object = {}) =>
    by.eve.send(
      'POST',
      '/v1/deployments',
      { environment: 'development', items: [item(`prompt:${name}@1.0.0`)], ...more },
      { 'idempotency-key': key },
    );

  const count = async (by: House): Promise<number> =>
    (await d1('SELECT count(*) AS n FROM deployments WHERE tenant_id = ?', by.tenantId))[0].n;

  it('makes one deployment of many requests, also of those that come at once', async () => {
    const name = await named();
    const [key, before] = [crypto.randomUUID(), await count(home)];
    const first = await ask(home, name, key);
    const again = await ask(home, name, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const together = crypto.randomUUID();
    const answers = await Promise.all([1, 2, 3].map(() => ask(home, name, together)));
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
    for (const { status, body } of answers)
      expect(status === 201 || body.code === 'idempotency_in_progress').toBe(true);
    expect(await count(home)).toBe(before + 2);
  });

  it('executes what executes itself once', async () => {
    const name = await named();
    const [key, before] = [crypto.randomUUID(), await generationOf(home, 'development')];
    const first = await ask(home, name, key, { autoDeploy: true });
    const again = await ask(home, name, key, { autoDeploy: true });
    expect([first.body.status, again.status, again.body.id]).toEqual(['deployed', 201, first.body.id]);
    expect(await generationOf(home, 'development')).toBe(before + 1);
    expect(await activations(home, 'development', name)).toHaveLength(1);
  });

  it('is kept with the deployment itself, also where the answer to it was lost', async () => {
    const name = await named();
    const [key, before] = [crypto.randomUUID(), await count(home)];
    let lost = false;
    const DB = withMethod(env.DB, 'batch', (batch) => async (...args) => {
      const result = await batch(...args);
      if (!lost && (await count(home)) > before) {
        lost = true;
        throw new Error('D1: connection lost');
      }
      return result;
    });
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const headers = { authorization: `Bearer ${home.eve.accessToken}`, 'idempotency-key': key };
    const body = { environment: 'development', items: [item(`prompt:${name}@1.0.0`)] };
    expect((await sendWith({ DB })('POST', '/v1/deployments', body, headers)).status).toBe(500);
    vi.restoreAllMocks();
    const again = await ask(home, name, key);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect((await look(home, again.body.id)).id).toBe(again.body.id);
    expect(await count(home)).toBe(before + 1);
  });

  it('is another one’s in another tenant, and not for another request', async () => {
    const name = await named();
    await prompt(other.eve, name, 'theirs');
    const key = crypto.randomUUID();
    const [ours, theirs] = [await ask(home, name, key), await ask(other, name, key)];
    expect([ours.status, theirs.status]).toEqual([201, 201]);
    expect(theirs.body.id).not.toBe(ours.body.id);
    expect(theirs.headers.get('idempotency-replayed')).toBeNull();
    expect(refusal(await ask(home, name, key, { title: 'other' }))).toEqual([422, 'idempotency_mismatch']);
  });

  it('is given back by what was refused', async () => {
    const [name, key] = [fresh('late'), crypto.randomUUID()];
    expect((await ask(home, name, key)).status).toBe(422);
    await prompt(home.eve, name, 'Hello');
    expect((await ask(home, name, key)).status).toBe(201);
  });
});

describe('a request', () => {
  it('has limits on every field', async () => {
    const name = await named();
    const items = [item(`prompt:${name}@1.0.0`)];
    const bad: object[] = [
      {},
      { environment: 'development', items: [] },
      { environment: 'development', items: Array.from({ length: 101 }, () => items[0]) },
      { environment: 'Not A Name', items },
      { environment: 'development', items, title: 'x'.repeat(201) },
      { environment: 'development', items, title: ' ' },
      { environment: 'development', items, description: 'x'.repeat(5001) },
      { environment: 'development', items, riskLevel: 'none' },
      { environment: 'development', items, autoDeploy: 'yes' },
      { environment: 'development', items, status: 'approved' },
      { environment: 'development', items: [{ type: 'prompt', prompt: name }] },
      { environment: 'development', items: [{ type: 'prompt', prompt: 'x'.repeat(256), tag: '1.0.0' }] },
      { environment: 'development', items: [{ type: 'prompt', prompt: name, tag: 'x'.repeat(101) }] },
      { environment: 'development', items: [{ type: 'model', model: 'm', revision: 0 }] },
      { environment: 'development', items: [{ type: 'workflow', workflow: 'w' }] },
    ];
    for (const body of bad)
      expect([body, refusal(await home.eve.send('POST', '/v1/deployments', body))]).toEqual([
        body,
        [400, 'validation_failed'],
      ]);
    const full = { title: 'x'.repeat(200), description: 'x'.repeat(5000), riskLevel: 'medium', autoDeploy: false };
    expect(await ok(request(home.eve, 'development', [`prompt:${name}@latest`], full), 201)).toMatchObject({
      title: full.title,
      description: full.description,
      riskLevel: 'medium',
      items: [{ tag: '1.0.0' }],
    });
  });

  it('is for those who hold deployments:create', async () => {
    const name = await named();
    const viewer = await member(home.ada, 'viewer');
    const key = await apiKey(home.ada, ['deployments:read']);
    for (const by of [viewer, home.ben, key]) {
      expect(refusal(await request(by, 'development', [`prompt:${name}@1.0.0`]))).toEqual([403, 'forbidden']);
    }
  });

  it('means by `latest` what was newest then', async () => {
    const name = await named();
    const { id } = await ok(request(home.eve, 'development', [`prompt:${name}@latest`]), 201);
    await version(home.eve, name, '1.1.0', 'newer');
    expect(await ok(move(home.eve, id, 'deploy'))).toMatchObject({ items: [{ tag: '1.0.0' }] });
  });

  it('is listed to its tenant only, by environment and status, page by page', async () => {
    const mine = await house('Lister');
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) {
      const name = fresh('listed');
      await prompt(mine.eve, name, 'Hello');
      ids.unshift((await ok(request(mine.eve, i === 2 ? 'staging' : 'development', [`prompt:${name}@1.0.0`]), 201)).id);
    }
    const list = async (query: string) => ok(mine.ben.send('GET', `/v1/deployments${query}`));
    const idsOf = ({ data }: any) => data.map((deployment: any) => deployment.id);
    expect(idsOf(await list(''))).toEqual(ids);
    expect(idsOf(await list('?environment=staging'))).toEqual([ids[0]]);
    expect(idsOf(await list('?status=approved'))).toEqual(ids.slice(1));
    expect(idsOf(await list('?status=deployed'))).toEqual([]);
    const page = await list('?limit=2');
    expect(idsOf(page)).toEqual(ids.slice(0, 2));
    expect(idsOf(await list(`?limit=2&cursor=${page.nextCursor}`))).toEqual(ids.slice(2));
    expect((await list('?limit=1')).data[0]).toEqual(await look(mine, ids[0] ?? ''));
    const bound = await apiKey(mine.ada, ['deployments:read'], ['staging']);
    expect(idsOf(await ok(bound.send('GET', '/v1/deployments')))).toEqual([ids[0]]);
    expect(idsOf(await ok(other.ada.send('GET', '/v1/deployments?limit=100')))).not.toContain(ids[0]);
    expect(refusal(await other.ada.send('GET', `/v1/deployments/${ids[0]}`))).toEqual([404, 'not_found']);
    expect(refusal(await other.ada.send('GET', `/v1/deployments/${ids[0]}/events`))).toEqual([404, 'not_found']);
    for (const query of ['?status=nonsense', '?limit=0', '?limit=101', '?cursor=nonsense']) {
      expect(refusal(await mine.ben.send('GET', `/v1/deployments${query}`))).toEqual([400, 'validation_failed']);
    }
  });
});
