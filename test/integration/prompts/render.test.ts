import { describe, expect, it } from 'vitest';
import { owner, type Person } from '../../support/client.ts';
import { asset, assetVersion, ok, prompt } from '../../support/team.ts';

const render = (by: Person, name: string, variables: object, more: object = {}, tag = 'latest') =>
  by.send('POST', `/v1/prompts/${encodeURIComponent(name)}/versions/${tag}/render`, { variables, ...more });

describe('rendering', () => {
  it('gives a text, or messages, in the locale that fits', async () => {
    const ada = await owner();
    await prompt(ada, 'text', 'Hello {{name}}', {
      translations: [
        { locale: 'fr', text: 'Bonjour {{name}}' },
        { locale: 'fr-CA', text: 'Allô {{name}}' },
      ],
    });
    const name = { name: 'Ada' };
    expect((await render(ada, 'text', name)).body).toEqual({
      text: 'Hello Ada',
      locale: 'en',
      fallback: false,
      tag: '1.0.0',
    });
    expect((await render(ada, 'text', name, { locale: 'fr-ca' })).body).toMatchObject({
      text: 'Allô Ada',
      locale: 'fr-CA',
      fallback: false,
    });
    expect((await render(ada, 'text', name, { locale: 'fr-BE' })).body).toMatchObject({
      text: 'Bonjour Ada',
      locale: 'fr',
      fallback: true,
    });
    expect((await render(ada, 'text', name, { locale: 'de' })).body).toMatchObject({
      text: 'Hello Ada',
      locale: 'en',
      fallback: true,
    });
    const messages = [
      { role: 'system', content: 'Be {{tone}}' },
      { role: 'user', content: '{{#items}}<{{.}}>{{/items}}' },
    ];
    await ok(ada.send('POST', '/v1/prompts', { name: 'chat', kind: 'chat', version: { messages } }));
    expect((await render(ada, 'chat', { tone: 'kind', items: ['a', '&'] }, {}, '1.0.0')).body).toEqual({
      messages: [
        { role: 'system', content: 'Be kind' },
        { role: 'user', content: '<a><&>' },
      ],
      locale: 'en',
      fallback: false,
      tag: '1.0.0',
    });
  });

  it('puts values in as they are, and never reads them again', async () => {
    const ada = await owner();
    await asset(ada, 'secret', 'not for you');
    await prompt(ada, 'echo', '{{v}}', { variables: [{ name: 'v' }] });
    for (const value of ['{{asset:secret}}', '{{v}}', '<b>&"', '{{{v}}}', '{{#v}}', '\\1$&']) {
      expect((await render(ada, 'echo', { v: value })).body.text).toBe(value);
    }
    // A value that names itself would look the same, had it been read again.
    await prompt(ada, 'two', '{{v}}', { variables: [{ name: 'v' }, { name: 'w', required: false }] });
    for (const value of ['{{w}}', '{{{w}}}', '{{#w}}x{{/w}}{{^w}}y{{/w}}', '{{! w }}']) {
      expect((await render(ada, 'two', { v: value, w: 'W' })).body.text).toBe(value);
    }
    expect((await render(ada, 'echo', { v: 0 })).body.text).toBe('0');
    await prompt(ada, 'odd', '{{__proto__}}|{{constructor}}|{{toString}}');
    expect(
      (
        await ada.send(
          'POST',
          '/v1/prompts/odd/versions/latest/render',
          '{"variables":{"__proto__":"a","constructor":"b","toString":"c"}}',
        )
      ).body.text,
    ).toBe('a|b|c');
    expect((await render(ada, 'odd', {})).body.errors.map((error: any) => error.path)).toEqual([
      'variables.__proto__',
      'variables.constructor',
      'variables.toString',
    ]);
  });

  it('names every variable that is missing or of another type', async () => {
    const ada = await owner();
    await asset(ada, 'footer', '{{company}}', {
      variables: [
        { name: 'company', default: 'Acme' },
        { name: 'year', type: 'number' },
      ],
    });
    await prompt(ada, 'p', '{{a}} {{b}} {{undeclared}} {{opt}} {{asset:footer}}', {
      variables: [
        { name: 'a' },
        { name: 'b', default: 'B' },
        { name: 'opt', required: false },
        { name: 'n', type: 'number', required: false },
      ],
    });
    const missing = await render(ada, 'p', { n: 'one' });
    expect([missing.status, missing.body.code]).toEqual([422, 'missing_variables']);
    expect(missing.body.errors.map(({ path, code }: any) => [path, code])).toEqual([
      ['variables.year', 'missing'],
      ['variables.a', 'missing'],
      ['variables.undeclared', 'missing'],
      ['variables.n', 'invalid_type'],
    ]);
    const wrong = await render(ada, 'p', { a: 1, undeclared: 2, year: '2026' });
    expect([wrong.status, wrong.body.code, wrong.body.errors[0].path]).toEqual([
      400,
      'validation_failed',
      'variables.year',
    ]);
    expect((await render(ada, 'p', { a: 1, undeclared: 2, year: 2026 })).body.text).toBe('1 B 2  Acme');
  });

  it('answers the same mistakes as the edge does, in the same words', async () => {
    const ada = await owner();
    await prompt(ada, 'p', '{{a}}{{__proto__}}{{#l}}{{#l}}{{#l}}{{#l}}x{{/l}}{{/l}}{{/l}}{{/l}}', {
      variables: [{ name: 'a', type: 'number' }, { name: '__proto__' }, { name: 'l', required: false }],
    });
    const items = [{ type: 'prompt', prompt: 'p', tag: '1.0.0' }];
    const deployment = await ok(
      ada.send('POST', '/v1/deployments', { environment: 'development', items, autoDeploy: true }),
    );
    expect(deployment.status).toBe('deployed');
    for (const [body, status, code] of [
      ['{}', 422, 'missing_variables'],
      ['{"variables":{"a":null}}', 422, 'missing_variables'],
      ['{"variables":{"a":"1"}}', 422, 'missing_variables'],
      ['{"variables":{"a":"1","__proto__":"p"}}', 400, 'validation_failed'],
      ['{"variables":{"a":1,"__proto__":"p"}}', 200, undefined],
      [
        JSON.stringify({ variables: { a: 1, l: Array.from({ length: 200 }, () => 1) } }).replace(
          '{"a"',
          '{"__proto__":"p","a"',
        ),
        400,
        'validation_failed',
      ],
    ] as const) {
      const [seen, served] = [
        await ada.send('POST', '/v1/prompts/p/versions/1.0.0/render', body),
        await ada.send('POST', '/v1/edge/development/render/p', body),
      ];
      expect([seen.status, seen.body.code], body).toEqual([status, code]);
      const said = ({ status: told, body: { code: as, detail, errors, text } }: typeof seen) => [
        told,
        as,
        detail,
        errors,
        text,
      ];
      expect(said(served), body).toEqual(said(seen));
    }
  });

  it('includes the newest versions, or the ones that are named, in the locale', async () => {
    const ada = await owner();
    await asset(ada, 'sign/off', 'Bye', { translations: [{ locale: 'fr', text: 'Adieu' }] });
    await assetVersion(ada, 'sign/off', '2.0.0', 'See you');
    await assetVersion(ada, 'sign/off', '1.5.0', 'So long {{asset:deep}}', {
      translations: [{ locale: 'fr', text: 'Salut {{asset:deep}}' }],
    });
    await asset(ada, 'deep', '{{who}}!');
    await prompt(ada, 'part', 'part');
    await prompt(ada, 'p', '{{asset:sign/off}} {{asset:sign/off@1.0.0}} {{asset:sign/off@2.0.0}} {{prompt:part}}', {
      translations: [{ locale: 'fr', text: '{{asset:sign/off}} {{asset:sign/off@1.0.0}} {{asset:sign/off@2.0.0}}' }],
    });
    expect((await render(ada, 'p', { who: 'Ada' })).body.text).toBe('So long Ada! Bye See you part');
    expect((await render(ada, 'p', { who: 'Ada' }, { locale: 'fr' })).body.text).toBe('Salut Ada! Adieu See you');
  });

  it('refuses includes that stand for nothing, turn in circles or go too deep', async () => {
    const [ada, bob] = [await owner('Ada'), await owner('Bob')];
    await asset(bob, 'theirs', 'secret');
    await asset(ada, 'a', '{{asset:b}}');
    await asset(ada, 'b', '{{asset:a}}');
    await ok(
      ada.send('POST', '/v1/prompts', {
        name: 'chat',
        kind: 'chat',
        version: { messages: [{ role: 'user', content: 'x' }] },
      }),
    );
    for (let depth = 1; depth <= 6; depth++)
      await asset(ada, `level${depth}`, depth === 6 ? 'end' : `${depth}{{asset:level${depth + 1}}}`);
    const findings = async (text: string) => {
      const name = `p-${crypto.randomUUID()}`;
      await prompt(ada, name, text);
      const { status, body } = await render(ada, name, {});
      return status === 200
        ? body.text
        : [
            status,
            body.code,
            body.errors.map(({ path, code, position }: any) => [path.split(' > ').length, code, position?.offset]),
          ];
    };
    expect(await findings('x {{asset:theirs}} {{asset:none@1.0.0}}')).toEqual([
      422,
      'incompatible',
      [
        [1, 'include_unresolved', 2],
        [1, 'include_unresolved', 19],
      ],
    ]);
    expect(await findings('{{prompt:chat}}')).toEqual([422, 'incompatible', [[1, 'include_not_text', 0]]]);
    expect(await findings('{{asset:a}}')).toEqual([422, 'incompatible', [[4, 'include_cycle', 0]]]);
    expect(await findings('{{asset:level2}}')).toBe('2345end');
    expect(await findings('{{asset:level1}}')).toMatchObject([
      422,
      'incompatible',
      [[expect.any(Number), 'include_too_deep', 1]],
    ]);
    // A diamond is not a cycle.
    await asset(ada, 'left', '<{{asset:level6}}');
    await asset(ada, 'right', '{{asset:level6}}>');
    expect(await findings('{{asset:left}}{{asset:right}}')).toBe('<endend>');
    // What looks like an id is no name.
    const id = (await ok(ada.send('GET', '/v1/assets/level6'))).id;
    expect(await findings(`{{asset:${id}}}`)).toMatchObject([422, 'incompatible', [[1, 'include_unresolved', 0]]]);
  });

  it('stops before it grows too large', async () => {
    const ada = await owner();
    await asset(ada, 'big', 'x'.repeat(250_000));
    await prompt(ada, 'bomb', '{{asset:big}}'.repeat(6));
    expect((await render(ada, 'bomb', {})).body).toMatchObject({ status: 422, code: 'incompatible' });
    await prompt(ada, 'loop', '{{#a}}{{#a}}{{#a}}{{#a}}{{.}}{{/a}}{{/a}}{{/a}}{{/a}}');
    const a = Array.from({ length: 200 }, () => 'x');
    const tooLarge = { status: 400, code: 'validation_failed', errors: [{ path: 'variables', code: 'too_large' }] };
    expect((await render(ada, 'loop', { a })).body).toMatchObject(tooLarge);
    await prompt(ada, 'lines', '{{#a}}{{b}}{{/a}}');
    expect((await render(ada, 'lines', { a, b: 'x'.repeat(100_000) })).body).toMatchObject(tooLarge);
    const messages = Array.from({ length: 3 }, () => ({ role: 'user', content: '{{#a}}{{b}}{{/a}}' }));
    await ok(ada.send('POST', '/v1/prompts', { name: 'chat', kind: 'chat', version: { messages } }));
    const four = { a: a.slice(0, 50), b: 'x'.repeat(80_000) };
    expect((await render(ada, 'lines', four)).status).toBe(200);
    expect((await render(ada, 'chat', four)).body).toMatchObject(tooLarge);
  });

  it('takes 500 values, an object of them', async () => {
    const ada = await owner();
    await prompt(ada, 'p', 'x');
    const values = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`v${index}`, index]));
    expect((await render(ada, 'p', values(500))).status).toBe(200);
    expect((await render(ada, 'p', values(501))).body.errors[0].path).toBe('variables');
    // As at the edge: without any, none are given.
    expect((await ada.send('POST', '/v1/prompts/p/versions/latest/render', {})).status).toBe(200);
    for (const variables of [[], 'x', null]) {
      expect((await ada.send('POST', '/v1/prompts/p/versions/latest/render', { variables })).status).toBe(400);
    }
    const deep = `{"variables":{"a":${'['.repeat(9000)}${']'.repeat(9000)}}}`;
    expect((await ada.send('POST', '/v1/prompts/p/versions/latest/render', deep)).status).toBe(400);
    expect((await render(ada, 'p', {}, {}, '9.9.9')).status).toBe(404);
    expect((await render(ada, 'p', {}, { locale: '-' })).status).toBe(400);
  });
});
