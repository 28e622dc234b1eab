import { describe, expect, it } from 'vitest';
import { owner } from '../../support/client.ts';
import { ok } from '../../support/team.ts';
import { hold, letGo, rows, sendInterposed } from './interposed.ts';

const once = (work: () => Promise<unknown>) => async (write: number) => {
  if (write === 1) await work();
};

const made = async () => {
  const ada = await owner();
  const created = await ok(
    ada.send('POST', '/v1/prompts', {
      name: 'greeting',
      kind: 'text',
      version: { text: 'Hello {{asset:a}}', translations: [{ locale: 'fr', text: 'Bonjour {{asset:b}}' }] },
    }),
  );
  return { ada, promptId: created.id as string, versionId: created.version.id as string };
};

describe('creating a version', () => {
  it('takes three round trips', async () => {
    const { ada } = await made();
    const body = { text: '{{asset:a}}{{x}}', translations: [{ locale: 'de', text: 'y' }] };
    const answer = await sendInterposed(ada, 'POST', '/v1/prompts/greeting/versions', body, async () => {});
    expect(answer.status).toBe(201);
    expect(answer.roundTrips).toBe(3);
  });

  it('begins anew when another version came first', async () => {
    const { ada } = await made();
    const other = () => ok(ada.send('POST', '/v1/prompts/greeting/versions', { text: 'first' }));
    const answer = await sendInterposed(ada, 'POST', '/v1/prompts/greeting/versions', { text: 'second' }, once(other));
    expect(answer.body).toMatchObject({ tag: '1.0.2', number: 3 });
    const tagged = await sendInterposed(
      ada,
      'POST',
      '/v1/prompts/greeting/versions',
      { text: 'x', tag: '1.0.3' },
      once(other),
    );
    expect([tagged.status, tagged.body.code]).toEqual([409, 'already_exists']);
  });

  it('gives up, and says so, when others are always faster', async () => {
    const { ada } = await made();
    const answer = await sendInterposed(ada, 'POST', '/v1/prompts/greeting/versions', { text: 'slow' }, async () => {
      await ok(ada.send('POST', '/v1/prompts/greeting/versions', { text: 'fast' }));
    });
    expect([answer.status, answer.body.code]).toEqual([409, 'state_conflict']);
  });

  it('finds the prompt gone when it was deleted first', async () => {
    const { ada, promptId } = await made();
    const gone = () => ok(ada.send('DELETE', '/v1/prompts/greeting'));
    const answer = await sendInterposed(ada, 'POST', '/v1/prompts/greeting/versions', { text: 'x' }, once(gone));
    expect(answer.status).toBe(404);
    expect(await rows('SELECT tag FROM versions WHERE entry_id = ?', promptId)).toHaveLength(1);
  });
});

describe('changing and deleting', () => {
  it('finds the prompt gone when it was deleted first', async () => {
    const { ada, promptId } = await made();
    const gone = () => ok(ada.send('DELETE', '/v1/prompts/greeting'));
    expect((await sendInterposed(ada, 'PATCH', `/v1/prompts/${promptId}`, { title: 'x' }, once(gone))).status).toBe(
      404,
    );
    expect((await rows('SELECT title FROM entries WHERE id = ?', promptId))[0].title).toBeNull();
    expect((await ok(ada.send('GET', '/v1/prompts?q=greeting'))).data).toEqual([]);
  });

  it('is refused while the prompt is active, even when it became so at the last moment', async () => {
    const { ada, promptId, versionId } = await made();
    const activate = (name: string) => hold(ada, versionId, 'active', name, `env:${name}`);
    const raced = await sendInterposed(
      ada,
      'DELETE',
      '/v1/prompts/greeting',
      undefined,
      once(() => activate('production')),
    );
    expect([raced.status, raced.body.code]).toEqual([409, 'state_conflict']);
    expect(raced.body.detail).toContain('production');
    await activate('staging');
    const refused = await ada.send('DELETE', `/v1/prompts/${promptId}`);
    expect(refused.status).toBe(409);
    expect(refused.body.detail).toContain('production, staging');
    await letGo(ada, 'env:production');
    await letGo(ada, 'env:staging');
    // A deployment that refers to it does not keep it.
    await hold(ada, versionId, 'deployment', 'dep_1');
    expect((await ada.send('DELETE', '/v1/prompts/greeting')).status).toBe(204);
  });
});

describe('translating', () => {
  const put = '/v1/prompts/greeting/versions/1.0.0/translations/fr';

  it('changes the hash, what is included and what is found', async () => {
    const { ada, versionId } = await made();
    const before = await ok(ada.send('GET', '/v1/prompts/greeting/versions/1.0.0'));
    const after = await ok(ada.send('PUT', put, { text: 'Salut {{asset:c}} {{qui}}' }));
    expect(after.contentHash).not.toBe(before.contentHash);
    expect(after).toMatchObject({ translations: [{ locale: 'fr', text: 'Salut {{asset:c}} {{qui}}' }] });
    expect(after.warnings.map(({ code, path }: any) => [code, path])).toEqual([
      ['include_unknown', 'text'],
      ['variable_undeclared', 'text'],
    ]);
    const { warnings: _, ...shown } = after;
    expect(await ok(ada.send('GET', '/v1/prompts/greeting/versions/1.0.0'))).toEqual(shown);
    const included = () => rows('SELECT name FROM includes WHERE version_id = ? ORDER BY name', versionId);
    expect(await included()).toEqual([{ name: 'a' }, { name: 'c' }]);
    expect((await ok(ada.send('GET', '/v1/prompts?q=salut'))).data).toHaveLength(1);
    expect((await ok(ada.send('GET', '/v1/prompts?q=bonjour'))).data).toEqual([]);
    // The same again changes nothing, its time included.
    expect((await ok(ada.send('PUT', put, { text: 'Salut {{asset:c}} {{qui}}' }))).translations).toEqual(
      after.translations,
    );
    expect((await ok(ada.send('PUT', put, { text: 'Bonjour {{asset:b}}' }))).contentHash).toBe(before.contentHash);
    await ok(ada.send('DELETE', put));
    expect(await included()).toEqual([{ name: 'a' }]);
    expect((await ok(ada.send('GET', '/v1/prompts/greeting/versions/latest'))).translations).toEqual([]);
    const gone = await ada.send('DELETE', put);
    expect([gone.status, gone.body.code]).toEqual([404, 'not_found']);
    expect((await ok(ada.send('PUT', put, { text: 'Bonjour {{asset:b}}' }))).contentHash).toBe(before.contentHash);
  });

  it('is told apart from the version itself', async () => {
    const { ada } = await made();
    const refused = async (path: string, body: object) => (await ada.send('PUT', path, body)).body.errors[0].path;
    expect(await refused('/v1/prompts/greeting/versions/1.0.0/translations/EN', { text: 'x' })).toBe('path.locale');
    expect(await refused('/v1/prompts/greeting/versions/1.0.0/translations/not_one', { text: 'x' })).toBe(
      'path.locale',
    );
    expect(await refused(put, { messages: [{ role: 'user', content: 'x' }] })).toBe('messages');
    expect(await refused(put, {})).toBe('text');
    expect(await refused(put, { text: '{{' })).toBe('text');
    expect(await refused(put, { text: 'x'.repeat(262_145) })).toBe('text');
    expect((await ada.send('PUT', '/v1/prompts/greeting/versions/9.9.9/translations/fr', { text: 'x' })).status).toBe(
      404,
    );
    expect(
      (await ok(ada.send('PUT', '/v1/prompts/greeting/versions/latest/translations/pt-br', { text: 'x' })))
        .translations[1].locale,
    ).toBe('pt-BR');
  });

  it('keeps what two translators write at once', async () => {
    const { ada } = await made();
    const other = (locale: string) => () =>
      ok(ada.send('PUT', `/v1/prompts/greeting/versions/1.0.0/translations/${locale}`, { text: `in ${locale}` }));
    const answer = await sendInterposed(ada, 'PUT', put, { text: 'Salut' }, once(other('de')));
    expect(answer.status).toBe(200);
    expect(answer.body.translations.map(({ locale, text }: any) => [locale, text])).toEqual([
      ['de', 'in de'],
      ['fr', 'Salut'],
    ]);
    const { warnings: _, ...shown } = answer.body;
    expect(await ok(ada.send('GET', '/v1/prompts/greeting/versions/1.0.0'))).toEqual(shown);
    const locales = ['it', 'es', 'nl', 'sv'];
    await Promise.all(locales.map((locale) => other(locale)()));
    const all = await ok(ada.send('GET', '/v1/prompts/greeting/versions/1.0.0'));
    expect(all.translations.map(({ locale }: any) => locale)).toEqual(['de', 'es', 'fr', 'it', 'nl', 'sv']);
    const twin = await ok(
      ada.send('POST', '/v1/prompts', {
        name: 'twin',
        kind: 'text',
        version: {
          text: all.text,
          variables: all.variables,
          translations: all.translations.map(({ locale, text }: any) => ({ locale, text })),
        },
      }),
    );
    expect(twin.version.contentHash).toBe(all.contentHash);
  });

  it('ends when a deployment refers to the version, even at the last moment', async () => {
    const { ada, versionId } = await made();
    const deploy = () => hold(ada, versionId, 'deployment', 'dep_1');
    const before = await ok(ada.send('GET', '/v1/prompts/greeting/versions/1.0.0'));
    for (const [method, body] of [
      ['PUT', { text: 'Salut' }],
      ['DELETE', undefined],
    ] as const) {
      const raced = await sendInterposed(ada, method, put, body, once(deploy));
      expect([raced.status, raced.body.code], method).toEqual([409, 'version_locked']);
      expect((await ada.send(method, put, body)).body.code).toBe('version_locked');
      expect(await ok(ada.send('GET', '/v1/prompts/greeting/versions/1.0.0'))).toEqual({ ...before, locked: true });
      expect((await ok(ada.send('GET', '/v1/prompts/greeting/versions'))).data[0].locked).toBe(true);
      await letGo(ada, 'dep_1');
    }
    // Refusals are kept too.
    const refusals = (await ok(ada.send('GET', '/v1/audit-events?limit=100'))).data.filter(
      (event: any) => event.outcome === 'refused',
    );
    expect(new Set(refusals.map((event: any) => event.action))).toEqual(
      new Set(['translation.put', 'translation.delete']),
    );
    expect((await ada.send('PUT', put, { text: 'Salut' })).status).toBe(200);
    // Being active somewhere does not lock it: the deployment that made it so does.
    await hold(ada, versionId, 'active', 'production');
    expect((await ada.send('DELETE', put)).status).toBe(204);
  });

  it('finds the version gone when the prompt was deleted first', async () => {
    const { ada, versionId } = await made();
    const gone = () => ok(ada.send('DELETE', '/v1/prompts/greeting'));
    expect((await sendInterposed(ada, 'PUT', put, { text: 'Salut' }, once(gone))).status).toBe(404);
    expect((await rows('SELECT content FROM translations WHERE version_id = ?', versionId))[0].content).toContain(
      'Bonjour',
    );
  });

  it('stops where the version would grow too large to serve', async () => {
    const { ada } = await made();
    const text = 'x'.repeat(262_144);
    const statuses: number[] = [];
    for (const locale of ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']) {
      const answer = await ada.send('PUT', `/v1/prompts/greeting/versions/1.0.0/translations/en-x-${locale}`, { text });
      statuses.push(answer.status);
      if (answer.status !== 200) expect(answer.body.code).toBe('payload_too_large');
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 413]);
  });

  it('stops at a hundred locales, its own among them', async () => {
    const ada = await owner();
    const locale = (index: number) => `en-x-${index.toString(36)}a`;
    const translations = Array.from({ length: 99 }, (_, index) => ({ locale: locale(index), text: 'y' }));
    await ok(ada.send('POST', '/v1/prompts', { name: 'greeting', kind: 'text', version: { text: 'x', translations } }));
    const path = (index: number) => `/v1/prompts/greeting/versions/1.0.0/translations/${locale(index)}`;
    expect((await ada.send('PUT', path(99), { text: 'z' })).status).toBe(400);
    expect((await ada.send('PUT', path(98), { text: 'z' })).status).toBe(200);
  });
});

describe('a crash', () => {
  it('before the batch leaves nothing', async () => {
    const { ada } = await made();
    const body = {
      name: 'crashed',
      kind: 'text',
      tags: ['a'],
      version: { text: 'x', translations: [{ locale: 'fr', text: 'y' }] },
    };
    const answer = await sendInterposed(ada, 'POST', '/v1/prompts', body, async () => {
      throw new Error('D1 is gone');
    });
    expect([answer.status, answer.body.code]).toEqual([500, 'internal_error']);
    expect(JSON.stringify(answer.body)).not.toContain('D1 is gone');
    expect((await ada.send('GET', '/v1/prompts/crashed')).status).toBe(404);
    expect((await ada.send('POST', '/v1/prompts', body)).status).toBe(201);
  });

  it('after the batch loses no answer that an Idempotency-Key asks for', async () => {
    const { ada } = await made();
    const versions = '/v1/prompts/greeting/versions';
    const creations = [
      ['/v1/prompts', { name: 'once', kind: 'text', version: { text: 'x' } }],
      [versions, { text: 'once' }],
    ] as const;
    for (const [path, body] of creations) {
      const headers = { 'idempotency-key': crypto.randomUUID() };
      // The claim, the batch of the effect with its answer, and then no write that a crash could keep away.
      let writes = 0;
      const first = await sendInterposed(ada, 'POST', path, body, async (write) => void (writes = write), headers);
      expect([first.status, writes]).toEqual([201, 2]);
      expect((await ada.send('POST', path, body, headers)).body).toEqual(first.body);
    }
    expect((await ok(ada.send('GET', versions))).data).toHaveLength(2);
  });
});
