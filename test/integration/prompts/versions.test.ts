import { describe, expect, it } from 'vitest';
import { owner, type Person } from '../../support/client.ts';
import { apiKey, ok } from '../../support/team.ts';

const prompt = async (by: Person, kind = 'text', more: object = {}): Promise<string> =>
  (await ok(by.send('POST', '/v1/prompts', { name: `p-${crypto.randomUUID()}`, kind, ...more }))).name;
const add = (by: Person, name: string, body: object) => by.send('POST', `/v1/prompts/${name}/versions`, body);
const errorsOf = async (by: Person, name: string, body: object): Promise<string[]> => {
  const answer = await add(by, name, body);
  expect(answer.body.code, JSON.stringify(answer.body)).toBe('validation_failed');
  return answer.body.errors.map((error: any) => error.path);
};

describe('versions', () => {
  it('come back as they were written, whole or in a list', async () => {
    const ada = await owner();
    const name = await prompt(ada, 'chat');
    const body = {
      tag: '2.0.0-beta.1+build.7',
      messages: [
        { role: 'system', content: 'You are {{tone}}.' },
        { role: 'user', content: '{{question}}' },
      ],
      locale: 'EN-gb',
      changeMessage: 'A first try',
      variables: [
        { name: 'tone', type: 'string', default: 'kind', description: 'How to speak' },
        { name: 'question', required: true },
      ],
      model: { temperature: 0.2, stop: ['\n'], nested: { deep: [null, true] } },
      translations: [
        {
          locale: 'fr',
          messages: [
            { role: 'system', content: 'Tu es {{tone}}.' },
            { role: 'user', content: '{{question}}' },
          ],
        },
        {
          locale: 'de-at',
          messages: [
            { role: 'system', content: 'Du bist {{tone}}.' },
            { role: 'user', content: '{{question}}' },
          ],
        },
      ],
    };
    const made = await add(ada, name, body);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      id: expect.stringMatching(/^ver_/),
      prompt: name,
      tag: '2.0.0-beta.1+build.7',
      number: 1,
      kind: 'chat',
      locale: 'en-GB',
      messages: body.messages,
      variables: body.variables,
      model: body.model,
      changeMessage: 'A first try',
      translations: [
        { locale: 'de-AT', messages: body.translations[1]!.messages, authorId: ada.id },
        { locale: 'fr', messages: body.translations[0]!.messages, authorId: ada.id },
      ],
      contentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      author: ada.id,
      locked: false,
      warnings: [],
    });
    expect(made.body).not.toHaveProperty('text');
    const { warnings: _, ...shown } = made.body;
    expect((await ada.send('GET', `/v1/prompts/${name}/versions/2.0.0-beta.1+build.7`)).body).toEqual(shown);
    expect((await ada.send('GET', `/v1/prompts/${name}/versions/latest`)).body).toEqual(shown);
    const { messages: _messages, variables: _variables, model: _model, translations, ...summary } = shown;
    const listed = await ok(ada.send('GET', `/v1/prompts/${name}/versions`));
    const marks = translations.map(({ locale, updatedAt, authorId }: any) => ({ locale, updatedAt, authorId }));
    expect(listed).toEqual({ data: [{ ...summary, translations: marks }], nextCursor: null });
    expect((await ada.send('GET', `/v1/prompts/${name}/versions/2.0.0`)).status).toBe(404);
    expect((await ada.send('GET', `/v1/prompts/${name}/versions/two`)).status).toBe(400);
  });

  it('are tagged with the next free patch', async () => {
    const ada = await owner();
    const name = await prompt(ada);
    const tag = async (body: object = {}) => (await ok(add(ada, name, { text: 'x', ...body }))).tag;
    expect(await tag()).toBe('1.0.0');
    expect(await tag()).toBe('1.0.1');
    expect(await tag({ tag: '2.0.0-rc.1' })).toBe('2.0.0-rc.1');
    expect(await tag()).toBe('2.0.0');
    expect(await tag({ tag: '1.0.0-alpha' })).toBe('1.0.0-alpha');
    // 1.0.0 and 1.0.1 are in use.
    expect(await tag()).toBe('1.0.2');
    expect((await ok(ada.send('GET', `/v1/prompts/${name}`))).latest).toEqual({ tag: '1.0.2', number: 6 });
    expect(await tag({ tag: '3.0.999999999' })).toBe('3.0.999999999');
    const none = await add(ada, name, { text: 'x' });
    expect([none.status, none.body.code]).toEqual([409, 'state_conflict']);
    const twice = await add(ada, name, { text: 'x', tag: '1.0.0' });
    expect(twice.status).toBe(409);
    expect(twice.body).toMatchObject({ code: 'already_exists', errors: [{ path: 'tag' }] });
    for (const bad of ['1.0', 'v1.0.0', 'latest', '01.0.0', '1.0.0-', '', `1.0.0-${'x'.repeat(100)}`]) {
      expect(await errorsOf(ada, name, { text: 'x', tag: bad })).toEqual(['tag']);
    }
  });

  it('are numbered without gaps and paged from new to old', async () => {
    const ada = await owner();
    const name = await prompt(ada);
    for (let number = 1; number <= 5; number++) await ok(add(ada, name, { text: `text ${number}` }));
    const first = await ok(ada.send('GET', `/v1/prompts/${name}/versions?limit=2`));
    await ok(add(ada, name, { text: 'text 6' }));
    const second = await ok(ada.send('GET', `/v1/prompts/${name}/versions?limit=2&cursor=${first.nextCursor}`));
    const third = await ok(ada.send('GET', `/v1/prompts/${name}/versions?limit=2&cursor=${second.nextCursor}`));
    expect([first, second, third].flatMap(({ data }) => data.map((version: any) => version.number))).toEqual([
      5, 4, 3, 2, 1,
    ]);
    expect(third.nextCursor).toBeNull();
  });

  it('fit their kind', async () => {
    const ada = await owner();
    const [text, chat] = [await prompt(ada), await prompt(ada, 'chat')];
    const messages = [{ role: 'user', content: 'hi' }];
    expect(await errorsOf(ada, text, { messages })).toEqual(['messages']);
    expect(await errorsOf(ada, text, { text: 'x', messages })).toEqual(['messages']);
    expect(await errorsOf(ada, text, {})).toEqual(['text']);
    expect(await errorsOf(ada, chat, { text: 'x' })).toEqual(['text']);
    expect(await errorsOf(ada, chat, {})).toEqual(['messages']);
    expect(await errorsOf(ada, chat, { messages: [] })).toEqual(['messages']);
    expect(await errorsOf(ada, chat, { messages: [{ role: 'robot', content: 'x' }] })).toEqual(['messages[0].role']);
    const roles = (...names: string[]) => names.map((role) => ({ role, content: 'x' }));
    const bad = {
      messages: roles('system', 'user'),
      translations: [
        { locale: 'fr', messages: roles('user', 'user') },
        { locale: 'de', messages: roles('system') },
        { locale: 'it', text: 'x' },
      ],
    };
    expect(await errorsOf(ada, chat, bad)).toEqual([
      'translations[0].messages[0].role',
      'translations[1].messages',
      'translations[2].text',
    ]);
  });

  it('have locales that are told apart', async () => {
    const ada = await owner();
    const name = await prompt(ada, 'text', { locale: 'pt-BR' });
    const translated = (...locales: string[]) => ({
      text: 'x',
      translations: locales.map((locale) => ({ locale, text: 'y' })),
    });
    expect(await errorsOf(ada, name, translated('fr', 'FR', 'PT-br'))).toEqual([
      'translations[1].locale',
      'translations[2].locale',
    ]);
    expect(await errorsOf(ada, name, translated('french!'))).toEqual(['translations[0].locale']);
    expect(await errorsOf(ada, name, { text: 'x', locale: 'x_y' })).toEqual(['locale']);
    expect((await ok(add(ada, name, translated('zh-hant-tw')))).translations[0].locale).toBe('zh-Hant-TW');
  });

  it('keep to their limits', async () => {
    const ada = await owner();
    const [text, chat] = [await prompt(ada), await prompt(ada, 'chat')];
    const status = async (name: string, body: object) => {
      const answer = await add(ada, name, body);
      return answer.status === 400 ? answer.body.errors[0].path : answer.status;
    };
    expect(await status(text, { text: 'x'.repeat(262_144) })).toBe(201);
    expect(await status(text, { text: 'x'.repeat(262_145) })).toBe('text');
    // Bytes, not characters.
    expect(await status(text, { text: 'é'.repeat(131_072) })).toBe(201);
    expect(await status(text, { text: 'é'.repeat(131_073) })).toBe('text');
    expect(await status(text, { text: '' })).toBe('text');
    const messages = (count: number, content: string) =>
      Array.from({ length: count }, () => ({ role: 'user', content }));
    expect(await status(chat, { messages: messages(100, 'x') })).toBe(201);
    expect(await status(chat, { messages: messages(101, 'x') })).toBe('messages');
    expect(await status(chat, { messages: messages(2, 'x'.repeat(131_072)) })).toBe(201);
    expect(await status(chat, { messages: messages(2, 'x'.repeat(131_073)) })).toBe('messages');
    expect(await status(chat, { messages: messages(1, '') })).toBe('messages');
    const variables = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `v${index}` }));
    expect(await status(text, { text: 'x', variables: variables(200) })).toBe(201);
    expect(await status(text, { text: 'x', variables: variables(201) })).toBe('variables');
    const using = (count: number) =>
      variables(count)
        .map(({ name }) => `{{${name}}}`)
        .join('');
    expect(await status(text, { text: using(200) })).toBe(201);
    expect(await status(text, { text: using(201) })).toBe('variables');
    expect(await status(text, { text: `{{${'x'.repeat(100)}}}` })).toBe(201);
    expect(await status(text, { text: `{{${'x'.repeat(101)}}}` })).toBe('text');
    const declared = (more: object) => ({ text: 'x', variables: [{ name: 'a', ...more }] });
    expect(await status(text, declared({ name: 'x'.repeat(101) }))).toBe('variables[0].name');
    expect(await status(text, declared({ description: 'x'.repeat(1000) }))).toBe(201);
    expect(await status(text, declared({ description: 'x'.repeat(1001) }))).toBe('variables[0].description');
    expect(await status(text, declared({ default: 'x'.repeat(65_534) }))).toBe(201);
    expect(await status(text, declared({ default: 'x'.repeat(65_535) }))).toBe('variables[0].default');
    expect(await status(text, { text: 'x', variables: [{ name: 'a' }, { name: 'a' }] })).toBe('variables[1].name');
    for (const name of ['', ' a', 'a.b', '#a', '{a}', 'asset:a', 'a\nb', '\ud800']) {
      expect(await status(text, declared({ name })), JSON.stringify(name)).toBe('variables[0].name');
    }
    const translations = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ locale: `en-x-${index.toString(36)}a`, text: 'y' }));
    expect(await status(text, { text: 'x', translations: translations(99) })).toBe(201);
    expect(await status(text, { text: 'x', translations: translations(100) })).toBe('translations');
    const including = (count: number) => ({
      text: variables(count)
        .map(({ name }) => `{{asset:${name}}}`)
        .join(''),
    });
    expect(await status(text, including(200))).toBe(201);
    expect(await status(text, including(201))).toBe('text');
    expect(await status(text, { text: 'x', changeMessage: 'x'.repeat(1000) })).toBe(201);
    expect(await status(text, { text: 'x', changeMessage: 'x'.repeat(1001) })).toBe('changeMessage');
    expect(await status(text, { text: 'x', model: { a: 'x'.repeat(16_376) } })).toBe(201);
    expect(await status(text, { text: 'x', model: { a: 'x'.repeat(16_377) } })).toBe('model');
    for (const model of [[], 'x', 1, null]) expect(await status(text, { text: 'x', model })).toBe('model');
    const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
    expect(await status(text, { text: 'x', model: { a: deep(99) } })).toBe(201);
    expect(await status(text, { text: 'x', model: { a: deep(100) } })).toBe('model');
    const endless = `{"text":"x","model":{"a":${'['.repeat(8000)}${']'.repeat(8000)}}}`;
    expect((await ada.send('POST', `/v1/prompts/${text}/versions`, endless)).status).toBe(400);
    expect(await status(text, { text: 'x', surprise: 1 })).toBe('body');
  });

  it('refuse what cannot be stored as it is', async () => {
    const ada = await owner();
    const [text, chat] = [await prompt(ada), await prompt(ada, 'chat')];
    for (const bad of ['a\0b', 'a\ud800b', '\udc00']) {
      expect(await errorsOf(ada, text, { text: bad })).toEqual(['text']);
      expect(
        await errorsOf(ada, chat, {
          messages: [
            { role: 'user', content: 'ok' },
            { role: 'user', content: bad },
          ],
        }),
      ).toEqual(['messages[1].content']);
      expect(await errorsOf(ada, text, { text: 'x', translations: [{ locale: 'fr', text: bad }] })).toEqual([
        'translations[0].text',
      ]);
      expect(await errorsOf(ada, text, { text: 'x', changeMessage: bad })).toEqual(['changeMessage']);
      expect(await errorsOf(ada, text, { text: 'x', model: { [bad]: 1 } })).toEqual(['model']);
      expect(await errorsOf(ada, text, { text: 'x', variables: [{ name: 'a', default: [bad] }] })).toEqual([
        'variables[0].default',
      ]);
    }
  });

  it('have defaults of their type', async () => {
    const ada = await owner();
    const name = await prompt(ada);
    const values = { string: 'a', number: 1, boolean: false, array: [1], object: { a: 1 } };
    for (const [type, value] of Object.entries(values)) {
      for (const [other, wrong] of [...Object.entries(values), ['null', null]] as const) {
        const { status, body } = await add(ada, name, {
          text: '{{v}}',
          variables: [{ name: 'v', type, default: wrong }],
        });
        expect(status, `${type} ${other}`).toBe(type === other ? 201 : 400);
        if (status === 201) expect(body.variables).toEqual([{ name: 'v', type, default: value }]);
        else expect(body.errors[0].path).toBe('variables[0].default');
      }
    }
    expect((await ok(add(ada, name, { text: '{{v}}', variables: [{ name: 'v', default: null }] }))).variables).toEqual([
      { name: 'v', default: null },
    ]);
  });

  it('say where their templates are wrong', async () => {
    const ada = await owner();
    const chat = await prompt(ada, 'chat');
    const { body } = await add(ada, chat, {
      messages: [
        { role: 'system', content: 'fine' },
        { role: 'user', content: 'line 1\n  {{#a}}{{/b}}' },
      ],
      translations: [
        {
          locale: 'fr',
          messages: [
            { role: 'system', content: '{{> partial}}' },
            { role: 'user', content: '{{asset:a//b}}' },
          ],
        },
      ],
    });
    expect(body.errors).toMatchObject([
      { path: 'messages[1].content', code: 'template_syntax', position: { line: 2, column: 9, offset: 15 } },
      { path: 'messages[1].content', code: 'template_syntax', position: { line: 2, column: 3, offset: 9 } },
      { path: 'translations[0].messages[0].content', code: 'unsupported_tag', position: { offset: 0 } },
      { path: 'translations[0].messages[1].content', code: 'include_name_invalid', position: { offset: 0 } },
    ]);
    expect(body.errors.every((error: any) => error.message.length > 10)).toBe(true);
  });

  it('warn of what is likely a slip', async () => {
    const [ada, bob] = [await owner('Ada'), await owner('Bob')];
    await ok(bob.send('POST', '/v1/assets', { key: 'theirs', version: { text: 'x' } }));
    await ok(ada.send('POST', '/v1/assets', { key: 'empty' }));
    await ok(ada.send('POST', '/v1/assets', { key: 'known', version: { text: 'x', tag: '1.2.0' } }));
    const name = await prompt(ada);
    const made = await ok(
      add(ada, name, {
        text: 'Hi {{who}}\n{{asset:known}} {{asset:known@1.2.0}} {{asset:known@9.9.9}} {{asset:theirs}} {{asset:empty}} {{prompt:known}} {{asset:theirs}}',
        variables: [{ name: 'nobody' }],
        translations: [{ locale: 'fr', text: '{{quoi}} {{asset:theirs}}' }],
      }),
    );
    const seen = made.warnings.map(({ code, path, position }: any) => [code, path, position?.offset ?? null]);
    expect(seen).toEqual([
      ['include_unknown', 'text', expect.any(Number)],
      ['include_unknown', 'text', expect.any(Number)],
      ['include_unknown', 'text', expect.any(Number)],
      ['include_unknown', 'text', expect.any(Number)],
      ['include_unknown', 'translations[0].text', 9],
      ['variable_undeclared', 'text', 3],
      ['variable_undeclared', 'translations[0].text', 0],
    ]);
    expect(made.warnings.map(({ message }: any) => message)).toEqual([
      'The asset "known" has no version 9.9.9.',
      'There is no asset "theirs".',
      'The asset "empty" has no version yet.',
      'There is no prompt "known".',
      'There is no asset "theirs".',
      expect.stringContaining('"who"'),
      expect.stringContaining('"quoi"'),
    ]);
    // What is declared is kept as it is.
    expect(made.variables).toEqual([{ name: 'nobody' }]);
    const unused = await ok(add(ada, name, { text: '{{a}}', variables: [{ name: 'b' }, { name: 'a' }] }));
    expect(unused.warnings).toMatchObject([{ code: 'variable_unused', path: 'variables[0]', position: null }]);
    const first = await ok(
      ada.send('POST', '/v1/prompts', {
        name: 'x',
        kind: 'text',
        version: { text: '{{asset:theirs}}', variables: [{ name: 'b' }] },
      }),
    );
    expect(first.version.warnings).toMatchObject([
      { code: 'include_unknown', path: 'version.text', position: { offset: 0 } },
    ]);
  });

  it('infer their variables where none are declared', async () => {
    const ada = await owner();
    const name = await prompt(ada);
    const made = await ok(
      add(ada, name, {
        text: '{{a}} {{#list}}{{b}}{{/list}}',
        translations: [{ locale: 'fr', text: '{{a}} {{c.d}}' }],
      }),
    );
    expect(made.variables).toEqual([
      { name: 'a', required: true },
      { name: 'list', required: false },
      { name: 'b', required: false },
      { name: 'c', required: true },
    ]);
    expect(made.warnings).toEqual([]);
  });

  it('have a hash of what they say', async () => {
    const ada = await owner();
    const [one, two, chat] = [await prompt(ada), await prompt(ada), await prompt(ada, 'chat')];
    const hash = async (name: string, body: object) => (await ok(add(ada, name, body))).contentHash;
    const base = {
      text: 'x',
      locale: 'en',
      model: { a: 1, b: 2 },
      translations: [
        { locale: 'fr', text: 'y' },
        { locale: 'de', text: 'z' },
      ],
    };
    const first = await hash(one, base);
    expect(
      await hash(two, {
        ...base,
        changeMessage: 'other',
        model: { b: 2, a: 1 },
        translations: base.translations.toReversed(),
      }),
    ).toBe(first);
    const others = [
      { ...base, text: 'X' },
      { ...base, locale: 'es' },
      { ...base, model: { a: 1 } },
      { ...base, variables: [{ name: 'v' }] },
      { ...base, translations: base.translations.slice(1) },
      { ...base, translations: [{ locale: 'it', text: 'y' }, base.translations[1]!] },
    ];
    const hashes = new Set([first]);
    for (const other of others) hashes.add(await hash(one, other));
    hashes.add(await hash(chat, { messages: [{ role: 'user', content: 'x' }] }));
    hashes.add(await hash(chat, { messages: [{ role: 'system', content: 'x' }] }));
    expect(hashes.size).toBe(others.length + 3);
  });

  it('name the person who answers for an API key', async () => {
    const ada = await owner();
    const key = await apiKey(ada, ['prompts:write', 'prompts:read']);
    const { version } = await ok(
      key.send('POST', '/v1/prompts', {
        name: 'keyed',
        kind: 'text',
        version: { text: 'x', translations: [{ locale: 'fr', text: 'y' }] },
      }),
    );
    expect(version).toMatchObject({ author: key.id, translations: [{ authorId: ada.id }] });
  });

  it('one of two writers of a tag wins; without tags both do', async () => {
    const ada = await owner();
    const name = await prompt(ada);
    const same = await Promise.all(
      Array.from({ length: 4 }, (_, index) => add(ada, name, { tag: '1.0.0', text: `text ${index}` })),
    );
    expect(same.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409]);
    expect(same.filter(({ status }) => status === 409).map(({ body }) => body.code)).toEqual(
      Array(3).fill('already_exists'),
    );
    const free = await Promise.all(Array.from({ length: 6 }, (_, index) => add(ada, name, { text: `free ${index}` })));
    expect(free.map(({ status }) => status)).toEqual(Array(6).fill(201));
    const { data } = await ok(ada.send('GET', `/v1/prompts/${name}/versions`));
    expect(data.map((version: any) => [version.number, version.tag])).toEqual(
      [7, 6, 5, 4, 3, 2, 1].map((number) => [number, `1.0.${number - 1}`]),
    );
    const mixed = await Promise.all([
      add(ada, name, { tag: '1.0.7', text: 'a' }),
      add(ada, name, { text: 'b' }),
      add(ada, name, { tag: '2.0.0', text: 'c' }),
    ]);
    const explicit = mixed.filter((_, index) => index !== 1);
    expect(mixed[1].status).toBe(201);
    expect(explicit.every(({ status, body }) => status === 201 || body.code === 'already_exists')).toBe(true);
    const numbers = (await ok(ada.send('GET', `/v1/prompts/${name}/versions`))).data.map(
      (version: any) => version.number,
    );
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => numbers.length - index));
  });
});

describe('diff', () => {
  it('shows what differs, in each locale', async () => {
    const ada = await owner();
    const name = await prompt(ada);
    const translations = (fr: string) => [
      { locale: 'fr', text: fr },
      { locale: 'de', text: 'gleich' },
    ];
    await ok(add(ada, name, { text: 'Hello old\nworld', translations: translations('Bonjour'), model: { t: 1 } }));
    await ok(
      add(ada, name, {
        text: 'Hello new\nworld',
        translations: [...translations('Salut'), { locale: 'it', text: 'Ciao' }],
        variables: [{ name: 'a' }],
      }),
    );
    const diff = async (query: string) => ok(ada.send('GET', `/v1/prompts/${name}/diff?${query}`));
    const all = await diff('from=1.0.0&to=latest');
    expect([all.from, all.to]).toEqual(['1.0.0', '1.0.1']);
    expect(all.hunks.map((hunk: any) => hunk.path)).toEqual([
      'text',
      'variables',
      'model',
      'translations.fr.text',
      'translations.it.text',
    ]);
    expect(all.hunks[0].lines[0]).toEqual({
      op: 'delete',
      oldLine: 1,
      newLine: null,
      text: 'Hello old',
      words: [
        { op: 'equal', text: 'Hello ' },
        { op: 'delete', text: 'old' },
      ],
    });
    expect(all.unified).toContain('--- 1.0.0/text\n+++ 1.0.1/text\n');
    expect(all.unified).toContain('-Bonjour\n');
    expect(all.unified).toContain('+Salut\n');
    expect(all.unified).toContain('--- /dev/null\n+++ 1.0.1/translations.it/text\n');
    const french = await diff('from=1.0.0&to=1.0.1&locale=fr-CA');
    expect(french.hunks.map((hunk: any) => hunk.path)).toEqual(['text', 'variables', 'model']);
    expect(french.hunks[0].lines.map((line: any) => line.text)).toEqual(['Bonjour', 'Salut']);
    // Only the newer one speaks Italian: the older serves its own.
    expect((await diff('from=1.0.0&to=1.0.1&locale=it')).hunks[0].lines.map((line: any) => line.text)).toEqual([
      'Hello old',
      'world',
      'Ciao',
    ]);
    expect(await diff('from=1.0.1&to=latest')).toMatchObject({ hunks: [], unified: '' });
    expect((await ada.send('GET', `/v1/prompts/${name}/diff?from=1.0.0&to=9.9.9`)).status).toBe(404);
    expect((await ada.send('GET', `/v1/prompts/${name}/diff?from=1.0.0`)).status).toBe(400);
    expect((await ada.send('GET', `/v1/prompts/${name}/diff?from=1.0.0&to=latest&locale=?!`)).status).toBe(400);
  });

  it('compares messages', async () => {
    const ada = await owner();
    const name = await prompt(ada, 'chat');
    await ok(add(ada, name, { messages: [{ role: 'user', content: 'a' }] }));
    await ok(
      add(ada, name, {
        messages: [
          { role: 'system', content: 'a' },
          { role: 'user', content: 'b' },
        ],
      }),
    );
    const { hunks } = await ok(ada.send('GET', `/v1/prompts/${name}/diff?from=1.0.0&to=1.0.1`));
    expect(hunks.map((hunk: any) => hunk.path)).toEqual([
      'messages[0].role',
      'messages[1].role',
      'messages[1].content',
    ]);
  });
});
