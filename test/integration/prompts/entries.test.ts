import { describe, expect, it } from 'vitest';
import { owner } from '../../support/client.ts';
import { apiKey, member, ok } from '../../support/team.ts';

const at = (name: string, rest = ''): string => `/v1/prompts/${encodeURIComponent(name)}${rest}`;

describe('prompts', () => {
  it('are made, shown, changed and deleted', async () => {
    const ada = await owner();
    const made = await ada.send('POST', '/v1/prompts', {
      name: 'support/greeting',
      kind: 'text',
      title: 'Greeting',
      tags: ['Support', ' support ', 'Tone'],
      locale: 'en-us',
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      id: expect.stringMatching(/^prm_/),
      name: 'support/greeting',
      kind: 'text',
      title: 'Greeting',
      description: null,
      category: null,
      tags: ['support', 'tone'],
      locale: 'en-US',
      latest: null,
      createdBy: ada.id,
    });
    expect(made.body).not.toHaveProperty('version');
    expect((await ada.send('GET', at(made.body.id))).body).toEqual(made.body);
    expect((await ada.send('GET', at('support/greeting'))).body).toEqual(made.body);

    const changed = await ada.send('PATCH', at('support/greeting'), { title: null, category: 'Care', tags: null });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ title: null, category: 'Care', tags: [], description: null });
    const { updatedAt, ...rest } = changed.body;
    expect(updatedAt >= made.body.updatedAt).toBe(true);
    expect((await ada.send('GET', at('support/greeting'))).body).toEqual({ ...rest, updatedAt });

    expect((await ada.send('DELETE', at('support/greeting'))).status).toBe(204);
    for (const [method, body] of [['GET'], ['PATCH', { title: 'x' }], ['DELETE']] as const) {
      expect((await ada.send(method, at(made.body.id), body)).status, method).toBe(404);
    }
    // The name is free again, and the versions of the old one are not the new one's.
    const again = await ada.send('POST', '/v1/prompts', { name: 'support/greeting', kind: 'chat' });
    expect(again.status).toBe(201);
    expect(again.body.id).not.toBe(made.body.id);
    const { data } = await ok(ada.send('GET', '/v1/audit-events?limit=100'));
    expect(data.map((event: any) => event.action).filter((action: string) => action.startsWith('prompt.'))).toEqual([
      'prompt.create',
      'prompt.delete',
      'prompt.update',
      'prompt.create',
    ]);
  });

  it('have names of one tenant, used once', async () => {
    const [ada, bob] = [await owner('Ada'), await owner('Bob')];
    const body = { name: 'greeting', kind: 'text' };
    expect((await ada.send('POST', '/v1/prompts', body)).status).toBe(201);
    const twice = await ada.send('POST', '/v1/prompts', { ...body, version: { text: 'x' } });
    expect(twice.status).toBe(409);
    expect(twice.body).toMatchObject({ code: 'already_exists', errors: [{ path: 'name' }] });
    expect((await bob.send('POST', '/v1/prompts', body)).status).toBe(201);
    // An asset is another thing.
    expect((await ada.send('POST', '/v1/assets', { key: 'greeting' })).status).toBe(201);

    const racing = await Promise.all(
      Array.from({ length: 5 }, () =>
        ada.send('POST', '/v1/prompts', { name: 'raced', kind: 'text', version: { text: 'x' } }),
      ),
    );
    expect(racing.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409, 409]);
    expect((await ada.send('GET', at('raced', '/versions'))).body.data).toHaveLength(1);
  });

  it('are made with a first version, or not at all', async () => {
    const ada = await owner();
    const made = await ada.send('POST', '/v1/prompts', {
      name: 'greeting',
      kind: 'text',
      locale: 'de',
      tags: ['a'],
      version: { text: 'Hallo {{name}}', translations: [{ locale: 'en', text: 'Hello {{name}}' }] },
    });
    expect(made.status).toBe(201);
    expect(made.body.latest).toEqual({ tag: '1.0.0', number: 1 });
    expect(made.body.version).toMatchObject({
      tag: '1.0.0',
      number: 1,
      locale: 'de',
      prompt: 'greeting',
      warnings: [],
    });
    const { version, ...prompt } = made.body;
    const { warnings: _, ...shown } = version;
    expect((await ada.send('GET', at('greeting'))).body).toEqual(prompt);
    expect((await ada.send('GET', at('greeting', '/versions/1.0.0'))).body).toEqual(shown);

    const broken = {
      name: 'broken',
      kind: 'text',
      version: { text: '{{#open}}', translations: [{ locale: 'fr', text: '{{' }] },
    };
    const refused = await ada.send('POST', '/v1/prompts', broken);
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toMatchObject([
      { path: 'version.text', code: 'template_syntax', position: { offset: 0, line: 1, column: 1 } },
      { path: 'version.translations[0].text', code: 'template_syntax' },
    ]);
    expect((await ada.send('GET', at('broken'))).status).toBe(404);
    expect((await ada.send('GET', '/v1/prompts?q=broken')).body.data).toEqual([]);
  });

  it.each([
    'support/greeting',
    '100%',
    '100%25',
    '%2F',
    'a+b',
    'what?',
    'a b',
    'größe/日本語',
    'a/../b',
    '...',
    '#&=;:@$,!\'()*"\\^`~[]',
    '🎭/é',
  ])('are found by the percent-encoded name %s', async (name) => {
    const ada = await owner();
    const made = await ada.send('POST', '/v1/prompts', { name, kind: 'text', version: { text: 'x' } });
    expect(made.body.name, JSON.stringify(made.body)).toBe(name);
    expect((await ada.send('GET', at(name))).body.id).toBe(made.body.id);
    expect((await ada.send('POST', at(name, '/versions'), { text: 'y' })).body).toMatchObject({
      tag: '1.0.1',
      prompt: name,
    });
    expect((await ada.send('GET', at(name, '/versions'))).body.data).toHaveLength(2);
    expect((await ada.send('PUT', at(name, '/versions/1.0.1/translations/fr'), { text: 'z' })).status).toBe(200);
    expect((await ada.send('DELETE', at(name))).status).toBe(204);
  });

  it('refuse names that would do harm', async () => {
    const ada = await owner();
    const bad = [
      '',
      ' a',
      'a//b',
      '/a',
      'a/',
      '<a>',
      '{{x}}',
      'a|b',
      'a\nb',
      'a\0b',
      '\ud800',
      'x'.repeat(256),
      '.',
      '..',
      'prm_01jd3z8v4q6r0s2t4v6w8y0a2c',
    ];
    for (const name of bad) {
      const { status, body } = await ada.send('POST', '/v1/prompts', { name, kind: 'text' });
      expect(status, JSON.stringify(name)).toBe(400);
      expect(body.errors[0].path).toBe('name');
    }
    expect((await ada.send('POST', '/v1/prompts', { name: 'x'.repeat(255), kind: 'text' })).status).toBe(201);
  });

  it('keep to their limits', async () => {
    const ada = await owner();
    const make = async (more: object) => {
      const { status, body } = await ada.send('POST', '/v1/prompts', {
        name: crypto.randomUUID(),
        kind: 'text',
        ...more,
      });
      return status === 400 ? body.errors[0].path : status;
    };
    const tags = (count: number) => Array.from({ length: count }, (_, index) => `tag ${index}`);
    expect(await make({ title: 'x'.repeat(200), description: 'x'.repeat(2000), category: 'x'.repeat(100) })).toBe(201);
    expect(await make({ title: 'x'.repeat(201) })).toBe('title');
    expect(await make({ description: 'x'.repeat(2001) })).toBe('description');
    expect(await make({ category: 'x'.repeat(101) })).toBe('category');
    expect(await make({ title: 'a\0b' })).toBe('title');
    expect(await make({ description: '\udc00' })).toBe('description');
    expect(await make({ tags: tags(50) })).toBe(201);
    expect(await make({ tags: tags(51) })).toBe('tags');
    expect(await make({ tags: ['x'.repeat(50)] })).toBe(201);
    expect(await make({ tags: ['x'.repeat(51)] })).toBe('tags[0]');
    expect(await make({ tags: ['a', ' '] })).toBe('tags[1]');
    expect(await make({ locale: 'english please' })).toBe('locale');
    expect(await make({ kind: 'image' })).toBe('kind');
    expect(await make({ kind: undefined })).toBe('kind');
    expect(await make({ surprise: 1 })).toBe('body');
    const { name } = (await ada.send('POST', '/v1/prompts', { name: 'fixed', kind: 'text' })).body;
    expect((await ada.send('PATCH', at(name), { name: 'other' })).status).toBe(400);
    expect((await ada.send('PATCH', at(name), {})).status).toBe(400);
    expect((await ada.send('PATCH', at(name), { tags: tags(51) })).status).toBe(400);
  });

  it('are listed by name, whatever others write meanwhile', async () => {
    const [ada, bob] = [await owner('Ada'), await owner('Bob')];
    const make = (by: typeof ada, name: string, more: object = {}) =>
      ok(by.send('POST', '/v1/prompts', { name, kind: 'text', ...more }));
    for (const name of ['b', 'd', 'f', 'h']) await make(ada, name, { tags: ['even'], category: 'letters' });
    await make(ada, 'chatty', { kind: 'chat', tags: ['odd'] });
    await make(bob, 'c', { tags: ['even'] });
    const first = await ok(ada.send('GET', '/v1/prompts?limit=2'));
    expect(first.data.map((prompt: any) => prompt.name)).toEqual(['b', 'chatty']);
    await make(ada, 'a');
    await make(ada, 'e');
    await ok(ada.send('DELETE', '/v1/prompts/f'));
    const second = await ok(ada.send('GET', `/v1/prompts?limit=100&cursor=${first.nextCursor}`));
    expect(second).toMatchObject({ data: [{ name: 'd' }, { name: 'e' }, { name: 'h' }], nextCursor: null });

    const names = async (query: string) =>
      (await ok(ada.send('GET', `/v1/prompts?${query}`))).data.map((prompt: any) => prompt.name);
    expect(await names('tag=EVEN')).toEqual(['b', 'd', 'h']);
    expect(await names('category=letters&tag=even&limit=2')).toEqual(['b', 'd']);
    expect(await names('kind=chat')).toEqual(['chatty']);
    expect(await names('category=Letters')).toEqual([]);
    for (const query of [
      'limit=0',
      'limit=101',
      'cursor=x',
      'kind=image',
      'q=',
      `q=${'x'.repeat(201)}`,
      'tag=',
      'cursor=WzFd',
    ]) {
      expect((await ada.send('GET', `/v1/prompts?${query}`)).status, query).toBe(400);
    }
  });

  it('of another tenant are not there', async () => {
    const [ada, bob] = [await owner('Ada'), await owner('Bob')];
    const { id } = await ok(ada.send('POST', '/v1/prompts', { name: 'secret', kind: 'text', version: { text: 'x' } }));
    for (const reference of [id, 'secret']) {
      for (const [method, rest, body] of [
        ['GET', ''],
        ['PATCH', '', { title: 'mine' }],
        ['DELETE', ''],
        ['GET', '/versions'],
        ['POST', '/versions', { text: 'x' }],
        ['GET', '/versions/latest'],
        ['GET', '/diff?from=1.0.0&to=latest'],
        ['PUT', '/versions/1.0.0/translations/fr', { text: 'x' }],
        ['DELETE', '/versions/1.0.0/translations/fr'],
        ['POST', '/versions/1.0.0/render', { variables: {} }],
      ] as const) {
        const { status, body: problem } = await bob.send(method, at(reference, rest), body);
        expect([status, problem.code], `${method} ${rest}`).toEqual([404, 'not_found']);
      }
    }
    // Neither is an asset a prompt.
    const asset = await ok(ada.send('POST', '/v1/assets', { key: 'note' }));
    expect((await ada.send('GET', at(asset.id))).status).toBe(404);
    expect((await ada.send('GET', at('note'))).status).toBe(404);
    expect((await ada.send('GET', `/v1/assets/${id}`)).status).toBe(404);
    expect((await ada.send('GET', at('secret'))).body.title).toBeNull();
  });

  it('are written by those who may', async () => {
    const ada = await owner();
    const viewer = await member(ada, 'viewer');
    const editor = await member(ada, 'editor');
    const key = await apiKey(ada, ['prompts:read']);
    await ok(editor.send('POST', '/v1/prompts', { name: 'greeting', kind: 'text', version: { text: 'x' } }));
    for (const reader of [viewer, key]) {
      expect((await reader.send('GET', '/v1/prompts/greeting')).status).toBe(200);
      expect((await reader.send('POST', '/v1/prompts/greeting/versions/latest/render', { variables: {} })).status).toBe(
        200,
      );
      expect((await reader.send('POST', '/v1/prompts', { name: 'x', kind: 'text' })).status).toBe(403);
      expect((await reader.send('PATCH', '/v1/prompts/greeting', { title: 'x' })).status).toBe(403);
      expect((await reader.send('DELETE', '/v1/prompts/greeting')).status).toBe(403);
      expect((await reader.send('POST', '/v1/prompts/greeting/versions', { text: 'x' })).status).toBe(403);
      expect(
        (await reader.send('PUT', '/v1/prompts/greeting/versions/1.0.0/translations/fr', { text: 'x' })).status,
      ).toBe(403);
      expect((await reader.send('DELETE', '/v1/prompts/greeting/versions/1.0.0/translations/fr')).status).toBe(403);
    }
    expect((await key.send('GET', '/v1/assets')).status).toBe(403);
  });

  it('are made once under an Idempotency-Key', async () => {
    const ada = await owner();
    const again = { 'idempotency-key': 'one' };
    const body = { name: 'greeting', kind: 'text', version: { text: 'x' } };
    const first = await ada.send('POST', '/v1/prompts', body, again);
    const second = await ada.send('POST', '/v1/prompts', body, again);
    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    const version = { text: 'y' };
    const [one, two] = [
      await ada.send('POST', '/v1/prompts/greeting/versions', version, { 'idempotency-key': 'two' }),
      await ada.send('POST', '/v1/prompts/greeting/versions', version, { 'idempotency-key': 'two' }),
    ];
    expect(two.body).toEqual(one.body);
    expect((await ada.send('GET', '/v1/prompts/greeting')).body.latest).toEqual({ tag: '1.0.1', number: 2 });
    // What failed is not remembered.
    const refused = { ...body, title: 'once more' };
    expect((await ada.send('POST', '/v1/prompts', refused, { 'idempotency-key': 'three' })).status).toBe(409);
    expect((await ada.send('POST', '/v1/prompts', refused, { 'idempotency-key': 'three' })).body.code).toBe(
      'already_exists',
    );
  });
});
