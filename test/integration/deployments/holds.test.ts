import { beforeAll, describe, expect, it } from 'vitest';
import { fresh, house, type House, look, refusal, servedEverywhere } from '../../support/house.ts';
import { asset, assetVersion, move, ok, prompt, release, request, version } from '../../support/team.ts';
import { d1 } from '../../support/workbench.ts';

let home: House;
let other: House;

beforeAll(async () => {
  home = await house();
  other = await house('Zoe');
});

const LOCKED: [number, string] = [409, 'version_locked'];
const path = (kind: string, name: string, tag: string, locale = 'fr') =>
  `/v1/${kind}s/${name}/versions/${tag}/translations/${locale}`;
const translates = (kind: string, name: string, tag = '1.0.0') =>
  home.eve.send('PUT', path(kind, name, tag), { text: `text ${Math.random()}` });

describe('a version that a deployment refers to is locked', () => {
  it('while it is pending, approved and deployed, its include with a tag too; other versions are not', async () => {
    const [inner, name] = [fresh('inner'), fresh('held')];
    await asset(home.eve, inner, 'inner');
    await prompt(home.eve, name, `Hello {{asset:${inner}@1.0.0}}`);
    await version(home.eve, name, '1.1.0', 'Hello!');
    await ok(translates('prompt', name));
    const { id } = await ok(request(home.eve, 'staging', [`prompt:${name}@1.0.0`]));
    const expectLocked = async () => {
      expect(refusal(await translates('prompt', name))).toEqual(LOCKED);
      expect(refusal(await translates('asset', inner))).toEqual(LOCKED);
      expect(refusal(await home.eve.send('DELETE', path('prompt', name, '1.0.0')))).toEqual(LOCKED);
      expect((await translates('prompt', name, '1.1.0')).status).toBe(200);
    };
    await expectLocked();
    await ok(move(home.ben, id, 'approve'));
    await expectLocked();
    await ok(move(home.eve, id, 'deploy'));
    await expectLocked();
    await ok(move(home.cy, id, 'rollback', { reason: 'no' }), 201);
    await expectLocked();
  });

  it.each([
    ['rejected', 'reject'],
    ['cancelled', 'cancel'],
  ])('until it is %s', async (status, verb) => {
    const [inner, name] = [fresh('inner'), fresh('freed')];
    await asset(home.eve, inner, 'inner');
    await prompt(home.eve, name, `Hello {{asset:${inner}@1.0.0}}`);
    const { id } = await ok(request(home.eve, 'staging', [`prompt:${name}@1.0.0`]));
    expect(refusal(await translates('prompt', name))).toEqual(LOCKED);
    await ok(
      move(verb === 'reject' ? home.ben : home.eve, id, verb, verb === 'reject' ? { comment: 'no' } : undefined),
    );
    expect((await look(home, id)).status).toBe(status);
    expect((await translates('prompt', name)).status).toBe(200);
    expect((await translates('asset', inner)).status).toBe(200);
  });

  it('by each of them: one that ends frees it for itself alone', async () => {
    const name = fresh('both');
    await prompt(home.eve, name, 'Hello');
    const first = await ok(request(home.eve, 'staging', [`prompt:${name}@1.0.0`]));
    const second = await ok(request(home.eve, 'production', [`prompt:${name}@1.0.0`]));
    await ok(move(home.eve, first.id, 'cancel'));
    expect(refusal(await translates('prompt', name))).toEqual(LOCKED);
    await ok(move(home.eve, second.id, 'cancel'));
    expect((await translates('prompt', name)).status).toBe(200);
  });

  it('not by a request that was refused, nor by another tenant’s', async () => {
    const name = fresh('refused');
    await prompt(home.eve, name, 'Hello');
    await prompt(other.eve, name, 'Hello');
    expect((await request(home.eve, 'staging', [`prompt:${name}@1.0.0`, 'prompt:not/there@1.0.0'])).status).toBe(422);
    await ok(request(other.eve, 'staging', [`prompt:${name}@1.0.0`]));
    expect((await translates('prompt', name)).status).toBe(200);
    expect(
      await d1(
        'SELECT * FROM holds WHERE tenant_id = ? AND label NOT LIKE ? AND entry_id IN (SELECT id FROM entries WHERE name = ?)',
        home.tenantId,
        'x',
        name,
      ),
    ).toEqual([]);
  });
});

describe('what is active is not deleted', () => {
  const away = (kind: string, name: string) => home.ada.send('DELETE', `/v1/${kind}s/${name}`);

  it('a prompt, until it is active nowhere; the refusal says where it is', async () => {
    const name = fresh('active');
    await prompt(home.eve, name, 'Hello');
    const here = await release(home.eve, [], 'development', [`prompt:${name}@1.0.0`]);
    const there = await release(home.eve, [home.ben], 'staging', [`prompt:${name}@1.0.0`]);
    const refused = await away('prompt', name);
    expect(refusal(refused)).toEqual([409, 'state_conflict']);
    expect(refused.body.errors.map((error: any) => error.message).toSorted()).toEqual([
      'is active in development',
      'is active in staging',
    ]);
    await ok(move(home.eve, here.id, 'rollback', { reason: 'no' }), 201);
    expect(refusal(await away('prompt', name))).toEqual([409, 'state_conflict']);
    const back = await ok(move(home.ben, there.id, 'rollback', { reason: 'no' }), 201);
    await ok(move(home.cy, back.id, 'approve'));
    expect((await away('prompt', name)).status).toBe(204);
    expect(await servedEverywhere(home, 'staging', name)).toBe(404);
  });

  it('an asset that is active, or inside something active by a tag, until that one moves on', async () => {
    const [plain, pinned, outer] = [fresh('plain'), fresh('pinned'), fresh('outer')];
    await asset(home.eve, plain, 'plain');
    await asset(home.eve, pinned, 'pinned');
    await prompt(home.eve, outer, `{{asset:${plain}}} {{asset:${pinned}@1.0.0}}`);
    await release(home.eve, [], 'development', [`asset:${plain}@1.0.0`, `prompt:${outer}@1.0.0`]);
    expect(refusal(await away('asset', plain))).toEqual([409, 'state_conflict']);
    expect(refusal(await away('asset', pinned))).toEqual([409, 'state_conflict']);
    await version(home.eve, outer, '2.0.0', `{{asset:${plain}}} alone`);
    const second = await release(home.eve, [], 'development', [`prompt:${outer}@2.0.0`]);
    // The rollback would bring it back, and finds it gone.
    expect((await away('asset', pinned)).status).toBe(204);
    expect(refusal(await move(home.eve, second.id, 'rollback', { reason: 'no' }))).toEqual([422, 'incompatible']);
    expect((await servedEverywhere(home, 'development', outer)).text).toBe('plain alone');
  });

  it('an asset whose newer version takes its place', async () => {
    const key = fresh('moved');
    await asset(home.eve, key, 'one');
    await assetVersion(home.eve, key, '2.0.0', 'two');
    await release(home.eve, [], 'development', [`asset:${key}@1.0.0`]);
    await release(home.eve, [], 'development', [`asset:${key}@2.0.0`]);
    expect(refusal(await away('asset', key))).toEqual([409, 'state_conflict']);
    const held = await d1(
      `SELECT version_id FROM holds WHERE kind = 'active' AND entry_id IN (SELECT id FROM entries WHERE name = ?)`,
      key,
    );
    expect(held).toHaveLength(1);
  });
});
