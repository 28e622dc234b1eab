import { beforeAll, describe, expect, it } from 'vitest';
import { baseUrlProblem, mergeParameters } from '../../../src/models/public.ts';
import { parseParameters } from '../../../src/models/public-http.ts';
import { owner, type Person } from '../../support/client.ts';
import { expectProblem } from '../../support/problems.ts';
import { secret } from '../../support/secrets.ts';
import { apiKey, member, ok } from '../../support/team.ts';
import { d1, sendWith } from '../../support/workbench.ts';
import { sendInterposed } from '../content/interposed.ts';

let ada: Person;
let bob: Person;
beforeAll(async () => {
  ada = await owner('Ada');
  bob = await owner('Bob');
});

const KEY = secret('key-of-models-0123');
const at = (name: string): string => `/v1/models/${encodeURIComponent(name)}`;
const make = (name: string, more: object = {}, by: { send: Person['send'] } = ada) =>
  ok(by.send('POST', '/v1/models', { name, provider: 'mock', model: 'words', ...more }));
const patch = (name: string, body: object) => ok(ada.send('PATCH', at(name), body));
const prices = { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 2_000_000 };
const gpt4o = { inputMicrosPerMillion: 2_500_000, outputMicrosPerMillion: 10_000_000 };

describe('a model', () => {
  it('is made, read, changed by revisions, and deleted', async () => {
    const first = await make('life/one', { parameters: { temperature: 0.5, seed: 7 }, contextWindow: 1000, prices });
    expect(first).toEqual({
      id: expect.stringMatching(/^mdl_/),
      name: 'life/one',
      revision: 1,
      provider: 'mock',
      model: 'words',
      baseUrl: null,
      parameters: { temperature: 0.5, seed: 7 },
      contextWindow: 1000,
      prices,
      priceSource: 'tenant',
      fallbacks: [],
      contentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      createdBy: ada.id,
      createdAt: expect.any(String),
      updatedAt: first.createdAt,
    });
    expect(await ok(ada.send('GET', at('life/one')))).toEqual(first);
    expect(await ok(ada.send('GET', at(first.id)))).toEqual(first);

    // What is left out stays; null clears.
    const second = await patch('life/one', { model: 'other-words', parameters: null, contextWindow: null });
    expect(second).toMatchObject({
      id: first.id,
      revision: 2,
      model: 'other-words',
      parameters: {},
      contextWindow: null,
      prices,
      priceSource: 'tenant',
    });
    expect(second.contentHash).not.toBe(first.contentHash);
    const third = await patch(first.id, { prices: null, fallbacks: null });
    expect(third).toMatchObject({ revision: 3, prices: null, priceSource: null });

    // What changes nothing makes no revision.
    expect(await patch('life/one', { prices: null, model: 'other-words', provider: 'mock', baseUrl: null })).toEqual(
      third,
    );
    // The same again has the same hash.
    const again = await patch('life/one', {
      model: 'words',
      parameters: first.parameters,
      contextWindow: 1000,
      prices,
    });
    expect(again).toMatchObject({ revision: 4, contentHash: first.contentHash });

    const page = await ok(ada.send('GET', `${at('life/one')}/revisions?limit=3`));
    expect(page.data.map(({ revision }: any) => revision)).toEqual([4, 3, 2]);
    const rest = await ok(ada.send('GET', `${at('life/one')}/revisions?limit=3&cursor=${page.nextCursor}`));
    expect(rest).toMatchObject({ data: [{ revision: 1 }], nextCursor: null });
    const one = await ok(ada.send('GET', `${at('life/one')}/revisions/1`));
    const { updatedAt: _, id: __, ...facts } = first;
    expect(one).toEqual({ ...facts, id: expect.stringMatching(/^mrv_/) });
    expect(rest.data[0]).toEqual(one);
    expectProblem(await ada.send('GET', `${at('life/one')}/revisions/5`), 404, 'not_found');
    expectProblem(await ada.send('GET', `${at('life/one')}/revisions/0`), 400, 'validation_failed');

    expect((await ada.send('DELETE', at('life/one'))).status).toBe(204);
    for (const path of ['', '/revisions', '/revisions/1']) {
      expectProblem(await ada.send('GET', at('life/one') + path), 404, 'not_found');
      expectProblem(await ada.send('GET', at(first.id) + path), 404, 'not_found');
    }
    expectProblem(await ada.send('DELETE', at('life/one')), 404, 'not_found');
    expectProblem(await ada.send('PATCH', at('life/one'), { model: 'x' }), 404, 'not_found');
    // Its name is free again; its revisions stay for what refers to them.
    expect((await make('life/one')).id).not.toBe(first.id);
    expect(await d1('SELECT revision, author_id FROM model_revisions WHERE model_id = ? ORDER BY 1', first.id)).toEqual(
      [1, 2, 3, 4].map((revision) => ({ revision, author_id: ada.id })),
    );
  });

  it('is listed by name, and by provider', async () => {
    const eve = await owner('Eve');
    for (const name of ['b', 'c', 'a']) await make(name, {}, eve);
    await make('d', { provider: 'openai', model: 'gpt-4o' }, eve);
    const page = await ok(eve.send('GET', '/v1/models?limit=2'));
    expect(page.data.map(({ name }: any) => name)).toEqual(['a', 'b']);
    const rest = await ok(eve.send('GET', `/v1/models?limit=2&cursor=${page.nextCursor}`));
    expect(rest).toMatchObject({ data: [{ name: 'c' }, { name: 'd' }], nextCursor: null });
    expect((await ok(eve.send('GET', '/v1/models?provider=openai'))).data).toMatchObject([{ name: 'd' }]);
    // By what it is now, not by what it was.
    await ok(eve.send('PATCH', '/v1/models/d', { provider: 'mock' }));
    expect((await ok(eve.send('GET', '/v1/models?provider=openai'))).data).toEqual([]);
    expectProblem(await eve.send('GET', '/v1/models?provider=nobody'), 400, 'validation_failed');
    expectProblem(await eve.send('GET', '/v1/models?cursor=x'), 400, 'validation_failed');
  });

  it('belongs to one tenant', async () => {
    const mine = await make('common', { contextWindow: 1 });
    const theirs = await make('common', { contextWindow: 2 }, bob);
    expect(await ok(bob.send('GET', at('common')))).toEqual(theirs);
    await ok(bob.send('PATCH', at('common'), { contextWindow: 3 }));
    expect(await ok(ada.send('GET', at('common')))).toEqual(mine);
    for (const [method, path, body] of [
      ['GET', ''],
      ['GET', '/revisions'],
      ['GET', '/revisions/1'],
      ['PATCH', '', { model: 'x' }],
      ['DELETE', ''],
    ] as const)
      expectProblem(await bob.send(method, at(mine.id) + path, body), 404, 'not_found');
    expect((await bob.send('DELETE', at('common'))).status).toBe(204);
    expect(await ok(ada.send('GET', at('common')))).toEqual(mine);
  });

  it('has a name of its own', async () => {
    for (const name of ['a', 'A1._:-x', 'openai/gpt-4o:free', 'x'.repeat(100)]) {
      expect(await make(name)).toEqual(await ok(ada.send('GET', at(name))));
    }
    expectProblem(
      await ada.send('POST', '/v1/models', { name: 'a', provider: 'mock', model: 'x' }),
      409,
      'already_exists',
    );
    for (const name of [
      '',
      'x'.repeat(101),
      '-a',
      '.',
      '..',
      'a/../b',
      'a//b',
      '/a',
      'a/',
      'a b',
      'ä',
      'a%2f',
      'a\n',
      'mdl_01jd3z8v4q6r0s2t4v6w8y0a2c',
    ]) {
      expectProblem(
        await ada.send('POST', '/v1/models', { name, provider: 'mock', model: 'x' }),
        400,
        'validation_failed',
        name,
      );
    }
  });

  it('is made once under an Idempotency-Key, and its change too', async () => {
    const headers = { 'idempotency-key': 'once' };
    const body = { name: 'once', provider: 'mock', model: 'words' };
    const first = await ok(ada.send('POST', '/v1/models', body, headers));
    const second = await ada.send('POST', '/v1/models', body, headers);
    expect(second).toMatchObject({ status: 201, body: first });
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    const change = { 'idempotency-key': 'change' };
    for (let i = 0; i < 2; i++) {
      expect(await ok(ada.send('PATCH', at('once'), { model: 'x' }, change))).toMatchObject({ revision: 2 });
    }
  });

  it('is one of 500 at most', async () => {
    const eve = await owner('Eve');
    const rows = JSON.stringify(Array.from({ length: 499 }, (_, i) => i));
    await d1(
      `INSERT INTO models SELECT ?, 'mdl_' || value, 'n' || value, 1, 'x', 1, 1, NULL FROM json_each(?)`,
      eve.tenantId,
      rows,
    );
    await make('the-500th', {}, eve);
    const answer = await eve.send('POST', '/v1/models', { name: 'more', provider: 'mock', model: 'x' });
    expectProblem(answer, 409, 'state_conflict');
    await ok(eve.send('DELETE', at('the-500th')));
    await make('more', {}, eve);
  });
});

describe('what a model holds', () => {
  const text = (length: number): string => 'x'.repeat(length);
  const many = (length: number): unknown[] => Array.from({ length }, (_, i) => i);
  const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });
  const most = { min: { a: 0 } };

  it.each([
    { model: text(256) },
    { contextWindow: 1 },
    { contextWindow: 100_000_000 },
    { prices: { inputMicrosPerMillion: 0, outputMicrosPerMillion: 10_000_000_000 } },
    { parameters: { temperature: 0, topP: 0, maxTokens: 1 } },
    { parameters: { temperature: 2, topP: 1, maxTokens: 1_000_000, seed: -5, stop: [text(200), 'b', 'c', 'd'] } },
    { parameters: { responseFormat: { type: 'text' } } },
    { parameters: { responseFormat: { type: 'json' } } },
    { parameters: { responseFormat: { type: 'json_schema', name: 'x', schema: { type: 'object', properties: {} } } } },
    { parameters: { tools: many(128), toolChoice: { type: 'function', function: { name: 'f' } } } },
    {
      parameters: {
        toolChoice: 'auto',
        reasoning_effort: 'low',
        top_k: 4,
        nested: [{ deep: [null, true, 'ü', most] }],
      },
    },
    { parameters: { padding: text(32_768 - '{"padding":""}'.length) } },
  ])('is kept as it came: case %#', async (more) => {
    const name = `kept-${crypto.randomUUID()}`;
    expect(await make(name, more)).toMatchObject(more);
    expect(await ok(ada.send('GET', at(name)))).toMatchObject(more);
  });

  /** What is refused, and where it says so. */
  const REFUSED: readonly (readonly [object, string])[] = [
    [{ provider: 'nobody' }, 'provider'],
    [{ provider: null }, 'provider'],
    [{ model: '' }, 'model'],
    [{ model: text(257) }, 'model'],
    [{ model: ' x' }, 'model'],
    [{ model: 'a\u0000b' }, 'model'],
    [{ model: null }, 'model'],
    [{ contextWindow: 0 }, 'contextWindow'],
    [{ contextWindow: 1.5 }, 'contextWindow'],
    [{ contextWindow: 100_000_001 }, 'contextWindow'],
    [{ prices: { inputMicrosPerMillion: 1 } }, 'prices.outputMicrosPerMillion'],
    [{ prices: { inputMicrosPerMillion: -1, outputMicrosPerMillion: 1 } }, 'prices.inputMicrosPerMillion'],
    [{ prices: { inputMicrosPerMillion: 0.5, outputMicrosPerMillion: 1 } }, 'prices.inputMicrosPerMillion'],
    [{ prices: { inputMicrosPerMillion: 1, outputMicrosPerMillion: 10_000_000_001 } }, 'prices.outputMicrosPerMillion'],
    [{ fallbacks: ['a', 'b', 'c', 'd', 'e', 'f'] }, 'fallbacks'],
    [{ parameters: [] }, 'parameters'],
    [{ parameters: { temperature: 2.1 } }, 'parameters.temperature'],
    [{ parameters: { temperature: -0.1 } }, 'parameters.temperature'],
    [{ parameters: { temperature: null } }, 'parameters.temperature'],
    [{ parameters: { topP: 1.1 } }, 'parameters.topP'],
    [{ parameters: { maxTokens: 0 } }, 'parameters.maxTokens'],
    [{ parameters: { maxTokens: 1_000_001 } }, 'parameters.maxTokens'],
    [{ parameters: { stop: 'x' } }, 'parameters.stop'],
    [{ parameters: { stop: ['a', 'b', 'c', 'd', 'e'] } }, 'parameters.stop'],
    [{ parameters: { stop: [text(201)] } }, 'parameters.stop[0]'],
    [{ parameters: { stop: [''] } }, 'parameters.stop[0]'],
    [{ parameters: { seed: 1.5 } }, 'parameters.seed'],
    [{ parameters: { responseFormat: { type: 'xml' } } }, 'parameters.responseFormat.type'],
    [{ parameters: { responseFormat: { type: 'json', schema: {} } } }, 'parameters.responseFormat'],
    [{ parameters: { responseFormat: { type: 'json_schema' } } }, 'parameters.responseFormat.schema'],
    [
      { parameters: { responseFormat: { type: 'json_schema', name: 'a b', schema: {} } } },
      'parameters.responseFormat.name',
    ],
    [{ parameters: { tools: many(129) } }, 'parameters.tools'],
    [{ parameters: { padding: text(32_768) } }, 'parameters'],
    [{ parameters: { padding: '\u0000' } }, 'parameters'],
    [{ parameters: { padding: '\ud800' } }, 'parameters'],
    [{ parameters: { deep: deep(101) } }, 'parameters'],
    [{ surprise: 1 }, 'body'],
    ...[
      'model',
      'messages',
      'input',
      'prompt',
      'system',
      'stream',
      'stream_options',
      'streamOptions',
      'apiKey',
      'api_key',
      'baseUrl',
      'base_url',
      'headers',
      'n',
    ].map((key) => [{ parameters: { temperature: 1, [key]: 1 } }, `parameters.${key}`] as const),
  ];

  it.each(REFUSED)('has limits: case %#', async (more, path) => {
    const name = `limit-${crypto.randomUUID()}`;
    for (const answer of [
      await ada.send('POST', '/v1/models', { name, provider: 'mock', model: 'words', ...more }),
      await ada.send('PATCH', at('nothing'), more),
    ]) {
      expectProblem(answer, 400, 'validation_failed');
      expect(answer.body.errors.map((error: any) => error.path)).toContain(path);
    }
    expectProblem(await ada.send('GET', at(name)), 404, 'not_found');
  });

  it('has no prototype to give away, and no empty change', async () => {
    const body =
      '{"name":"proto","provider":"mock","model":"x","parameters":{"__proto__":{"temperature":9},"constructor":1}}';
    const made = await ok(ada.send('POST', '/v1/models', body));
    expect(JSON.stringify(made.parameters)).not.toContain('temperature');
    expectProblem(await ada.send('PATCH', at('proto'), {}), 400, 'validation_failed');
    expectProblem(await ada.send('PATCH', at('proto'), { name: 'other' }), 400, 'validation_failed');
  });

  it('comes together with the parameters of versions and requests', () => {
    const parse = (value: unknown) => parseParameters(value, 'version.model');
    expect(mergeParameters(parse({ temperature: 1, seed: 1 }), parse({ seed: 2 }), parse({ top_k: 3 }))).toEqual({
      temperature: 1,
      seed: 2,
      top_k: 3,
    });
    expect(() => parse({ stop: [''] })).toThrow(/^version\.model\.stop\.0: /);
    expect(() => parse({ stream: true })).toThrow(/^version\.model\.stream: is not a parameter/);
    expect(() => parse('x')).toThrow(/^version\.model: /);
  });
});

describe('prices and context windows', () => {
  const openai = { provider: 'openai', model: 'gpt-4o' };

  it('come from the list where the tenant says none', async () => {
    const listed = { prices: gpt4o, priceSource: 'list', contextWindow: 128_000 };
    const nothing = { prices: null, priceSource: null, contextWindow: null };
    expect(await make('listed', openai)).toMatchObject(listed);
    expect(await make('listed-own', { ...openai, prices, contextWindow: 5 })).toMatchObject({
      prices,
      priceSource: 'tenant',
      contextWindow: 5,
    });
    expect(await make('listed-none', { ...openai, prices: null, contextWindow: null })).toMatchObject(nothing);
    expect(await make('listed-unknown', { ...openai, model: 'nothing-of-the-kind' })).toMatchObject(nothing);
    expect(await make('listed-mock', { model: 'gpt-4o' })).toMatchObject(nothing);
    expect(await make('listed-elsewhere', { ...openai, baseUrl: 'https://llm.example.com/v1' })).toMatchObject(nothing);
    const router = { provider: 'openai-compatible', model: 'openai/gpt-4o', baseUrl: 'https://openrouter.ai/api/v1' };
    expect(await make('listed-router', router)).toMatchObject({ prices: gpt4o, priceSource: 'list' });
  });

  it('follow the model, but not what the tenant said', async () => {
    await make('followed', openai);
    const mini = await patch('followed', { model: 'gpt-4o-mini' });
    expect(mini).toMatchObject({
      prices: { inputMicrosPerMillion: 150_000, outputMicrosPerMillion: 600_000 },
      priceSource: 'list',
    });
    expect(await patch('followed', { model: 'nothing-of-the-kind' })).toMatchObject({
      prices: null,
      priceSource: null,
      contextWindow: null,
    });
    expect(await patch('followed', { model: 'gpt-4o' })).toMatchObject({
      prices: gpt4o,
      priceSource: 'list',
      contextWindow: 128_000,
    });
    expect(await patch('followed', { baseUrl: 'https://llm.example.com' })).toMatchObject({
      prices: null,
      contextWindow: null,
    });
    expect(await patch('followed', { baseUrl: null, prices, contextWindow: 5 })).toMatchObject({
      prices,
      contextWindow: 5,
    });
    expect(await patch('followed', { model: 'gpt-4o-mini' })).toMatchObject({
      prices,
      priceSource: 'tenant',
      contextWindow: 5,
    });
    expect(await patch('followed', { prices: null })).toMatchObject({ prices: null, priceSource: null });
    // Unknown because the tenant says so, not because the list does.
    expect(await patch('followed', { model: 'gpt-4o' })).toMatchObject({
      prices: null,
      priceSource: null,
      contextWindow: 5,
    });
    // The same numbers, said by somebody else.
    await make('followed-same', openai);
    expect(await patch('followed-same', { prices: gpt4o })).toMatchObject({
      revision: 2,
      prices: gpt4o,
      priceSource: 'tenant',
    });
  });

  it('are those of where the credential sends it', async () => {
    const eve = await owner('Eve');
    await ok(eve.send('PUT', '/v1/provider-credentials/openai', { apiKey: KEY, baseUrl: 'https://llm.example.com' }));
    expect(await make('gateway', openai, eve)).toMatchObject({ prices: null });
    await ok(
      eve.send('PUT', '/v1/provider-credentials/openai', { apiKey: KEY, baseUrl: 'https://openrouter.ai/api/v1' }),
    );
    expect(await make('router', { ...openai, model: 'openai/gpt-4o' }, eve)).toMatchObject({ prices: gpt4o });
  });
});

describe('a base URL', () => {
  const openai = { provider: 'openai-compatible', model: 'llama' };

  it('is kept in one form, or refused with its reason', async () => {
    expect(await make('urls', { ...openai, baseUrl: 'https://LLM.example.com:443/v1/' })).toMatchObject({
      baseUrl: 'https://llm.example.com/v1',
    });
    expect(await patch('urls', { baseUrl: 'https://llm.example.com/v1//' })).toMatchObject({ revision: 1 });
    for (const baseUrl of [
      'http://llm.example.com',
      'https://10.0.0.1',
      'https://0xa.1',
      'https://[::ffff:10.0.0.1]',
      'https://metadata.google.internal',
      'https://user:pass@llm.example.com',
      'https://llm.example.com?x',
    ]) {
      for (const answer of [
        await ada.send('POST', '/v1/models', { name: 'refused', ...openai, baseUrl }),
        await ada.send('PATCH', at('urls'), { baseUrl }),
        await ada.send('PUT', '/v1/provider-credentials/openai', { apiKey: KEY, baseUrl }),
      ]) {
        expectProblem(answer, 400, 'validation_failed', baseUrl);
        expect(answer.body.errors).toEqual([
          { path: 'baseUrl', message: baseUrlProblem(baseUrl, { allowLoopback: true }), code: 'base_url_refused' },
        ]);
      }
    }
    const long = await ada.send('PATCH', at('urls'), { baseUrl: `https://llm.example.com/${'x'.repeat(500)}` });
    expectProblem(long, 400, 'validation_failed');
    const mock = await ada.send('POST', '/v1/models', {
      name: 'refused',
      provider: 'mock',
      model: 'x',
      baseUrl: 'https://llm.example.com',
    });
    expectProblem(mock, 400, 'validation_failed');
    expectProblem(await ada.send('PATCH', at('urls'), { provider: 'mock' }), 400, 'validation_failed');
  });

  it('is this machine in local development alone', async () => {
    const body = { name: 'ollama', ...openai, baseUrl: 'http://localhost:11434/v1' };
    const headers = { authorization: `Bearer ${ada.accessToken}` };
    const production = sendWith({ PROVIDER_LOOPBACK: undefined });
    expectProblem(await production('POST', '/v1/models', body, headers), 400, 'validation_failed');
    expect(await ok(ada.send('POST', '/v1/models', body))).toMatchObject({ baseUrl: 'http://localhost:11434/v1' });
    expectProblem(
      await production('PATCH', at('ollama'), { baseUrl: 'http://127.0.0.1' }, headers),
      400,
      'validation_failed',
    );
    const key = { apiKey: KEY, baseUrl: 'http://localhost' };
    expectProblem(await production('PUT', '/v1/provider-credentials/openai', key, headers), 400, 'validation_failed');
  });

  it('is set and changed only by who may send a key there', async () => {
    await make('guarded', { ...openai, baseUrl: 'https://llm.example.com' });
    await make('unguarded', openai);
    const modelsOnly = await apiKey(ada, ['models:manage']);
    const both = await apiKey(ada, ['models:manage', 'credentials:manage']);
    const evil = 'https://evil.example.com';
    const tries: [string, string, object][] = [
      ['POST', '/v1/models', { name: 'stolen', ...openai, baseUrl: evil }],
      ['PATCH', at('guarded'), { baseUrl: evil }],
      ['PATCH', at('guarded'), { baseUrl: null }],
      ['PATCH', at('unguarded'), { baseUrl: evil }],
      // The other provider's key would go where this one's may.
      ['PATCH', at('guarded'), { provider: 'openai' }],
      ['PATCH', at('guarded'), { provider: 'anthropic', baseUrl: 'https://llm.example.com' }],
    ];
    for (const [method, path, body] of tries) {
      const answer = await modelsOnly.send(method, path, body);
      expectProblem(answer, 403, 'forbidden', JSON.stringify(body));
      expect(answer.body.detail).toContain('credentials:manage');
      const [event] = await d1('SELECT * FROM audit_events WHERE request_id = ?', answer.headers.get('x-request-id'));
      expect(event).toMatchObject({ outcome: 'refused', actor_id: modelsOnly.id });
    }
    expect(await ok(ada.send('GET', at('guarded')))).toMatchObject({ revision: 1 });
    // What leaves the way alone is theirs to do.
    await ok(modelsOnly.send('PATCH', at('guarded'), { model: 'x', baseUrl: 'https://llm.example.com/' }));
    await ok(modelsOnly.send('PATCH', at('unguarded'), { provider: 'anthropic', baseUrl: null }));
    await ok(modelsOnly.send('POST', '/v1/models', { name: 'own-way', ...openai, baseUrl: null }));
    for (const [method, path, body] of tries) await ok(both.send(method, path, body));
    expect(
      await d1('SELECT DISTINCT author_id, created_by FROM model_revisions WHERE created_by = ?', both.id),
    ).toEqual([{ author_id: ada.id, created_by: both.id }]);
  });
});

describe('fallbacks', () => {
  it('are other models of the tenant, each once', async () => {
    await make('fb-other', {}, bob);
    for (const name of ['fb-a', 'fb-b']) await make(name);
    const main = await make('fb-main', { fallbacks: ['fb-b', 'fb-a'] });
    expect(main.fallbacks).toEqual(['fb-b', 'fb-a']);
    for (const [fallbacks, code] of [
      [['fb-a', 'nothing'], 'unknown_model'],
      [['fb-a', 'fb-other'], 'unknown_model'],
      [['fb-a', 'fb-a'], 'duplicate'],
    ] as const) {
      for (const answer of [
        await ada.send('POST', '/v1/models', { name: 'fb-new', provider: 'mock', model: 'x', fallbacks }),
        await ada.send('PATCH', at('fb-main'), { fallbacks }),
      ]) {
        expectProblem(answer, 400, 'validation_failed');
        expect(answer.body.errors).toEqual([{ path: 'fallbacks[1]', message: expect.any(String), code }]);
      }
    }
    const self = await ada.send('PATCH', at('fb-main'), { fallbacks: ['fb-main'] });
    expect(self.body.errors).toMatchObject([{ path: 'fallbacks[0]', code: 'self_fallback' }]);
    const fresh = await ada.send('POST', '/v1/models', {
      name: 'fb-self',
      provider: 'mock',
      model: 'x',
      fallbacks: ['fb-self'],
    });
    expect(fresh.body.errors).toMatchObject([{ path: 'fallbacks[0]', code: 'self_fallback' }]);
  });

  it('are not deleted while a model falls back on them', async () => {
    await make('fd-a');
    await make('fd-main', { fallbacks: ['fd-a'] });
    const answer = await ada.send('DELETE', at('fd-a'));
    expectProblem(answer, 409, 'state_conflict');
    expect(answer.body.errors).toEqual([{ path: 'model', message: 'is a fallback of fd-main', code: 'fallback' }]);
    await patch('fd-main', { fallbacks: [] });
    expect((await ada.send('DELETE', at('fd-a'))).status).toBe(204);
  });
});

const activate = (id: string, label: string): Promise<unknown> =>
  d1(`INSERT INTO holds VALUES (?, ?, 'mrv_1', ?, 'active', ?)`, ada.tenantId, `${label}:${id}`, id, label);

describe('a model that is active', () => {
  it('is not deleted', async () => {
    const { id } = await make('active');
    await activate(id, 'staging');
    await activate(id, 'production');
    const answer = await ada.send('DELETE', at('active'));
    expectProblem(answer, 409, 'state_conflict');
    expect(answer.body.detail).toContain('production, staging');
    expect(answer.body.errors.map((error: any) => error.code)).toEqual(['active', 'active']);
    await d1('DELETE FROM holds WHERE entry_id = ?', id);
    expect((await ada.send('DELETE', at('active'))).status).toBe(204);
  });
});

describe('at the same moment', () => {
  it('changes follow each other, and none is lost', async () => {
    await make('race', { parameters: { seed: 0 } });
    const bodies = [{ contextWindow: 7 }, { model: 'changed' }, { prices }, { parameters: { seed: 1 } }];
    const answers = await Promise.all(bodies.map((body) => ada.send('PATCH', at('race'), body)));
    const done = bodies.filter((_, i) => answers[i]?.status === 200);
    for (const answer of answers) if (answer.status !== 200) expectProblem(answer, 409, 'state_conflict');
    const now = await ok(ada.send('GET', at('race')));
    expect(now.revision).toBe(1 + done.length);
    expect(now).toMatchObject(Object.assign({}, ...done));
    expect(
      answers
        .filter(({ status }) => status === 200)
        .map(({ body }) => body.revision)
        .toSorted((a, b) => a - b),
    ).toEqual(done.map((_, i) => i + 2));
  });

  it('a change is made to what another has just made, and gives up when that never ends', async () => {
    await make('race-2');
    const once = await sendInterposed(ada, 'PATCH', at('race-2'), { contextWindow: 1 }, async (write) => {
      if (write === 1) await patch('race-2', { model: 'changed' });
    });
    expect(once).toMatchObject({ status: 200, body: { revision: 3, model: 'changed', contextWindow: 1 } });
    const never = await sendInterposed(ada, 'PATCH', at('race-2'), { contextWindow: 2 }, async (write) => {
      // The last write is the record of the refusal.
      if (write <= 3) await patch('race-2', { model: `changed-${write}` });
    });
    expectProblem(never, 409, 'state_conflict');
    expect(await ok(ada.send('GET', at('race-2')))).toMatchObject({ contextWindow: 1, model: 'changed-3' });
  });

  it('who may not send keys elsewhere does not by a race either', async () => {
    const admin = await member(ada, 'admin');
    const key = await apiKey(ada, ['models:manage']);
    await make('race-3', { provider: 'openai-compatible' });
    const answer = await sendInterposed(
      { ...admin, accessToken: key.key },
      'PATCH',
      at('race-3'),
      { provider: 'openai' },
      async (write) => {
        if (write === 1) await patch('race-3', { baseUrl: 'https://llm.example.com' });
      },
    );
    expectProblem(answer, 403, 'forbidden');
  });

  it('a deleted model is not changed, and a deleted fallback not fallen back on', async () => {
    await make('gone');
    const late = await sendInterposed(ada, 'PATCH', at('gone'), { model: 'x' }, async (write) => {
      if (write === 1) await ok(ada.send('DELETE', at('gone')));
    });
    expectProblem(late, 404, 'not_found');
    await make('gone-fallback');
    const body = { name: 'leaning', provider: 'mock', model: 'x', fallbacks: ['gone-fallback'] };
    const made = await sendInterposed(ada, 'POST', '/v1/models', body, async (write) => {
      if (write === 1) await ok(ada.send('DELETE', at('gone-fallback')));
    });
    expectProblem(made, 409, 'state_conflict');
    await make('gone-fallback');
    await make('leaning');
    const changed = await sendInterposed(
      ada,
      'PATCH',
      at('leaning'),
      { fallbacks: ['gone-fallback'] },
      async (write) => {
        if (write === 1) await ok(ada.send('DELETE', at('gone-fallback')));
      },
    );
    expectProblem(changed, 400, 'validation_failed');
  });

  it('a model that has just been put to use is not deleted', async () => {
    const { id } = await make('late');
    const active = await sendInterposed(ada, 'DELETE', at('late'), undefined, async (write) => {
      if (write === 1) await activate(id, 'production');
    });
    expectProblem(active, 409, 'state_conflict');
    await d1('DELETE FROM holds WHERE entry_id = ?', id);
    const leaning = await sendInterposed(ada, 'DELETE', at('late'), undefined, async (write) => {
      if (write === 1) await make('late-leaning', { fallbacks: ['late'] });
    });
    expectProblem(leaning, 409, 'state_conflict');
    await ok(ada.send('GET', at('late')));
  });
});

describe('the record', () => {
  it('says what was done to a model', async () => {
    const { id } = await make('recorded', { provider: 'openai', model: 'gpt-4o', baseUrl: 'https://llm.example.com' });
    await patch('recorded', { model: 'gpt-4o-mini', parameters: { maxTokens: 5 } });
    await ok(ada.send('DELETE', at('recorded')));
    const events = await d1('SELECT action, data FROM audit_events WHERE entity_id = ? ORDER BY rowid', id);
    expect(events.map(({ action, data }) => [action, JSON.parse(data)])).toEqual([
      [
        'model.create',
        { name: 'recorded', revision: 1, provider: 'openai', model: 'gpt-4o', baseUrl: 'https://llm.example.com' },
      ],
      [
        'model.update',
        {
          name: 'recorded',
          revision: 2,
          changed: ['model', 'parameters'],
          provider: 'openai',
          model: 'gpt-4o-mini',
          baseUrl: 'https://llm.example.com',
        },
      ],
      ['model.delete', { name: 'recorded', revision: 2 }],
    ]);
  });
});
