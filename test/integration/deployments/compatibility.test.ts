import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import {
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
import { rebind, withMethod } from '../../support/interruption.ts';
import { asset, assetVersion, move, ok, prompt, release, request, version } from '../../support/team.ts';
import { d1, sendWith } from '../../support/workbench.ts';

let home: House;
let other: House;

beforeAll(async () => {
  home = await house();
  other = await house('Zoe');
});

const INCOMPATIBLE: [number, string] = [422, 'incompatible'];
const ask = (references: string[], environment = 'development') => request(home.eve, environment, references);
const deploys = (references: string[], environment = 'development') => release(home.eve, [], environment, references);

/** A chat prompt with a first version. */
const chat = (name: string, content: string) =>
  ok(
    home.eve.send('POST', '/v1/prompts', {
      name,
      kind: 'chat',
      locale: 'en',
      version: { messages: [{ role: 'user', content }] },
    }),
  );

describe('what is asked for must be there, once', () => {
  it('missing items, models and tags: every one is named', async () => {
    const name = fresh('there');
    const { id } = await prompt(home.eve, name, 'Hello');
    const answer = await home.eve.send('POST', '/v1/deployments', {
      environment: 'development',
      items: [
        { type: 'prompt', prompt: 'not/there', tag: '1.0.0' },
        { type: 'prompt', prompt: name, tag: '9.9.9' },
        { type: 'prompt', prompt: name, tag: '1.0.0' },
        { type: 'asset', asset: name, tag: '1.0.0' },
        { type: 'model', model: 'gpt', revision: 1 },
        { type: 'prompt', prompt: name, tag: '1.0.0' },
        { type: 'prompt', prompt: id, tag: 'latest' },
      ],
    });
    expect(refusal(answer)).toEqual(INCOMPATIBLE);
    expect(findings(answer)).toEqual([
      'items[0] item_missing',
      'items[1] item_missing',
      'items[3] item_missing',
      'items[4] item_missing',
      'items[5] item_twice',
      'items[6] item_twice',
    ]);
    expect((await home.eve.send('GET', '/v1/deployments')).body.data).toEqual([]);
  });

  it('another tenant’s prompts and assets are not there, by name or by id', async () => {
    const [theirs, key] = [fresh('theirs'), fresh('their-key')];
    const { id: promptId } = await prompt(other.eve, theirs, 'secret');
    const { id: assetId } = await asset(other.eve, key, 'secret');
    for (const reference of [
      `prompt:${theirs}@1.0.0`,
      `prompt:${promptId}@1.0.0`,
      `asset:${key}@1.0.0`,
      `asset:${assetId}@latest`,
    ]) {
      const answer = await ask([reference]);
      expect([reference, ...refusal(answer)]).toEqual([reference, ...INCOMPATIBLE]);
      expect(JSON.stringify(answer.body)).not.toContain('secret');
    }
    expect(
      (
        await home.eve.send('POST', '/v1/deployments', {
          environment: 'nowhere',
          items: [{ type: 'prompt', prompt: theirs, tag: '1.0.0' }],
        })
      ).status,
    ).toBe(404);
  });

  it('what was deleted is gone, also between request and deploy', async () => {
    const name = fresh('deleted');
    await prompt(home.eve, name, 'Hello');
    const { id } = await ok(ask([`prompt:${name}@1.0.0`]));
    await ok(home.ada.send('DELETE', `/v1/prompts/${name}`));
    const answer = await move(home.eve, id, 'deploy');
    expect([...refusal(answer), ...findings(answer)]).toEqual([...INCOMPATIBLE, 'items[0] item_missing']);
    expect((await look(home, id)).status).toBe('approved');
    expect(refusal(await ask([`prompt:${name}@1.0.0`]))).toEqual(INCOMPATIBLE);
    // Another of the same name is another.
    await prompt(home.eve, name, 'Hello');
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual(INCOMPATIBLE);
  });
});

describe('includes', () => {
  it('must be active or come along; with a tag they must be there', async () => {
    const [inner, outer] = [fresh('inner'), fresh('outer')];
    await asset(home.eve, inner, 'inner');
    await prompt(home.eve, outer, `{{asset:${inner}}} {{asset:gone@1.0.0}}`);
    const answer = await ask([`prompt:${outer}@1.0.0`]);
    expect(refusal(answer)).toEqual(INCOMPATIBLE);
    expect(findings(answer)).toEqual(['items[0] include_unresolved', 'items[0] include_unresolved']);
    await version(home.eve, outer, '1.1.0', `{{asset:${inner}}}`);
    expect((await deploys([`prompt:${outer}@1.1.0`, `asset:${inner}@1.0.0`])).status).toBe('deployed');
    expect((await servedEverywhere(home, 'development', outer)).text).toBe('inner');
    // Active in one environment is not active in another.
    expect(refusal(await ask([`prompt:${outer}@1.1.0`], 'staging'))).toEqual(INCOMPATIBLE);
  });

  it('never reach another tenant’s, active or not, with a tag or without', async () => {
    const theirs = fresh('theirs');
    await prompt(other.eve, theirs, 'their secret');
    await release(other.eve, [], 'development', [`prompt:${theirs}@1.0.0`]);
    for (const tag of ['', '@1.0.0']) {
      const name = fresh('thief');
      await prompt(home.eve, name, `{{prompt:${theirs}${tag}}}`);
      const answer = await ask([`prompt:${name}@1.0.0`]);
      expect([...refusal(answer), ...findings(answer)]).toEqual([...INCOMPATIBLE, 'items[0] include_unresolved']);
      expect(JSON.stringify(answer.body)).not.toContain('their secret');
    }
    // Nor may a name of theirs be taken for ours once we have one.
    await prompt(home.eve, theirs, 'ours');
    const name = fresh('honest');
    await prompt(home.eve, name, `{{prompt:${theirs}}}`);
    await deploys([`prompt:${name}@1.0.0`, `prompt:${theirs}@1.0.0`]);
    expect((await servedEverywhere(home, 'development', name)).text).toBe('ours');
  });

  it('a chat cannot be included', async () => {
    const [inner, outer] = [fresh('chat'), fresh('outer')];
    await chat(inner, 'Hi');
    await prompt(home.eve, outer, `{{prompt:${inner}}}`);
    const answer = await ask([`prompt:${inner}@1.0.0`, `prompt:${outer}@1.0.0`]);
    expect([...refusal(answer), ...findings(answer)]).toEqual([...INCOMPATIBLE, 'items[1] include_kind']);
  });

  it('a value that holds an include, or a variable, stays what it is', async () => {
    const [inner, outer] = [fresh('inner'), fresh('outer')];
    await asset(home.eve, inner, 'inner secret');
    await prompt(home.eve, outer, 'Hello {{who}}');
    await deploys([`asset:${inner}@1.0.0`, `prompt:${outer}@1.0.0`]);
    const who = `{{asset:${inner}}} {{who}} {{{x}}}`;
    const answer = await home.app.send('POST', `/v1/edge/development/render/${outer}`, { variables: { who } });
    expect(answer.body.text).toBe(`Hello ${who}`);
  });

  it('a diamond is fine', async () => {
    const [base, left, right, top] = [fresh('base'), fresh('left'), fresh('right'), fresh('top')];
    await asset(home.eve, base, 'base');
    await asset(home.eve, left, `l-{{asset:${base}}}`);
    await asset(home.eve, right, `r-{{asset:${base}}}`);
    await prompt(home.eve, top, `{{asset:${left}}} {{asset:${right}}} {{asset:${base}}}`);
    await deploys([`asset:${base}@1.0.0`, `asset:${left}@1.0.0`, `asset:${right}@1.0.0`, `prompt:${top}@1.0.0`]);
    expect((await servedEverywhere(home, 'development', top)).text).toBe('l-base r-base base');
    // What it is made of changes under it, and it is served anew with the same tag.
    await assetVersion(home.eve, base, '1.1.0', 'BASE');
    const { generation, id } = await deploys([`asset:${base}@1.1.0`]);
    expect(await servedEverywhere(home, 'development', top)).toMatchObject({
      text: 'l-BASE r-BASE BASE',
      tag: '1.0.0',
      generation,
      deploymentId: id,
    });
  });

  it('five deep are fine, six are not, also when the sixth comes later', async () => {
    const parts = Array.from({ length: 6 }, () => fresh('part'));
    const [last, ...others] = parts.toReversed();
    await asset(home.eve, last ?? '', 'the end');
    let below = last;
    for (const part of others) {
      await asset(home.eve, part, `{{asset:${below}}}`);
      below = part;
    }
    const all = parts.map((part) => `asset:${part}@1.0.0`);
    const [five, six] = [fresh('five'), fresh('six')];
    await prompt(home.eve, five, `{{asset:${parts[1]}}}`);
    await prompt(home.eve, six, `{{asset:${parts[0]}}}`);
    await deploys([`prompt:${five}@1.0.0`, ...all.slice(1)]);
    expect((await servedEverywhere(home, 'development', five)).text).toBe('the end');
    await deploys([`asset:${parts[0]}@1.0.0`]);
    const answer = await ask([`prompt:${six}@1.0.0`]);
    expect([...refusal(answer), ...findings(answer)]).toEqual([...INCOMPATIBLE, 'items[0] include_too_deep']);
    // From below: what is active becomes too deep by a change to what it is made of.
    const deeper = fresh('deeper');
    await asset(home.eve, deeper, 'deeper');
    await assetVersion(home.eve, last ?? '', '2.0.0', `{{asset:${deeper}}}`);
    const below2 = await ask([`asset:${last}@2.0.0`, `asset:${deeper}@1.0.0`]);
    expect(refusal(below2)).toEqual(INCOMPATIBLE);
    expect(findings(below2).join()).toContain(`prompt:${five} include_too_deep`);
  });

  it('a cycle within a deployment is refused, a prompt that includes itself too', async () => {
    const [a, b, self] = [fresh('a'), fresh('b'), fresh('self')];
    await prompt(home.eve, a, `{{prompt:${b}}}`);
    await prompt(home.eve, b, `{{prompt:${a}}}`);
    await prompt(home.eve, self, `{{prompt:${self}}}`);
    for (const references of [[`prompt:${a}@1.0.0`, `prompt:${b}@1.0.0`], [`prompt:${self}@1.0.0`]]) {
      const answer = await ask(references);
      expect(refusal(answer)).toEqual(INCOMPATIBLE);
      expect(findings(answer).join()).toContain('include_cycle');
    }
    await version(home.eve, self, '1.1.0', `{{prompt:${self}@1.1.0}}`);
    expect(findings(await ask([`prompt:${self}@1.1.0`])).join()).toContain('include_cycle');
    // With a tag it is another text.
    await version(home.eve, self, '1.2.0', 'plain');
    await version(home.eve, self, '1.3.0', `not {{prompt:${self}@1.2.0}}`);
    await deploys([`prompt:${self}@1.3.0`]);
    expect((await servedEverywhere(home, 'development', self)).text).toBe('not plain');
  });

  it('a cycle through two deployments: both are requested, the second is refused when it is executed', async () => {
    const [a, b] = [fresh('a'), fresh('b')];
    await prompt(home.eve, a, 'a');
    await prompt(home.eve, b, 'b');
    await deploys([`prompt:${a}@1.0.0`, `prompt:${b}@1.0.0`]);
    await version(home.eve, a, '2.0.0', `a {{prompt:${b}}}`);
    await version(home.eve, b, '2.0.0', `b {{prompt:${a}}}`);
    const first = await ok(ask([`prompt:${a}@2.0.0`]));
    const second = await ok(ask([`prompt:${b}@2.0.0`]));
    await ok(move(home.eve, first.id, 'deploy'));
    const generation = await generationOf(home, 'development');
    const answer = await move(home.eve, second.id, 'deploy');
    expect(refusal(answer)).toEqual(INCOMPATIBLE);
    expect(findings(answer).join()).toContain('include_cycle');
    expect(await look(home, second.id)).toMatchObject({ status: 'approved', generation: null });
    expect(await generationOf(home, 'development')).toBe(generation);
    expect((await servedEverywhere(home, 'development', a)).text).toBe('a b');
    expect((await servedEverywhere(home, 'development', b)).text).toBe('b');
  });

  it('what is active is not taken from under those who include it: a rollback says who', async () => {
    const [inner, outer, pinner] = [fresh('inner'), fresh('outer'), fresh('pinner')];
    await asset(home.eve, inner, 'inner');
    const first = await deploys([`asset:${inner}@1.0.0`]);
    await prompt(home.eve, outer, `{{asset:${inner}}}`);
    await prompt(home.eve, pinner, `{{asset:${inner}@1.0.0}}`);
    const second = await deploys([`prompt:${outer}@1.0.0`, `prompt:${pinner}@1.0.0`]);
    const answer = await move(home.eve, first.id, 'rollback', { reason: 'no' });
    expect(refusal(answer)).toEqual(INCOMPATIBLE);
    expect(findings(answer)).toEqual([`prompt:${outer} include_unresolved`]);
    expect((await servedEverywhere(home, 'development', outer)).text).toBe('inner');
    await ok(move(home.eve, second.id, 'rollback', { reason: 'no' }));
    expect((await ok(move(home.eve, first.id, 'rollback', { reason: 'no' }))).status).toBe('deployed');
  });

  it('are never more than a bundle holds', async () => {
    const big = 'x'.repeat(250_000);
    const keys = Array.from({ length: 7 }, () => fresh('big'));
    for (const key of keys) await asset(home.eve, key, big);
    const [fits, bursts] = [fresh('fits'), fresh('bursts')];
    const including = (count: number) =>
      keys
        .slice(0, count)
        .map((key) => `{{asset:${key}@1.0.0}}`)
        .join(' ');
    await prompt(home.eve, fits, including(5));
    await prompt(home.eve, bursts, including(7));
    const answer = await ask([`prompt:${bursts}@1.0.0`]);
    expect([...refusal(answer), ...findings(answer)]).toEqual([...INCOMPATIBLE, 'items[0] bundle_too_large']);
    await deploys([`prompt:${fits}@1.0.0`]);
    expect((await servedEverywhere(home, 'development', fits)).text).toHaveLength(5 * 250_000 + 4);
  });
});

describe('what is large', () => {
  /** Runs a deploy and tells the longest value that it gave to D1, which refuses more than 2 MB: here it is not told to. */
  async function longestValueOf(names: string[]): Promise<number> {
    let longest = 0;
    const measured = (DB: D1Database) =>
      withMethod(
        DB,
        'prepare',
        (prepare) =>
          (...query) =>
            withMethod(prepare(...query), 'bind', (bind) => (...values) => {
              for (const value of values) longest = Math.max(longest, typeof value === 'string' ? value.length : 0);
              return bind(...values);
            }),
      );
    await rebind((await environmentStub(home, 'development'))(), ({ DB }) => ({ DB: measured(DB) }));
    const send = sendWith({ DB: measured(env.DB) });
    const headers = { authorization: `Bearer ${home.eve.accessToken}` };
    const items = names.map((name) => ({ type: 'prompt', prompt: name, tag: '1.0.0' }));
    const { id } = await ok(send('POST', '/v1/deployments', { environment: 'development', items }, headers));
    expect((await ok(move(home.eve, id, 'deploy'))).status).toBe('deployed');
    return longest;
  }

  it('many items go through together, in values that D1 takes', async () => {
    const names = Array.from({ length: 10 }, () => fresh('large'));
    for (const name of names) await prompt(home.eve, name, `${name} ${'x'.repeat(250_000)}`);
    expect(await longestValueOf(names)).toBeLessThan(2_000_000);
    for (const name of names) {
      expect((await servedEverywhere(home, 'development', name)).text).toHaveLength(name.length + 250_001);
    }
  });

  it('one bundle full of what JSON escapes, too', async () => {
    const keys = Array.from({ length: 3 }, () => fresh('quotes'));
    for (const key of keys) await asset(home.eve, key, '"'.repeat(240_000));
    const name = fresh('quoted');
    await prompt(home.eve, name, keys.map((key) => `{{asset:${key}@1.0.0}}`).join(''));
    const longest = await longestValueOf([name]);
    expect(longest).toBeGreaterThan(1_400_000);
    expect(longest).toBeLessThan(2_000_000);
    expect((await servedEverywhere(home, 'development', name)).text).toBe('"'.repeat(720_000));
  });
});

describe('what changed since it was requested is not what was approved', () => {
  /** Somebody with a hand in D1. */
  const tamper = (set: string, entry: string) =>
    d1(
      `UPDATE versions SET ${set} WHERE tenant_id = ? AND entry_id IN (SELECT id FROM entries WHERE name = ?)`,
      home.tenantId,
      entry,
    );

  it.each([
    ['its text', `content = '{"text":"tampered"}'`],
    ['its text and its hash', `content = '{"text":"tampered"}', content_hash = '${'0'.repeat(64)}'`],
    ['its hash', `content_hash = '${'0'.repeat(64)}'`],
    ['its variables', `variables = '[{"name":"x","required":true}]'`],
    ['its model', `model = '{"model":"other"}'`],
  ])('%s', async (_what, set) => {
    const name = fresh('tampered');
    await prompt(home.eve, name, 'Hello');
    const { id } = await ok(ask([`prompt:${name}@1.0.0`], 'staging'));
    await ok(move(home.ben, id, 'approve'));
    await tamper(set, name);
    const answer = await move(home.eve, id, 'deploy');
    expect(refusal(answer)).toEqual(INCOMPATIBLE);
    expect(findings(answer).join()).toContain('content_changed');
    expect(await look(home, id)).toMatchObject({ status: 'approved', generation: null });
    expect(await servedEverywhere(home, 'staging', name)).toBe(404);
  });

  it('a translation of it', async () => {
    const name = fresh('tampered');
    await prompt(home.eve, name, 'Hello', { translations: [{ locale: 'fr', text: 'Bonjour' }] });
    const { id } = await ok(ask([`prompt:${name}@1.0.0`]));
    await d1(
      `UPDATE translations SET content = '{"text":"merde"}' WHERE version_id IN (SELECT version_id FROM deployment_items WHERE deployment_id = ?)`,
      id,
    );
    expect(findings(await move(home.eve, id, 'deploy')).join()).toContain('content_changed');
  });

  it.each([
    ['text', `content = '{"text":"tampered"}'`],
    ['hash', `content_hash = '${'0'.repeat(64)}'`],
  ])('an include with a tag: its %s', async (_what, set) => {
    const [inner, name] = [fresh('inner'), fresh('outer')];
    await asset(home.eve, inner, 'inner');
    await prompt(home.eve, name, `Hello {{asset:${inner}@1.0.0}}`);
    const { id } = await ok(ask([`prompt:${name}@1.0.0`]));
    await tamper(set, inner);
    const answer = await move(home.eve, id, 'deploy');
    expect([...refusal(answer), ...findings(answer)]).toEqual([...INCOMPATIBLE, 'items content_changed']);
    expect((await look(home, id)).status).toBe('approved');
  });

  it('an include with a tag: another entry of its name', async () => {
    const [inner, name] = [fresh('inner'), fresh('outer')];
    await asset(home.eve, inner, 'inner');
    await prompt(home.eve, name, `Hello {{asset:${inner}@1.0.0}}`);
    const { id } = await ok(ask([`prompt:${name}@1.0.0`]));
    await ok(home.ada.send('DELETE', `/v1/assets/${inner}`));
    expect(findings(await move(home.eve, id, 'deploy'))).toEqual(
      ['items content_changed', 'items[0] include_unresolved'].slice(1),
    );
    await asset(home.eve, inner, 'another');
    expect(findings(await move(home.eve, id, 'deploy'))).toEqual(['items content_changed']);
    expect(await servedEverywhere(home, 'development', name)).toBe(404);
  });

  it('the target or the items themselves', async () => {
    const [name, instead] = [fresh('asked'), fresh('instead')];
    await prompt(home.eve, name, 'Hello');
    await prompt(home.eve, instead, 'Something else');
    const { id } = await ok(ask([`prompt:${name}@1.0.0`], 'staging'));
    await ok(move(home.ben, id, 'approve'));
    await d1(
      `UPDATE deployment_items SET (entry_id, version_id, name, content_hash) =
        (SELECT e.id, v.id, e.name, v.content_hash FROM entries e JOIN versions v ON v.entry_id = e.id WHERE e.tenant_id = ? AND e.name = ?)
       WHERE deployment_id = ?`,
      home.tenantId,
      instead,
      id,
    );
    expect(findings(await move(home.eve, id, 'deploy'))).toEqual(['items content_changed']);
    expect(await servedEverywhere(home, 'staging', instead)).toBe(404);
  });

  it('and KV, whatever somebody wrote there, is mended by the next activation', async () => {
    const name = fresh('kv');
    await prompt(home.eve, name, 'Hello');
    await deploys([`prompt:${name}@1.0.0`]);
    await env.EDGE.put(`bundle:${home.tenantId}:development:${name}`, '{"not":"a bundle"}');
    await version(home.eve, name, '1.1.0', 'Hello!');
    await deploys([`prompt:${name}@1.1.0`]);
    expect((await servedEverywhere(home, 'development', name)).text).toBe('Hello!');
  });
});
