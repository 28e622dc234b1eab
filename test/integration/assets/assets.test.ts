import { describe, expect, it } from 'vitest';
import { owner } from '../../support/client.ts';
import { apiKey, ok } from '../../support/team.ts';
import { hold } from '../content/interposed.ts';

describe('assets', () => {
  it('are texts with a key, versions and translations', async () => {
    const ada = await owner();
    const made = await ada.send('POST', '/v1/assets', {
      key: 'legal/footer',
      title: 'Footer',
      version: { text: 'All rights {{x}}', translations: [{ locale: 'fr', text: 'Tous droits {{x}}' }] },
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      id: expect.stringMatching(/^ast_/),
      key: 'legal/footer',
      kind: 'text',
      latest: { tag: '1.0.0', number: 1 },
      version: { asset: 'legal/footer', tag: '1.0.0', text: 'All rights {{x}}' },
    });
    expect(made.body).not.toHaveProperty('name');
    expect(made.body.version).not.toHaveProperty('prompt');
    const at = '/v1/assets/legal%2Ffooter';
    expect((await ok(ada.send('POST', `${at}/versions`, { text: 'v2' }))).tag).toBe('1.0.1');
    expect(
      (await ok(ada.send('PUT', `${at}/versions/1.0.1/translations/fr`, { text: 'deux' }))).translations,
    ).toHaveLength(1);
    expect((await ok(ada.send('GET', `${at}/diff?from=1.0.0&to=1.0.1`))).hunks).toHaveLength(3);
    expect((await ada.send('DELETE', `${at}/versions/1.0.1/translations/fr`)).status).toBe(204);
    expect((await ok(ada.send('PATCH', at, { description: 'd' }))).description).toBe('d');
    expect((await ok(ada.send('GET', '/v1/assets?q=foot'))).data[0].key).toBe('legal/footer');
    expect((await ada.send('POST', '/v1/assets', { key: 'legal/footer' })).body.errors[0].path).toBe('key');
    expect((await ada.send('POST', `${at}/versions/latest/render`, { variables: {} })).status).toBe(404);
    const actions = (await ok(ada.send('GET', '/v1/audit-events?limit=100'))).data.map((event: any) => event.action);
    for (const action of ['asset.create', 'asset.update', 'version.create', 'translation.put', 'translation.delete'])
      expect(actions).toContain(action);
  });

  it('are never chats', async () => {
    const ada = await owner();
    expect((await ada.send('POST', '/v1/assets', { key: 'a', kind: 'text' })).status).toBe(201);
    expect((await ada.send('POST', '/v1/assets', { key: 'b', kind: 'chat' })).body.errors[0].path).toBe('kind');
    expect((await ada.send('POST', '/v1/assets', { name: 'c' })).status).toBe(400);
    const chat = { messages: [{ role: 'user', content: 'x' }] };
    expect((await ada.send('POST', '/v1/assets/a/versions', chat)).body.errors[0].path).toBe('messages');
  });

  it('of another tenant are not there', async () => {
    const [ada, bob] = [await owner('Ada'), await owner('Bob')];
    const { id } = await ok(ada.send('POST', '/v1/assets', { key: 'secret', version: { text: 'x' } }));
    for (const reference of [id, 'secret']) {
      for (const rest of ['', '/versions', '/versions/latest', '/diff?from=latest&to=latest']) {
        expect((await bob.send('GET', `/v1/assets/${reference}${rest}`)).body.code, rest).toBe('not_found');
      }
      expect((await bob.send('DELETE', `/v1/assets/${reference}`)).status).toBe(404);
      expect((await bob.send('POST', `/v1/assets/${reference}/versions`, { text: 'x' })).status).toBe(404);
    }
    expect((await ok(bob.send('GET', '/v1/assets'))).data).toEqual([]);
    expect((await bob.send('POST', '/v1/assets', { key: 'secret' })).status).toBe(201);
  });

  it('stay while something active includes them', async () => {
    const ada = await owner();
    const { version } = await ok(ada.send('POST', '/v1/assets', { key: 'used', version: { text: 'x' } }));
    await hold(ada, version.id, 'active', 'production', 'env_1:prm_1');
    const { status, body } = await ada.send('DELETE', '/v1/assets/used');
    expect([status, body.code]).toEqual([409, 'state_conflict']);
    expect(body.detail).toContain('production');
  });

  it('have permissions of their own', async () => {
    const ada = await owner();
    const prompts = await apiKey(ada, ['prompts:read', 'prompts:write']);
    const assets = await apiKey(ada, ['assets:read', 'assets:write']);
    expect((await prompts.send('POST', '/v1/assets', { key: 'a' })).status).toBe(403);
    expect((await prompts.send('GET', '/v1/assets')).status).toBe(403);
    expect((await assets.send('POST', '/v1/assets', { key: 'a' })).status).toBe(201);
    expect((await assets.send('GET', '/v1/prompts')).status).toBe(403);
  });
});
