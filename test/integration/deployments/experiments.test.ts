import { beforeAll, describe, expect, it } from 'vitest';
import { ask, launch, servedTo, split, subjectsOf, type Weights } from '../../support/experiments.ts';
import {
  environmentStub,
  findings,
  fresh,
  generationOf,
  house,
  type House,
  lasting,
  look,
  refusal,
} from '../../support/house.ts';
import { interpose } from '../../support/interruption.ts';
import { asset, assetVersion, member, move, ok, prompt, release, served, version } from '../../support/team.ts';
import { d1 } from '../../support/workbench.ts';

let home: House;
let other: House;

beforeAll(async () => {
  home = await house();
  other = await house('Zoe');
});

const back = (id: string) => ok(move(home.eve, id, 'rollback', { reason: 'no' }), 201);
const TRUTH = { 'cache-control': 'no-cache' };

/** A prompt in the versions 1.0.0, 1.1.0, … with these texts. */
async function versions(...texts: string[]): Promise<string> {
  const name = fresh('split');
  const [first = 'one', ...others] = texts;
  await prompt(home.eve, name, first);
  for (const [i, text] of others.entries()) await version(home.eve, name, `1.${i + 1}.0`, text);
  return name;
}

/** All that is served of a prompt in development: without a subject, and by variant. */
async function everything(name: string, tags: string[]): Promise<object> {
  const subjects = tags.length === 0 ? {} : await subjectsOf(home.app, 'development', name, tags);
  const chosen = Object.entries(subjects).map(async ([tag, subject]) => [
    tag,
    lasting(await servedTo(home.app, 'development', name, subject)),
  ]);
  const plain = await served(home.app, 'development', name, TRUTH);
  return {
    plain: plain.status === 200 ? lasting(plain.body) : plain.status,
    ...Object.fromEntries(await Promise.all(chosen)),
  };
}

/** Of what is active in development, one prompt. */
async function activeOf(name: string): Promise<any> {
  const { data } = await ok(home.ada.send('GET', '/v1/environments/development/active?limit=100'));
  return data.find((active: any) => active.name === name);
}

const withHash = async (name: string, tag: string) =>
  (await ok(home.eve.send('GET', `/v1/prompts/${name}/versions/${tag}`))).contentHash;

describe('a deployment with variants', () => {
  it('says what is served beside what, before and after, wherever it is looked at', async () => {
    const name = await versions('one', 'two', 'three');
    const made = await ok(ask(home.eve, 'development', [split(name, { '1.0.0': 70, '1.1.0': 20, '1.2.0': 10 })]), 201);
    const variants = [
      { tag: '1.1.0', weight: 20, contentHash: await withHash(name, '1.1.0') },
      { tag: '1.2.0', weight: 10, contentHash: await withHash(name, '1.2.0') },
    ];
    const item = { type: 'prompt', name, tag: '1.0.0', weight: 70, variants };
    expect(made.items).toEqual([
      {
        ...item,
        contentHash: await withHash(name, '1.0.0'),
        previousTag: null,
        previousWeight: null,
        previousVariants: [],
        riskLevel: 'low',
      },
    ]);
    expect(await activeOf(name)).toBeUndefined();
    const deployed = await ok(move(home.eve, made.id, 'deploy'));
    expect(await look(home, made.id)).toEqual(deployed);
    expect(await activeOf(name)).toEqual({ ...item, deploymentId: made.id, generation: deployed.generation });
    const next = await launch(home.eve, [split(name, { '1.1.0': 1, '1.0.0': 1 })]);
    expect(next.items).toMatchObject([{ previousTag: '1.0.0', previousWeight: 70, previousVariants: variants }]);
    expect(await look(home, next.id)).toEqual(next);
    const { data } = await ok(home.ada.send('GET', `/v1/deployments/${next.id}/events`));
    const created = data.find(({ action }: any) => action === 'deployment.create');
    expect(created.data.items).toEqual([`prompt:${name}@1.1.0=1,1.0.0=1`]);
  });

  it('serves each subject always the same, by weight, and its own version where nobody is named', async () => {
    const name = await versions('one', 'two');
    const { id, generation } = await launch(home.eve, [split(name, { '1.0.0': 50, '1.1.0': 50 })]);
    const texts: Record<string, string> = { '1.0.0': 'one', '1.1.0': 'two' };
    const chosen = new Map<string, string>();
    for (let i = 0; i < 30; i++) {
      const body = await servedTo(home.app, 'development', name, `user-${i}`);
      expect(body).toMatchObject({ text: texts[body.tag], variant: body.tag, deploymentId: id, generation });
      chosen.set(`user-${i}`, body.tag);
    }
    expect(new Set(chosen.values()).size).toBe(2);
    for (const [subject, tag] of chosen) {
      expect((await servedTo(home.app, 'development', name, subject, {})).tag).toBe(tag);
    }
    expect((await served(home.app, 'development', name)).body).toMatchObject({ tag: '1.0.0', variant: null });
  });

  it('moves only the subjects of the version whose weight changes', async () => {
    const name = await versions('one', 'two', 'three');
    const subjects = Array.from({ length: 40 }, (_, i) => `user-${i}`);
    const chosenWith = async (weight: number) => {
      const { generation } = await launch(home.eve, [split(name, { '1.0.0': 50, '1.1.0': weight, '1.2.0': 25 })]);
      const headers = { 'x-min-generation': String(generation) };
      const tags: string[] = [];
      for (const subject of subjects) tags.push((await servedTo(home.app, 'development', name, subject, headers)).tag);
      return tags;
    };
    const before = await chosenWith(25);
    const after = await chosenWith(100);
    const moved = before.flatMap((tag, i) => (tag === after[i] ? [] : [[tag, after[i]]]));
    expect(moved.length).toBeGreaterThan(5);
    expect(new Set(moved.map(([, to]) => to))).toEqual(new Set(['1.1.0']));
    // And they come back.
    expect(await chosenWith(25)).toEqual(before);
  });

  it('ends with a deployment of one version', async () => {
    const name = await versions('one', 'two');
    await launch(home.eve, [split(name, { '1.0.0': 50, '1.1.0': 50 })]);
    const [winner] = (await release(home.eve, [], 'development', [`prompt:${name}@1.1.0`])).items;
    expect(winner).toMatchObject({ weight: null, variants: [], previousTag: '1.0.0', previousWeight: 50 });
    for (let i = 0; i < 5; i++) {
      expect(await servedTo(home.app, 'development', name, `user-${i}`)).toMatchObject({ tag: '1.1.0', variant: null });
    }
    expect(await activeOf(name)).toMatchObject({ tag: '1.1.0', weight: null, variants: [] });
  });

  it('leaves to its own version what the variants’ weights leave of a hundred', async () => {
    const name = await versions('one', 'two', 'three');
    const weightOf = async (...weights: number[]) => {
      const variants = weights.map((weight, i) => ({ tag: `1.${i + 1}.0`, weight }));
      const { status, body } = await ask(home.eve, 'development', [
        { type: 'prompt', prompt: name, tag: '1.0.0', variants },
      ]);
      return status === 201 ? body.items[0].weight : [status, findings({ body })];
    };
    expect(await weightOf(10)).toBe(90);
    expect(await weightOf(10, 89)).toBe(1);
    const missing = [400, ['items[0].weight custom']];
    expect(await weightOf(10, 90)).toEqual(missing);
    expect(await weightOf(500)).toEqual(missing);
  });

  it.each<[string, object, string]>([
    ['a weight of nothing', { variants: [{ tag: '1.1.0', weight: 0 }] }, 'items[0].variants[0].weight'],
    ['a weight of 1001', { weight: 1, variants: [{ tag: '1.1.0', weight: 1001 }] }, 'items[0].variants[0].weight'],
    ['half a weight', { variants: [{ tag: '1.1.0', weight: 0.5 }] }, 'items[0].variants[0].weight'],
    ['no weight', { variants: [{ tag: '1.1.0' }] }, 'items[0].variants[0].weight'],
    ['an own weight of nothing', { weight: 0, variants: [{ tag: '1.1.0', weight: 1 }] }, 'items[0].weight'],
    ['an own weight of 1001', { weight: 1001, variants: [{ tag: '1.1.0', weight: 1 }] }, 'items[0].weight'],
    ['a weight and no variants', { weight: 10 }, 'items[0].weight'],
    ['an empty list', { variants: [] }, 'items[0].variants'],
    [
      'ten variants',
      { variants: Array.from({ length: 10 }, (_, i) => ({ tag: `1.${i}.0`, weight: 1 })) },
      'items[0].variants',
    ],
    ['more than a tag', { variants: [{ tag: '1.1.0', weight: 1, prompt: 'another' }] }, 'items[0].variants[0]'],
  ])('may not bring %s', async (_, more, path) => {
    const { status, body } = await ask(home.eve, 'development', [
      { type: 'prompt', prompt: 'any', tag: '1.0.0', ...more },
    ]);
    expect([status, body.errors?.[0].path]).toEqual([400, path]);
  });

  it('is of prompts alone', async () => {
    const variants = [{ tag: '1.1.0', weight: 1 }];
    for (const item of [
      { type: 'asset', asset: 'a', tag: '1.0.0', variants },
      { type: 'model', model: 'a', revision: 1, variants },
    ]) {
      expect(refusal(await ask(home.eve, 'development', [item]))).toEqual([400, 'validation_failed']);
    }
  });

  it('may bring nine variants, with the largest weights', async () => {
    const name = await versions(...Array.from({ length: 10 }, (_, i) => `text ${i}`));
    const weights = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`1.${i}.0`, 1000]));
    const { items } = await launch(home.eve, [split(name, weights)]);
    expect(items[0].variants).toHaveLength(9);
    await subjectsOf(home.app, 'development', name, Object.keys(weights));
  });
});

describe('what does not fit together', () => {
  it('is told of each variant, in its place', async () => {
    const [name, theirs] = [await versions('one', 'two {{asset:not/there}}', 'three'), fresh('theirs')];
    await prompt(other.eve, theirs, 'theirs');
    await version(other.eve, theirs, '7.7.7', 'theirs');
    await prompt(home.eve, theirs, 'ours');
    const variants = ['9.9.9', '1.1.0', '1.2.0', '1.2.0', 'latest', '1.0.0'].map((tag) => ({ tag, weight: 1 }));
    const answer = await ask(home.eve, 'development', [
      { type: 'prompt', prompt: name, tag: '1.0.0', variants },
      { type: 'prompt', prompt: theirs, tag: '1.0.0', variants: [{ tag: '7.7.7', weight: 1 }] },
    ]);
    expect(refusal(answer)).toEqual([422, 'incompatible']);
    expect(findings(answer)).toEqual([
      'items[0].variants[0] item_missing',
      'items[0].variants[1] include_unresolved',
      'items[0].variants[3] variant_twice',
      'items[0].variants[4] variant_twice',
      'items[0].variants[5] variant_twice',
      'items[1].variants[0] item_missing',
    ]);
  });

  it('finds the newest version beside others of the same prompt', async () => {
    const name = await versions('one', 'two', 'three');
    const own = { type: 'prompt', prompt: name, tag: 'latest', variants: [{ tag: '1.0.0', weight: 1 }] };
    expect((await ok(ask(home.eve, 'development', [own]), 201)).items).toMatchObject([
      { tag: '1.2.0', variants: [{ tag: '1.0.0' }] },
    ]);
    const beside = { type: 'prompt', prompt: name, tag: '1.1.0', variants: [{ tag: 'latest', weight: 1 }] };
    expect((await ok(ask(home.eve, 'development', [beside]), 201)).items).toMatchObject([
      { tag: '1.1.0', variants: [{ tag: '1.2.0' }] },
    ]);
  });

  it('is too large where all versions together are', async () => {
    const name = await versions(...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((letter) => letter.repeat(240_000)));
    const some = (count: number) =>
      split(name, Object.fromEntries(Array.from({ length: count }, (_, i) => [`1.${i}.0`, 1])));
    const answer = await ask(home.eve, 'development', [some(7)]);
    expect(findings(answer)).toEqual(['items[0] bundle_too_large']);
    expect(answer.body.errors[0].message).toContain('With its variants');
    expect((await launch(home.eve, [some(6)])).status).toBe('deployed');
  });
});

describe('includes', () => {
  it('of one variant serve the prompt anew where they change, and what includes the prompt not', async () => {
    const [key, still, name, outer] = [fresh('part'), fresh('still'), fresh('split'), fresh('outer')];
    await asset(home.eve, key, 'old');
    await assetVersion(home.eve, key, '2.0.0', 'new');
    await asset(home.eve, still, '!');
    await prompt(home.eve, name, 'plain');
    await version(home.eve, name, '1.1.0', `with {{asset:${key}}}{{asset:${still}}}`);
    await prompt(home.eve, outer, `({{prompt:${name}}})`);
    await release(home.eve, [], 'development', [`asset:${key}@1.0.0`, `asset:${still}@1.0.0`]);
    const first = await launch(home.eve, [
      split(name, { '1.0.0': 1, '1.1.0': 1 }),
      { type: 'prompt', prompt: outer, tag: '1.0.0' },
    ]);
    const subjects = await subjectsOf(home.app, 'development', name, ['1.0.0', '1.1.0']);
    const textOf = async (tag: string) =>
      (await servedTo(home.app, 'development', name, subjects[tag] ?? '')).text as string;
    expect([await textOf('1.0.0'), await textOf('1.1.0')]).toEqual(['plain', 'with old!']);
    // An include means the own version, whoever asks.
    for (const subject of Object.values(subjects)) {
      expect((await servedTo(home.app, 'development', outer, subject)).text).toBe('(plain)');
    }
    const second = await release(home.eve, [], 'development', [`asset:${key}@2.0.0`]);
    expect([await textOf('1.0.0'), await textOf('1.1.0')]).toEqual(['plain', 'with new!']);
    expect((await served(home.app, 'development', name, TRUTH)).body).toMatchObject({ generation: second.generation });
    expect((await served(home.app, 'development', outer, TRUTH)).body).toMatchObject({ generation: first.generation });
  });

  it('of one variant keep what they need from going away', async () => {
    const [key, name] = [fresh('needed'), fresh('split')];
    await asset(home.eve, key, 'needed');
    await prompt(home.eve, name, 'plain');
    await version(home.eve, name, '1.1.0', `with {{asset:${key}}}`);
    const { id } = await release(home.eve, [], 'development', [`asset:${key}@1.0.0`]);
    const experiment = await launch(home.eve, [split(name, { '1.0.0': 1, '1.1.0': 1 })]);
    const refused = await move(home.eve, id, 'rollback', { reason: 'no' });
    expect([refusal(refused), findings(refused)]).toEqual([
      [422, 'incompatible'],
      [`prompt:${name} include_unresolved`],
    ]);
    await back(experiment.id);
    await back(id);
  });

  it('with a tag, inside a variant, are held: not translated, not deleted, until it is served no more', async () => {
    const [key, name] = [fresh('pinned'), fresh('split')];
    await asset(home.eve, key, 'pinned');
    await prompt(home.eve, name, 'plain');
    await version(home.eve, name, '1.1.0', `with {{asset:${key}@1.0.0}}`);
    const translate = (path: string) =>
      home.eve.send('PUT', `${path}/versions/${path.includes('asset') ? '1.0.0' : '1.1.0'}/translations/fr`, {
        text: `fr ${Math.random()}`,
      });
    const paths = [`/v1/assets/${key}`, `/v1/prompts/${name}`];
    for (const path of paths) expect((await translate(path)).status).toBe(200);
    const pending = await ok(ask(home.eve, 'staging', [split(name, { '1.0.0': 1, '1.1.0': 1 })]));
    for (const path of paths) expect(refusal(await translate(path))).toEqual([409, 'version_locked']);
    await ok(move(home.eve, pending.id, 'cancel'));
    for (const path of paths) expect((await translate(path)).status).toBe(200);
    await launch(home.eve, [split(name, { '1.0.0': 1, '1.1.0': 1 })]);
    for (const path of paths) expect(refusal(await translate(path))).toEqual([409, 'version_locked']);
    for (const path of paths) expect(refusal(await home.ada.send('DELETE', path))).toEqual([409, 'state_conflict']);
    await release(home.eve, [], 'development', [`prompt:${name}@1.0.0`]);
    expect((await home.ada.send('DELETE', `/v1/assets/${key}`)).status).toBe(204);
    expect(refusal(await home.ada.send('DELETE', `/v1/prompts/${name}`))).toEqual([409, 'state_conflict']);
  });
});

describe('the policy', () => {
  it('holds for an experiment as for all else', async () => {
    const name = await versions('one', 'two');
    const made = await ok(ask(home.eve, 'production', [split(name, { '1.0.0': 99, '1.1.0': 1 })]), 201);
    expect(made).toMatchObject({ status: 'pending', requiredApprovals: 2, riskLevel: 'high' });
    expect(refusal(await move(home.eve, made.id, 'deploy'))).toEqual([409, 'state_conflict']);
    for (const approver of [home.ben, home.cy]) await ok(move(approver, made.id, 'approve'));
    expect((await ok(move(home.eve, made.id, 'deploy'))).status).toBe('deployed');
  });

  it('weighs the riskiest of the versions, and says which it is', async () => {
    const name = fresh('risky');
    const chat = (system: string) => ({ messages: [{ role: 'system', content: system }] });
    await ok(home.eve.send('POST', '/v1/prompts', { name, kind: 'chat', version: chat('You are kind and brief.') }));
    const path = `/v1/prompts/${name}/versions`;
    await ok(home.eve.send('POST', path, { tag: '1.1.0', ...chat('You are kind and brief!') }));
    await ok(home.eve.send('POST', path, { tag: '1.2.0', ...chat('Say whatever you like, at length.') }));
    await release(home.eve, [home.ben, home.cy], 'production', [`prompt:${name}@1.0.0`]);
    const risk = async (weights: Weights) => {
      const made = await ok(ask(home.eve, 'production', [split(name, weights)]), 201);
      return [made.riskLevel, made.items[0].riskLevel, made.riskReasons.map(({ code }: any) => code).toSorted()];
    };
    expect(await risk({ '1.0.0': 90, '1.1.0': 10 })).toEqual(['medium', 'medium', ['production_target']]);
    const made = await ok(ask(home.eve, 'production', [split(name, { '1.0.0': 90, '1.1.0': 9, '1.2.0': 1 })]), 201);
    expect(made).toMatchObject({ riskLevel: 'critical', items: [{ riskLevel: 'critical' }], requiredApprovals: 2 });
    const [first] = made.riskReasons;
    expect(first).toMatchObject({ code: 'system_message_changed', item: `prompt:${name}` });
    expect(first.message).toMatch(/^Variant 1\.2\.0: The text of role system changes by/);
  });

  it('weighs a version that ends against what its subjects get then', async () => {
    const name = await versions('Hello, dear customer of ours', 'Something else altogether, and longer too');
    await launch(home.eve, [split(name, { '1.0.0': 50, '1.1.0': 50 })]);
    const { riskReasons } = await ok(
      ask(home.eve, 'development', [{ type: 'prompt', prompt: name, tag: '1.0.0' }]),
      201,
    );
    expect(riskReasons.map(({ code }: any) => code)).toEqual(['text_changed']);
    expect(riskReasons[0].message).toMatch(/^Variant 1\.1\.0 ends: The text changes by/);
  });

  it('lets no author of any of the versions approve', async () => {
    const anna = await member(home.ada, 'admin', 'anna');
    const otto = await member(home.ada, 'admin', 'otto');
    const paul = await member(home.ada, 'admin', 'paul');
    const [key, name] = [fresh('pinned'), fresh('written')];
    await asset(paul, key, 'pinned');
    await prompt(home.eve, name, 'one');
    await version(anna, name, '1.1.0', 'two');
    await version(home.eve, name, '1.2.0', `three {{asset:${key}@1.0.0}}`);
    await ok(otto.send('PUT', `/v1/prompts/${name}/versions/1.2.0/translations/fr`, { text: 'trois' }));
    const { id } = await ok(ask(home.eve, 'staging', [split(name, { '1.0.0': 98, '1.1.0': 1, '1.2.0': 1 })]));
    for (const author of [anna, otto, paul]) {
      expect(refusal(await move(author, id, 'approve'))).toEqual([403, 'self_approval_forbidden']);
    }
    const alone = await ok(ask(home.eve, 'staging', [split(name, { '1.0.0': 99, '1.2.0': 1 })]));
    expect((await ok(move(anna, alone.id, 'approve'))).status).toBe('approved');
  });

  it('finds in what a variant includes the variables that its callers must give', async () => {
    const [key, name] = [fresh('asks'), fresh('split')];
    await asset(home.eve, key, '{{who}}');
    await prompt(home.eve, name, 'Hello');
    await version(home.eve, name, '1.1.0', `Hello {{asset:${key}@1.0.0}}`);
    await release(home.eve, [], 'development', [`prompt:${name}@1.0.0`]);
    const { riskReasons } = await ok(ask(home.eve, 'development', [split(name, { '1.0.0': 90, '1.1.0': 10 })]), 201);
    expect(riskReasons.map(({ message }: any) => message)).toContain('Variant 1.1.0: Variables are required now: who.');
  });

  it.each([
    ['a weight', `json_set(experiment, '$.variants[0].weight', 99)`],
    ['its own weight', `json_set(experiment, '$.weight', 1)`],
    ['a variant', `json_set(experiment, '$.variants', json('[]'))`],
    ['all of it', `NULL`],
  ])('binds votes to the weights: %s that was changed behind them is not deployed', async (_, changed) => {
    const name = await versions('one', 'two');
    const { id } = await ok(ask(home.eve, 'staging', [split(name, { '1.0.0': 90, '1.1.0': 10 })]));
    await ok(move(home.ben, id, 'approve'));
    await d1(`UPDATE deployment_items SET experiment = ${changed} WHERE deployment_id = ?`, id);
    const answer = await move(home.eve, id, 'deploy');
    expect([refusal(answer), findings(answer)]).toEqual([[422, 'incompatible'], ['items content_changed']]);
  });

  it('binds votes to the contents of every variant', async () => {
    const name = await versions('one', 'two');
    const { id } = await ok(ask(home.eve, 'staging', [split(name, { '1.0.0': 90, '1.1.0': 10 })]));
    await ok(move(home.ben, id, 'approve'));
    const change = (content: string) =>
      d1(
        `UPDATE versions SET content = ? WHERE tag = '1.1.0' AND entry_id IN (SELECT id FROM entries WHERE name = ?)`,
        JSON.stringify({ text: content }),
        name,
      );
    await change('something else');
    const answer = await move(home.eve, id, 'deploy');
    expect([refusal(answer), findings(answer)]).toEqual([
      [422, 'incompatible'],
      ['items[0].variants[0] content_changed'],
    ]);
    await change('two');
    expect((await ok(move(home.eve, id, 'deploy'))).status).toBe('deployed');
  });

  it('binds them to these in the very moment of the activation', async () => {
    const name = await versions('one', 'two');
    const { id } = await ok(ask(home.eve, 'development', [split(name, { '1.0.0': 90, '1.1.0': 10 })]));
    await interpose((await environmentStub(home, 'development'))(), 'commit', async (go) => {
      await d1(
        `UPDATE versions SET content_hash = ? WHERE tag = '1.1.0' AND entry_id IN (SELECT id FROM entries WHERE name = ?)`,
        '0'.repeat(64),
        name,
      );
      return go();
    });
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual([422, 'incompatible']);
    expect(await look(home, id)).toMatchObject({ status: 'failed', generation: null });
    expect(await activeOf(name)).toBeUndefined();
  });
});

describe('a rollback', () => {
  it('restores exactly what was served, variants and weights included', async () => {
    const name = await versions('one', 'two', 'three');
    const steps: { weights: Weights; before: object; id: string }[] = [];
    let tags: string[] = [];
    const deploys: Weights[] = [
      { '1.0.0': 90, '1.1.0': 10 },
      { '1.0.0': 50, '1.1.0': 50 },
      { '1.1.0': 60, '1.0.0': 20, '1.2.0': 20 },
    ];
    for (const weights of deploys) {
      const before = { served: await everything(name, tags), active: await activeOf(name) };
      const { id } = await launch(home.eve, [split(name, weights)]);
      steps.push({ weights, before, id });
      tags = Object.keys(weights);
    }
    const last = await release(home.eve, [], 'development', [`prompt:${name}@1.2.0`]);
    const rolled = await back(last.id);
    expect(rolled.items).toMatchObject([
      {
        tag: '1.1.0',
        weight: 60,
        variants: [
          { tag: '1.0.0', weight: 20 },
          { tag: '1.2.0', weight: 20 },
        ],
        previousTag: '1.2.0',
        previousWeight: null,
        previousVariants: [],
      },
    ]);
    for (const [i, { before, id }] of steps.entries().toArray().toReversed()) {
      await back(id);
      const then = Object.keys(deploys[i - 1] ?? {});
      const { deploymentId: _, generation: __, ...active } = (await activeOf(name)) ?? {};
      const { deploymentId: ___, generation: ____, ...was } = (before as any).active ?? {};
      expect({ served: await everything(name, then), active }).toEqual({ served: (before as any).served, active: was });
    }
    expect((await served(home.app, 'development', name, TRUTH)).status).toBe(404);
  });

  it('restores what was really replaced, not what was served when it was requested', async () => {
    const name = await versions('one', 'two', 'three');
    await release(home.eve, [], 'development', [`prompt:${name}@1.0.0`]);
    const { id, items } = await ok(ask(home.eve, 'development', [{ type: 'prompt', prompt: name, tag: '1.2.0' }]));
    expect(items).toMatchObject([{ previousTag: '1.0.0', previousWeight: null, previousVariants: [] }]);
    await launch(home.eve, [split(name, { '1.0.0': 30, '1.1.0': 70 })]);
    const before = await everything(name, ['1.0.0', '1.1.0']);
    const deployed = await ok(move(home.eve, id, 'deploy'));
    expect(deployed.items).toMatchObject([{ previousWeight: 30, previousVariants: [{ tag: '1.1.0', weight: 70 }] }]);
    await back(id);
    expect(await everything(name, ['1.0.0', '1.1.0'])).toEqual(before);
  });

  it('can be rolled back, to the same subjects', async () => {
    const name = await versions('one', 'two');
    const { id } = await launch(home.eve, [split(name, { '1.0.0': 50, '1.1.0': 50 })]);
    const before = await everything(name, ['1.0.0', '1.1.0']);
    const undo = await back(id);
    const redo = await back(undo.id);
    expect(redo.items).toMatchObject([{ tag: '1.0.0', weight: 50, variants: [{ tag: '1.1.0', weight: 50 }] }]);
    expect(await everything(name, ['1.0.0', '1.1.0'])).toEqual(before);
  });

  it('is refused, and changes nothing, where a variant that it would bring back is gone', async () => {
    const [key, name] = [fresh('inner'), fresh('split')];
    await asset(home.eve, key, 'inner');
    await prompt(home.eve, name, 'one');
    await version(home.eve, name, '1.1.0', `two {{asset:${key}@1.0.0}}`);
    await launch(home.eve, [split(name, { '1.0.0': 50, '1.1.0': 50 })]);
    const { id } = await release(home.eve, [], 'development', [`prompt:${name}@1.0.0`]);
    await ok(home.ada.send('DELETE', `/v1/assets/${key}`));
    const generation = await generationOf(home, 'development');
    const answer = await move(home.eve, id, 'rollback', { reason: 'no' });
    expect([refusal(answer), findings(answer)]).toEqual([
      [422, 'incompatible'],
      ['items[0].variants[0] include_unresolved'],
    ]);
    expect(await generationOf(home, 'development')).toBe(generation);
  });
});
