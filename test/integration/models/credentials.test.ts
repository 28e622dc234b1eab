import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { forActor, type TenantContext } from '../../../src/platform/context.ts';
import { openCredential, resealCredentials } from '../../../src/models/public.ts';
import { sweep } from '../../../src/ops/public.ts';
import { owner, type Person } from '../../support/client.ts';
import { expectProblem } from '../../support/problems.ts';
import { secret } from '../../support/secrets.ts';
import { apiKey, ok } from '../../support/team.ts';
import { contextWith, d1, sendWith, rowsOf, tablesWhere } from '../../support/workbench.ts';

let ada: Person;
let bob: Person;
beforeAll(async () => {
  ada = await owner('Ada');
  bob = await owner('Bob');
});
afterEach(() => vi.restoreAllMocks());

const at = (provider: string): string => `/v1/provider-credentials/${provider}`;
const put = (by: Person, provider: string, apiKey: string, more: object = {}) =>
  ok(by.send('PUT', at(provider), { apiKey: secret(apiKey), ...more }));
const contextOf = (person: Person, changed: object = {}): TenantContext =>
  forActor(contextWith(changed), {
    kind: 'user',
    id: person.id,
    tenantId: person.tenantId,
    role: 'owner',
    sessionId: 'ses',
  });
const sealed = async (person: Person, provider = 'openai'): Promise<string> =>
  (
    await d1(
      'SELECT sealed_key FROM provider_credentials WHERE tenant_id = ? AND provider = ?',
      person.tenantId,
      provider,
    )
  )[0]?.sealed_key;

/** An encryption key of our own making. */
const keyOf = (kid: string, byte: number): string => `${kid}:${Buffer.alloc(32, byte).toString('base64url')}`;
const OLD = keyOf('old', 1);
const NEW = keyOf('new', 2);

describe('a provider’s credential', () => {
  it('is set, seen by its end, replaced and removed', async () => {
    const first = await put(ada, 'openai', 'sk-first-key-1234', { baseUrl: 'https://LLM.example.com/v1/' });
    expect(first).toEqual({
      provider: 'openai',
      lastFour: '1234',
      baseUrl: 'https://llm.example.com/v1',
      updatedBy: ada.id,
      createdAt: expect.any(String),
      updatedAt: first.createdAt,
    });
    expect(await ok(ada.send('GET', at('openai')))).toEqual(first);
    expect(await openCredential(contextOf(ada), 'openai')).toEqual({
      apiKey: 'sk-first-key-1234',
      baseUrl: 'https://llm.example.com/v1',
    });
    const key = await apiKey(ada, ['credentials:manage']);
    const second = await ok(key.send('PUT', at('openai'), { apiKey: 'sk-second-key-5678' }));
    expect(second).toMatchObject({ lastFour: '5678', baseUrl: null, updatedBy: key.id, createdAt: first.createdAt });
    expect(await openCredential(contextOf(ada), 'openai')).toEqual({ apiKey: 'sk-second-key-5678', baseUrl: null });
    await put(ada, 'openai-compatible', 'sk-fourth-key-3456');
    await put(ada, 'anthropic', 'sk-third-key-9012');
    const page = await ok(ada.send('GET', '/v1/provider-credentials?limit=2'));
    expect(page.data.map(({ provider }: any) => provider)).toEqual(['anthropic', 'openai']);
    const rest = await ok(ada.send('GET', `/v1/provider-credentials?limit=2&cursor=${page.nextCursor}`));
    expect(rest).toMatchObject({ data: [{ provider: 'openai-compatible' }], nextCursor: null });
    expect((await ada.send('DELETE', at('openai'))).status).toBe(204);
    expectProblem(await ada.send('DELETE', at('openai')), 404, 'not_found');
    expectProblem(await ada.send('GET', at('openai')), 404, 'not_found');
    expect(await openCredential(contextOf(ada), 'openai')).toBeNull();
    expect(await openCredential(contextOf(ada), 'mock')).toBeNull();
    const events = await d1(
      `SELECT action, data FROM audit_events WHERE tenant_id = ? AND entity_id = 'openai' ORDER BY rowid`,
      ada.tenantId,
    );
    const person = ada.id;
    expect(events.map(({ action, data }) => [action, JSON.parse(data)])).toEqual([
      ['credential.put', { provider: 'openai', baseUrl: 'https://llm.example.com/v1' }],
      ['credential.put', { person, provider: 'openai', baseUrl: null }],
      ['credential.delete', { provider: 'openai' }],
    ]);
  });

  it('shows nothing of a short key', async () => {
    expect(await put(ada, 'anthropic', '12345678901')).toMatchObject({ lastFour: '' });
    expect(await put(ada, 'anthropic', '123456789012')).toMatchObject({ lastFour: '9012' });
  });

  it('has limits, and mock has none', async () => {
    for (const body of [
      {},
      { apiKey: '' },
      { apiKey: 'x'.repeat(501) },
      { apiKey: 'a b' },
      { apiKey: 'a\nb' },
      { apiKey: 'ü' },
      { apiKey: null },
      { apiKey: 'k', baseUrl: '' },
      { apiKey: 'k', surprise: 1 },
    ])
      expectProblem(await ada.send('PUT', at('anthropic'), body), 400, 'validation_failed', JSON.stringify(body));
    for (const provider of ['mock', 'nobody', 'OPENAI'])
      for (const [method, body] of [['GET'], ['PUT', { apiKey: 'k' }], ['DELETE']] as const) {
        const answer = await ada.send(method, at(provider), body);
        expectProblem(answer, 400, 'validation_failed');
        expect(answer.body.detail).toContain('mock takes no credential');
      }
    const long = 'x'.repeat(496) + '!~}Z';
    expect(await put(ada, 'anthropic', long)).toMatchObject({ lastFour: '!~}Z' });
    expect(await openCredential(contextOf(ada), 'anthropic')).toMatchObject({ apiKey: long });
  });

  it('belongs to one tenant and one provider', async () => {
    await put(ada, 'openai', 'key-of-ada-0001');
    expectProblem(await bob.send('GET', at('openai')), 404, 'not_found');
    expectProblem(await bob.send('DELETE', at('openai')), 404, 'not_found');
    expect((await ok(bob.send('GET', '/v1/provider-credentials'))).data).toEqual([]);
    expect(await openCredential(contextOf(bob), 'openai')).toBeNull();
    await put(bob, 'openai', 'key-of-bob-0002');
    await put(bob, 'anthropic', 'key-of-bob-0003');
    expect(await openCredential(contextOf(ada), 'openai')).toMatchObject({ apiKey: 'key-of-ada-0001' });
    // Nor does it open elsewhere when somebody moves the row.
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const stolen = await sealed(ada);
    await d1(`UPDATE provider_credentials SET sealed_key = ? WHERE tenant_id = ?`, stolen, bob.tenantId);
    await expect(openCredential(contextOf(bob), 'openai')).rejects.toMatchObject({ code: 'unavailable' });
    await d1(`UPDATE provider_credentials SET sealed_key = ? WHERE tenant_id = ?`, stolen, ada.tenantId);
    await expect(openCredential(contextOf(ada), 'anthropic')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('that cannot be opened says so, to operators too, and to nobody what it is', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await put(ada, 'openai', 'key-of-ada-0001');
    const row = await sealed(ada);
    // Not in its last character: some of that one's bits mean nothing.
    const broken = `${row.slice(0, -2)}${row.at(-2) === 'A' ? 'B' : 'A'}${row.at(-1)}`;
    for (const changed of [{ ENCRYPTION_KEYS: NEW }, {}]) {
      if (!('ENCRYPTION_KEYS' in changed))
        await d1('UPDATE provider_credentials SET sealed_key = ? WHERE tenant_id = ?', broken, ada.tenantId);
      const failure = await openCredential(contextOf(ada, changed), 'openai').catch((error: unknown) => error);
      expect(failure).toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('PUT /v1/provider-credentials/openai'),
      });
      const line = String(log.mock.lastCall?.[0]);
      expect(JSON.parse(line)).toMatchObject({
        level: 'error',
        message: 'credential cannot be opened',
        tenantId: ada.tenantId,
        provider: 'openai',
      });
      expect(line).not.toContain(row.split('.')[2]);
    }
    // It is seen and set anew all the same.
    await ok(ada.send('GET', at('openai')));
    await put(ada, 'openai', 'key-of-ada-0002');
    expect(await openCredential(contextOf(ada), 'openai')).toMatchObject({ apiKey: 'key-of-ada-0002' });
  });

  it('is nowhere: in no answer, no row, no line of a log', async () => {
    const lines: string[] = [];
    for (const level of ['log', 'error', 'warn', 'info', 'debug'] as const)
      vi.spyOn(console, level).mockImplementation((...said: unknown[]) => void lines.push(JSON.stringify(said)));
    const hidden = secret('sk-very-secret-0123456789-WXYZ');
    const loud = sendWith({ LOG_LEVEL: 'debug' });
    const headers = { authorization: `Bearer ${ada.accessToken}` };
    const once = { ...headers, 'idempotency-key': 'credential' };
    const answers = [
      await loud('PUT', at('openai'), { apiKey: hidden, baseUrl: 'https://llm.example.com' }, once),
      await loud('PUT', at('openai'), { apiKey: hidden, baseUrl: 'https://llm.example.com' }, once),
      await loud('PUT', at('openai'), { apiKey: hidden }, once),
      await loud('GET', at('openai'), undefined, headers),
      await loud('GET', '/v1/provider-credentials', undefined, headers),
      await loud('GET', '/v1/audit-events', undefined, headers),
      await loud('POST', '/v1/models', { name: 'x', provider: 'openai', model: 'gpt-4o' }, headers),
      // Refused, each in its own way.
      await loud('PUT', at('openai'), { apiKey: `${hidden} ` }, headers),
      await loud('PUT', at('openai'), { apiKey: hidden, baseUrl: 'http://llm.example.com' }, headers),
      await loud('PUT', at('openai'), { apiKey: hidden, surprise: hidden.length }, headers),
      await loud('PUT', at('mock'), { apiKey: hidden }, headers),
      await loud('PUT', at('openai'), `{"apiKey":"${hidden}"`, headers),
      await loud(
        'POST',
        '/v1/models',
        { name: 'y', provider: 'openai', model: 'x', parameters: { apiKey: hidden } },
        headers,
      ),
    ];
    await d1(
      `CREATE TRIGGER no_credential BEFORE UPDATE ON provider_credentials BEGIN SELECT RAISE(ABORT, 'full'); END`,
    );
    answers.push(await loud('PUT', at('openai'), { apiKey: hidden }, headers));
    await d1('DROP TRIGGER no_credential');
    expect(answers.map(({ status }) => status)).toEqual([
      200, 200, 422, 200, 200, 200, 201, 400, 400, 400, 400, 400, 400, 500,
    ]);
    expect(answers[1]?.headers.get('idempotency-replayed')).toBe('true');
    expect(answers[1]?.body).toEqual(answers[0]?.body);
    const rows = Object.values(await rowsOf(await tablesWhere('true'))).flat();
    expect(lines.length).toBeGreaterThanOrEqual(answers.length);
    expect(rows.length).toBeGreaterThan(20);
    const told = [...answers.map(({ body, headers: sent }) => JSON.stringify([body, [...sent]])), ...lines, ...rows];
    for (const text of told) expect(text).not.toContain('sk-very-secret');
    // The end of the key stands in its own row, and in answers about it: not on record.
    const audited = await d1('SELECT * FROM audit_events WHERE tenant_id = ?', ada.tenantId);
    expect(JSON.stringify(audited)).not.toContain('WXYZ');
    expect(await openCredential(contextOf(ada), 'openai')).toMatchObject({ apiKey: hidden });
  });
});

describe('a new encryption key', () => {
  const ONE = secret('key-one-0123456789');
  const TWO = secret('key-two-0123456789');
  const old = sendWith({ ENCRYPTION_KEYS: OLD });
  const both = { ENCRYPTION_KEYS: `${NEW},${OLD}` };
  const after = { ENCRYPTION_KEYS: NEW };
  const putOld = (person: Person, provider: string, key: string) =>
    ok(old('PUT', at(provider), { apiKey: key }, { authorization: `Bearer ${person.accessToken}` }));

  it('opens what the old one sealed, takes its place, and lets it go', async () => {
    await d1('DELETE FROM provider_credentials');
    await putOld(ada, 'openai', ONE);
    await putOld(bob, 'anthropic', TWO);
    expect(await openCredential(contextOf(ada, both), 'openai')).toMatchObject({ apiKey: ONE });
    const before = await d1('SELECT tenant_id, updated_at, updated_by, last_four FROM provider_credentials ORDER BY 1');
    // One key: nothing to do. The same two, in the order of before: nothing either.
    await resealCredentials(contextWith({ ENCRYPTION_KEYS: OLD }));
    await resealCredentials(contextWith({ ENCRYPTION_KEYS: `${OLD},${NEW}` }));
    expect(await sealed(ada)).toMatch(/^old\./);
    // With the sweep that runs every minute.
    await sweep(contextWith(both));
    expect(await sealed(ada)).toMatch(/^new\./);
    expect(await sealed(bob, 'anthropic')).toMatch(/^new\./);
    expect(
      await d1('SELECT tenant_id, updated_at, updated_by, last_four FROM provider_credentials ORDER BY 1'),
    ).toEqual(before);
    const done = await sealed(ada);
    await resealCredentials(contextWith(both));
    expect(await sealed(ada)).toBe(done);
    expect(await openCredential(contextOf(ada, after), 'openai')).toMatchObject({ apiKey: ONE });
    expect(await openCredential(contextOf(bob, after), 'anthropic')).toMatchObject({ apiKey: TWO });
  });

  it('never overwrites a credential that is set meanwhile', async () => {
    await d1('DELETE FROM provider_credentials');
    await putOld(ada, 'openai', ONE);
    const context = contextWith(both);
    const { db } = context;
    const batch = db.batch.bind(db);
    Object.assign(db, {
      batch: async (statements: Parameters<typeof batch>[0]) => {
        await putOld(ada, 'openai', TWO);
        return batch(statements);
      },
    });
    await resealCredentials(context);
    expect(await openCredential(contextOf(ada, both), 'openai')).toMatchObject({ apiKey: TWO });
    await resealCredentials(contextWith(both));
    expect(await openCredential(contextOf(ada, after), 'openai')).toMatchObject({ apiKey: TWO });
  });

  it('takes a hundred at a time, and passes by what cannot be opened', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await d1('DELETE FROM provider_credentials');
    await putOld(ada, 'openai', ONE);
    const row = await sealed(ada);
    await d1('DELETE FROM provider_credentials');
    // Sealed for Ada: they open for none of these.
    const many = JSON.stringify(Array.from({ length: 120 }, (_, i) => i));
    await d1(
      `INSERT INTO provider_credentials SELECT 'ten_00' || value, 'openai', ?, '', NULL, 'x', 1, 1 FROM json_each(?)`,
      row,
      many,
    );
    await putOld(ada, 'openai', ONE);
    await resealCredentials(contextWith(both));
    expect(log.mock.calls.length).toBeGreaterThanOrEqual(99);
    expect(log.mock.calls.length).toBeLessThanOrEqual(100);
    for (let run = 0; run < 50 && (await sealed(ada)).startsWith('old.'); run++)
      await resealCredentials(contextWith(both));
    expect(await sealed(ada)).toMatch(/^new\./);
    // Sealed under a key that is gone: nothing to try.
    await d1(
      `UPDATE provider_credentials SET sealed_key = 'gone' || substr(sealed_key, 4) WHERE sealed_key LIKE 'old.%'`,
    );
    log.mockClear();
    await resealCredentials(contextWith(both));
    expect(log).not.toHaveBeenCalled();
    await d1('DELETE FROM provider_credentials');
  });
});
