import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../../support/client.ts';
import { model } from '../../support/executions.ts';
import {
  activations,
  environmentStub,
  findings,
  fresh,
  generationOf,
  house,
  type House,
  look,
  refusal,
  servedEverywhere,
} from '../../support/house.ts';
import { interpose } from '../../support/interruption.ts';
import { apiKey, asset, member, move, ok, prompt, release, request } from '../../support/team.ts';
import { d1 } from '../../support/workbench.ts';

let home: House;
let other: House;
/** Admins: they make models, and may approve. */
let anna: Person;
let otto: Person;

beforeAll(async () => {
  home = await house();
  other = await house('Zoe');
  anna = await member(home.ada, 'admin', 'anna');
  otto = await member(home.ada, 'admin', 'otto');
});

const SELF: [number, string] = [403, 'self_approval_forbidden'];
const INCOMPATIBLE: [number, string] = [422, 'incompatible'];
const CONFLICT: [number, string] = [409, 'state_conflict'];

/** A model's next revision. */
const revise = (by: Person, name: string, changes: object) => ok(by.send('PATCH', `/v1/models/${name}`, changes));
const away = (name: string, by = home.ada) => by.send('DELETE', `/v1/models/${name}`);
const deploys = (...references: string[]) => release(home.eve, [], 'development', references);
const back = (id: string) => move(home.eve, id, 'rollback', { reason: 'worse' });

/** What is active of some models, as `name@revision`. */
async function activeModels(environment: string, names: string[], by: House = home): Promise<string[]> {
  const { data } = await ok(by.ada.send('GET', `/v1/environments/${environment}/active?limit=100`));
  return data
    .filter(({ type, name }: any) => type === 'model' && names.includes(name))
    .map(({ name, tag }: any) => `${name}@${tag}`);
}

const reasons = ({ riskReasons }: any): string[] => riskReasons.map(({ level, code }: any) => `${level} ${code}`);

describe('a revision of a model is deployed', () => {
  it('with the approvals that it takes in staging, and then in production', async () => {
    const name = fresh('gpt');
    const { id: modelId } = await model(anna, name, { parameters: { temperature: 0.2 } });
    const asked = await ok(request(home.eve, 'staging', [`model:${name}@1`]), 201);
    const { contentHash } = await ok(home.eve.send('GET', `/v1/models/${name}/revisions/1`));
    expect(asked).toMatchObject({ status: 'pending', requiredApprovals: 1, riskLevel: 'low' });
    const alone = { weight: null, variants: [] };
    const before = { previousTag: null, previousWeight: null, previousVariants: [] };
    expect(asked.items).toEqual([
      { type: 'model', name, tag: '1', contentHash, ...alone, ...before, riskLevel: 'low' },
    ]);
    expect(refusal(await move(home.eve, asked.id, 'deploy'))).toEqual(CONFLICT);
    await ok(move(home.ben, asked.id, 'approve'));
    const generation = (await generationOf(home, 'staging')) + 1;
    expect(await ok(move(home.eve, asked.id, 'deploy'))).toMatchObject({ status: 'deployed', generation });

    const { id, ...live } = await ok(request(home.eve, 'production', [`model:${modelId}@1`]), 201);
    expect(live).toMatchObject({ requiredApprovals: 2, riskLevel: 'high', items: [{ name, tag: '1' }] });
    expect(reasons(live)).toEqual(['high first_in_production', 'medium production_target']);
    for (const approver of [home.ben, home.cy]) await ok(move(approver, id, 'approve'));
    await ok(move(home.eve, id, 'deploy'));
    const { data } = await ok(home.ada.send('GET', '/v1/environments/production/active'));
    expect(data).toEqual([
      { type: 'model', name, tag: '1', ...alone, deploymentId: id, generation: await generationOf(home, 'production') },
    ]);

    await revise(anna, name, { parameters: { temperature: 1 } });
    const next = await ok(request(home.eve, 'production', [`model:${name}@2`]), 201);
    expect(reasons(next)).toEqual(['high model_changed', 'medium production_target']);
    expect(next.items).toMatchObject([{ tag: '2', previousTag: '1' }]);
  });

  it('but must be there, once, and the tenant’s own', async () => {
    const [name, theirs] = [fresh('mine'), fresh('theirs')];
    const { id } = await model(home.ada, name);
    const { id: theirId } = await model(other.ada, theirs);
    const answer = await request(home.eve, 'development', [
      `model:${theirs}@1`,
      `model:${theirId}@1`,
      `model:${name}@2`,
      `prompt:${name}@1`,
      `model:${name}@1`,
      `model:${id}@1`,
      `model:${fresh('nothing')}@1`,
    ]);
    expect(refusal(answer)).toEqual(INCOMPATIBLE);
    expect(findings(answer)).toEqual([
      'items[0] item_missing',
      'items[1] item_missing',
      'items[2] item_missing',
      'items[3] item_missing',
      'items[5] item_twice',
      'items[6] item_missing',
    ]);
    expect(answer.body.errors[2].message).toBe(`there is no model ${name} with the revision 2`);
    await ok(away(name));
    expect(findings(await request(home.eve, 'development', [`model:${name}@1`]))).toEqual(['items[0] item_missing']);
  });

  it('in each tenant its own, under the same name', async () => {
    const name = fresh('shared');
    await model(home.ada, name);
    await model(other.ada, name);
    await ok(other.ada.send('PATCH', `/v1/models/${name}`, { model: 'other' }));
    await deploys(`model:${name}@1`);
    expect(await activeModels('development', [name], other)).toEqual([]);
    expect(findings(await request(home.eve, 'development', [`model:${name}@2`]))).toEqual(['items[0] item_missing']);
    await release(other.eve, [], 'development', [`model:${name}@2`]);
    expect(await activeModels('development', [name])).toEqual([`${name}@1`]);
    expect(await activeModels('development', [name], other)).toEqual([`${name}@2`]);
  });

  it('together with prompts and assets, in one generation; bundles hold none of it', async () => {
    const name = fresh('mixed');
    await model(home.ada, name);
    await asset(home.eve, name, 'warm');
    await prompt(home.eve, name, `Be {{asset:${name}}}`, { model: { name } });
    const all = await deploys(`prompt:${name}@1.0.0`, `model:${name}@1`, `asset:${name}@1.0.0`);
    expect(await servedEverywhere(home, 'development', name)).toMatchObject({
      text: 'Be warm',
      model: { name },
      generation: all.generation,
    });
    const edge = (await env.EDGE.list()).keys.map((key) => key.name).filter((key) => key.endsWith(`:${name}`));
    expect(edge).toEqual([`bundle:${home.tenantId}:development:${name}`]);
    const since = (await activations(home, 'development', name)).map((row: any) => row.since);
    expect(since).toEqual([all.generation, all.generation, all.generation]);

    // A model that moves on by itself leaves the bundle as it is.
    await revise(home.ada, name, { parameters: { temperature: 1 } });
    const alone = await deploys(`model:${name}@2`);
    expect(alone.generation).toBe(all.generation + 1);
    expect((await servedEverywhere(home, 'development', name)).generation).toBe(all.generation);
    expect(await ok(back(alone.id))).toMatchObject({ status: 'deployed' });
    expect((await back(all.id)).body).toMatchObject({ status: 'deployed' });
    expect(await servedEverywhere(home, 'development', name)).toBe(404);
    expect(await activeModels('development', [name])).toEqual([]);
  });
});

describe('nobody approves their own revision', () => {
  it('refuses the one who wrote it, and those who wrote what it rests on and was never active', async () => {
    const name = fresh('written');
    await model(anna, name);
    const first = await ok(request(home.eve, 'staging', [`model:${name}@1`]));
    expect(refusal(await move(anna, first.id, 'approve'))).toEqual(SELF);
    expect(refusal(await move(anna, first.id, 'reject', { comment: 'no' }))).toEqual(SELF);
    expect(await look(home, first.id)).toMatchObject({ status: 'pending', approvals: [] });
    await ok(move(otto, first.id, 'approve'));
    await ok(move(home.eve, first.id, 'deploy'));

    await revise(otto, name, { parameters: { temperature: 1 } });
    await revise(home.ada, name, { parameters: { temperature: 1, topP: 0.5 } });
    // Revision 2 was never active: 3 brings it.
    const third = await ok(request(home.eve, 'staging', [`model:${name}@3`]));
    for (const author of [otto, home.ada]) expect(refusal(await move(author, third.id, 'approve'))).toEqual(SELF);
    // What revision 1 says was approved.
    await ok(move(anna, third.id, 'approve'));
    await ok(move(home.eve, third.id, 'deploy'));

    // Back to a revision before: all that it says comes back.
    const second = await ok(request(home.eve, 'staging', [`model:${name}@2`]));
    for (const author of [anna, otto]) expect(refusal(await move(author, second.id, 'approve'))).toEqual(SELF);
    expect((await ok(move(home.ada, second.id, 'approve'))).status).toBe('approved');
  });

  it('counts every model of the deployment, and what an API key wrote as its maker’s', async () => {
    const [name, second] = [fresh('by-key'), fresh('second')];
    await model(await apiKey(anna, ['models:manage']), name);
    await model(otto, second);
    await prompt(home.eve, name, 'Hello');
    const asked = await ok(
      request(home.ada, 'staging', [`prompt:${name}@1.0.0`, `model:${name}@1`, `model:${second}@1`]),
    );
    for (const author of [anna, otto, home.ada]) expect(refusal(await move(author, asked.id, 'approve'))).toEqual(SELF);
    expect((await ok(move(home.ben, asked.id, 'approve'))).status).toBe('approved');
  });
});

describe('a rollback', () => {
  it('restores the revision before, then the absence; not over what came later', async () => {
    const name = fresh('back');
    await model(home.ada, name);
    await revise(home.ada, name, { model: 'two' });
    await revise(home.ada, name, { model: 'three' });
    const [first, second, third] = [
      await deploys(`model:${name}@1`),
      await deploys(`model:${name}@2`),
      await deploys(`model:${name}@3`),
    ];
    expect(refusal(await back(second.id))).toEqual(CONFLICT);
    expect(await activeModels('development', [name])).toEqual([`${name}@3`]);
    expect((await ok(back(third.id), 201)).items).toMatchObject([{ type: 'model', tag: '2', previousTag: '3' }]);
    expect(await activeModels('development', [name])).toEqual([`${name}@2`]);
    await ok(back(second.id), 201);
    const last = await ok(back(first.id), 201);
    expect(last.items).toMatchObject([{ type: 'model', name, tag: null, contentHash: null, previousTag: '1' }]);
    expect(await activeModels('development', [name])).toEqual([]);
    // And the absence can be taken back.
    expect((await ok(back(last.id), 201)).items).toMatchObject([{ tag: '1', previousTag: null }]);
    expect(await activeModels('development', [name])).toEqual([`${name}@1`]);
    const spans = await activations(home, 'development', name);
    expect(spans.map(({ tag }) => tag)).toEqual(['1', '2', '3', '2', '1', '1']);
    expect(spans.filter(({ until }) => until === null)).toHaveLength(1);
  });

  it('of what overlaps: each model by itself', async () => {
    const [one, two] = [fresh('one'), fresh('two')];
    for (const name of [one, two]) {
      await model(home.ada, name);
      await revise(home.ada, name, { model: 'two' });
    }
    const both = await deploys(`model:${one}@1`, `model:${two}@1`);
    const later = await deploys(`model:${two}@2`);
    const refused = await back(both.id);
    expect(refusal(refused)).toEqual(CONFLICT);
    expect(findings(refused)).toEqual([`model:${two} touched_later`]);
    await ok(back(later.id), 201);
    await ok(back(both.id), 201);
    expect(await activeModels('development', [one, two])).toEqual([]);
  });
});

describe('fallbacks', () => {
  it('must be active or come along, and stay as long as another falls back on them', async () => {
    const [main, spare] = [fresh('main'), fresh('spare')];
    await model(home.ada, spare);
    await model(home.ada, main, { fallbacks: [spare] });
    await prompt(home.eve, main, 'Hello');
    const ask = (environment: string, ...references: string[]) => request(home.eve, environment, references);
    expect(findings(await ask('development', `prompt:${main}@1.0.0`, `model:${main}@1`))).toEqual([
      'items[1] fallback_not_active',
    ]);
    // Each environment for itself, each tenant for itself.
    await release(home.eve, [home.ben], 'staging', [`model:${spare}@1`]);
    await model(other.ada, spare);
    await release(other.eve, [], 'development', [`model:${spare}@1`]);
    expect(findings(await ask('development', `model:${main}@1`))).toEqual(['items[0] fallback_not_active']);
    expect((await ask('staging', `model:${main}@1`)).status).toBe(201);

    const first = await deploys(`model:${spare}@1`);
    const { id } = await ok(ask('development', `model:${main}@1`));
    await ok(back(first.id), 201);
    // What was asked for does not fit any more.
    expect(findings(await move(home.eve, id, 'deploy'))).toEqual(['items[0] fallback_not_active']);
    await deploys(`model:${main}@1`, `model:${spare}@1`);
    // Rolling back one of them would leave the other without it.
    await revise(home.ada, main, { fallbacks: [] });
    const without = await deploys(`model:${main}@2`);
    await ok(back(without.id), 201);
    expect(await activeModels('development', [main, spare])).toEqual([`${main}@1`, `${spare}@1`]);
  });

  it('that a rollback would end are found in those that fall back on them', async () => {
    const [main, spare] = [fresh('main'), fresh('spare')];
    await model(home.ada, spare);
    await model(home.ada, main, { fallbacks: [spare] });
    const first = await deploys(`model:${spare}@1`);
    await deploys(`model:${main}@1`);
    const refused = await back(first.id);
    expect([...refusal(refused), ...findings(refused)]).toEqual([...INCOMPATIBLE, `model:${main} fallback_not_active`]);
    expect(await activeModels('development', [spare])).toEqual([`${spare}@1`]);
  });
});

describe('risk', () => {
  it('of what a revision changes, against what is active there', async () => {
    const [name, spare] = [fresh('risky'), fresh('spare')];
    await model(home.ada, spare);
    await model(home.ada, name, {
      provider: 'openai-compatible',
      model: 'm',
      baseUrl: 'https://one.example.com',
      contextWindow: 8000,
      prices: { inputMicrosPerMillion: 100, outputMicrosPerMillion: 100 },
    });
    await deploys(`model:${name}@1`, `model:${spare}@1`);
    const after = async (changes: object) => {
      const { revision } = await revise(home.ada, name, changes);
      return reasons(await ok(request(home.eve, 'development', [`model:${name}@${revision}`]), 201));
    };
    const prices = { inputMicrosPerMillion: 131, outputMicrosPerMillion: 100 };
    expect(await after({ parameters: { temperature: 1 } })).toEqual([]);
    expect(await after({ prices, contextWindow: 4000 })).toEqual(['medium price_raised', 'medium context_shrunk']);
    expect(await after({ prices: null, contextWindow: null, fallbacks: [spare] })).toEqual([
      'medium fallbacks_changed',
    ]);
    expect(await after({ fallbacks: [], baseUrl: 'https://two.example.com' })).toEqual(['high model_endpoint_changed']);
    expect(await after({ baseUrl: 'https://one.example.com' })).toEqual([]);
    const secret = `ghp_${'aB3'.repeat(12)}`;
    const found = await revise(home.ada, name, { parameters: { user: secret } });
    const asked = await ok(request(home.eve, 'staging', [`model:${name}@${found.revision}`]));
    expect([asked.riskLevel, asked.requiredApprovals, ...reasons(asked)]).toEqual([
      'critical',
      2,
      'critical secret_in_text',
    ]);
    expect(JSON.stringify(asked)).not.toContain(secret);
  });
});

describe('a model that is deleted', () => {
  it('is not, while it is active anywhere; after that its deployments find it gone', async () => {
    const name = fresh('held');
    await model(home.ada, name);
    const here = await deploys(`model:${name}@1`);
    const pending = await ok(request(home.eve, 'staging', [`model:${name}@1`]));
    const refused = await away(name);
    expect(refusal(refused)).toEqual(CONFLICT);
    expect(refused.body.errors).toEqual([{ path: 'model', message: 'is active in development', code: 'active' }]);
    const gone = await ok(back(here.id), 201);
    expect((await away(name)).status).toBe(204);
    await ok(move(home.ben, pending.id, 'approve'));
    expect(findings(await move(home.eve, pending.id, 'deploy'))).toEqual(['items[0] item_missing']);
    expect(findings(await back(gone.id))).toEqual(['items[0] item_missing']);
    // Another of its name is another one.
    await model(home.ada, name);
    expect(findings(await move(home.eve, pending.id, 'deploy'))).toEqual(['items[0] item_missing']);
    expect(findings(await back(gone.id))).toEqual(['items[0] item_missing']);
    await deploys(`model:${name}@1`);
    expect(await activeModels('development', [name])).toEqual([`${name}@1`]);
    expect(await activeModels('staging', [name])).toEqual([]);
  });

  it('in the middle of its activation: the deployment fails, nothing is active', async () => {
    const name = fresh('raced');
    await model(home.ada, name);
    const { id } = await ok(request(home.eve, 'development', [`model:${name}@1`]));
    const before = await generationOf(home, 'development');
    const stub = await environmentStub(home, 'development');
    await interpose(stub(), 'commit', async (go) => {
      expect((await away(name)).status).toBe(204);
      return go();
    });
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual(INCOMPATIBLE);
    expect(await look(home, id)).toMatchObject({ status: 'failed', generation: null });
    expect(await generationOf(home, 'development')).toBe(before);
    expect(await activeModels('development', [name])).toEqual([]);
    expect(await d1('SELECT * FROM holds WHERE holder = ?', id)).toEqual([]);
  });

  it('at once with it: one of the two, never a model that is active and deleted', async () => {
    for (let round = 0; round < 3; round++) {
      const name = fresh('at-once');
      await model(home.ada, name);
      const { id } = await ok(request(home.eve, 'development', [`model:${name}@1`]));
      const [deployed, deleted] = await Promise.all([move(home.eve, id, 'deploy'), away(name)]);
      expect([[200, 409].join(), [422, 204].join()]).toContain([deployed.status, deleted.status].join());
      expect(await activeModels('development', [name])).toHaveLength(deleted.status === 204 ? 0 : 1);
    }
  });
});

describe('what changed since it was requested is not what was approved', () => {
  const ZEROS = '0'.repeat(64);

  it.each([
    ['its parameters', `parameters = '{"temperature":2}'`],
    ['whom it asks', `base_url = 'https://evil.example.com'`],
    ['its hash', `content_hash = '${ZEROS}'`],
  ])('%s', async (_, set) => {
    const name = fresh('tampered');
    const { id: modelId } = await model(home.ada, name);
    const { id } = await ok(request(home.eve, 'staging', [`model:${name}@1`]));
    await ok(move(home.ben, id, 'approve'));
    await d1(`UPDATE model_revisions SET ${set} WHERE model_id = ?`, modelId);
    const answer = await move(home.eve, id, 'deploy');
    expect(refusal(answer)).toEqual(INCOMPATIBLE);
    expect(findings(answer)).toContain('items[0] content_changed');
    expect(await activeModels('staging', [name])).toEqual([]);
  });

  it('in the very moment of its activation', async () => {
    const name = fresh('moment');
    const { id: modelId } = await model(home.ada, name);
    const { id } = await ok(request(home.eve, 'development', [`model:${name}@1`]));
    const stub = await environmentStub(home, 'development');
    await interpose(stub(), 'commit', async (go) => {
      await d1('UPDATE model_revisions SET content_hash = ? WHERE model_id = ?', ZEROS, modelId);
      return go();
    });
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual(INCOMPATIBLE);
    expect((await look(home, id)).status).toBe('failed');
    expect(await activeModels('development', [name])).toEqual([]);
  });
});
