import { beforeAll, describe, expect, it } from 'vitest';
import { owner, type Person } from '../../support/client.ts';
import { ok } from '../../support/team.ts';
import { rows } from './interposed.ts';

describe('search', () => {
  let ada: Person;
  let bob: Person;
  const find = async (by: Person, q: string, more = ''): Promise<string[]> =>
    (await ok(by.send('GET', `/v1/prompts?q=${encodeURIComponent(q)}${more}`))).data.map((prompt: any) => prompt.name);

  beforeAll(async () => {
    ada = await owner('Ada');
    bob = await owner('Bob');
    const make = (by: Person, name: string, more: object = {}) =>
      ok(by.send('POST', '/v1/prompts', { name, kind: 'text', ...more }));
    await make(ada, 'zebra/refund');
    await make(ada, 'titled', { title: 'Refund letter' });
    await make(ada, 'tagged', { tags: ['refund'] });
    await make(ada, 'described', { description: 'About a refund' });
    await make(ada, 'a-text', {
      version: { text: 'We refund you, Zoë', translations: [{ locale: 'fr', text: 'Remboursement immédiat' }] },
    });
    await make(ada, 'b-text', {
      kind: 'chat',
      version: {
        messages: [
          { role: 'system', content: 'Be kind' },
          { role: 'user', content: 'refund 42 "quoted" OR near' },
        ],
      },
    });
    await make(ada, 'Größe/Ünïcode', { title: 'ΑΘΗΝΑ Санкт-Петербург 日本語テキスト' });
    await make(bob, 'refund', { title: 'theirs', tags: ['refund'], version: { text: 'refund hidden' } });
    await ok(ada.send('POST', '/v1/assets', { key: 'refund-asset', version: { text: 'refund' } }));
  });

  it('puts the closest first: names, titles and tags, descriptions, texts; by name among equals', async () => {
    expect(await find(ada, 'refund')).toEqual(['zebra/refund', 'tagged', 'titled', 'described', 'a-text', 'b-text']);
    // Where the words are found together counts.
    expect(await find(ada, 'refund titled')).toEqual(['titled']);
  });

  it('finds the beginnings of words, in any order, whatever their case and accents', async () => {
    expect(await find(ada, 'REF zeb')).toEqual(['zebra/refund']);
    expect(await find(ada, 'zoe you')).toEqual(['a-text']);
    expect(await find(ada, 'rembours IMMEDIAT')).toEqual(['a-text']);
    expect(await find(ada, 'grosse')).toEqual([]);
    expect(await find(ada, 'große unico')).toEqual(['Größe/Ünïcode']);
    expect(await find(ada, 'αθη')).toEqual(['Größe/Ünïcode']);
    expect(await find(ada, 'петер')).toEqual(['Größe/Ünïcode']);
    expect(await find(ada, '日本')).toEqual(['Größe/Ünïcode']);
    expect(await find(ada, 'efund')).toEqual([]);
    expect(await find(ada, 'kind 42')).toEqual(['b-text']);
  });

  it('takes operators for words, and punctuation for nothing', async () => {
    for (const q of ['"', '*', '""', '-', '***', '( )', '"*"', ':', '^', '  ', '\\', "'", '{}', ';--', '%', '_']) {
      expect(await find(ada, q), q).toEqual([]);
    }
    expect(await find(ada, '"refund"*')).toHaveLength(6);
    expect(await find(ada, '-refund')).toHaveLength(6);
    expect(await find(ada, 'refund*')).toHaveLength(6);
    expect(await find(ada, 'name:refund')).toEqual([]);
    expect(await find(ada, 'refund OR nothing')).toEqual([]);
    expect(await find(ada, 'quoted OR near')).toEqual(['b-text']);
    expect(await find(ada, 'NOT refund')).toEqual([]);
    expect(await find(ada, 'NEAR(quoted, 42)')).toEqual(['b-text']);
    expect(await find(ada, 'refund AND')).toEqual([]);
    expect(await find(ada, '^zebra')).toEqual(['zebra/refund']);
    expect(await find(ada, 'scope')).toEqual([]);
    expect(
      await find(ada, Array.from({ length: 100 }, (_, index) => String.fromCodePoint(97 + (index % 26))).join(' ')),
    ).toEqual([]);
  });

  it('knows neither other tenants nor its own plumbing', async () => {
    expect(await find(bob, 'refund')).toEqual(['refund']);
    expect(await find(bob, 'rembours')).toEqual([]);
    expect(await find(ada, 'hidden')).toEqual([]);
    for (const tenant of [ada, bob]) {
      const token = tenant.tenantId.slice(4);
      for (const by of [ada, bob]) expect(await find(by, `${token}prompt`)).toEqual([]);
      expect(await find(tenant, token.slice(0, 3))).toEqual([]);
    }
    expect((await ok(ada.send('GET', '/v1/assets?q=refund'))).data.map((asset: any) => asset.key)).toEqual([
      'refund-asset',
    ]);
    expect((await ok(ada.send('GET', '/v1/assets?tag=refund'))).data).toEqual([]);
    expect((await ok(bob.send('GET', '/v1/prompts?tag=refund'))).data.map((prompt: any) => prompt.name)).toEqual([
      'refund',
    ]);
  });

  it('is paged and filtered', async () => {
    const all = await find(ada, 'refund');
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: any = await ok(
        ada.send('GET', `/v1/prompts?q=refund&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`),
      );
      seen.push(...page.data.map((prompt: any) => prompt.name));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(all);
    expect(await find(ada, 'refund', '&kind=chat')).toEqual(['b-text']);
    expect(await find(ada, 'refund', '&tag=refund')).toEqual(['tagged']);
    expect(await find(ada, 'refund', '&category=none')).toEqual([]);
    expect((await ada.send('GET', '/v1/prompts?q=refund&cursor=WyJhIl0')).status).toBe(400);
  });

  it('follows every change', async () => {
    const carl = await owner('Carl');
    await ok(
      carl.send('POST', '/v1/prompts', {
        name: 'p',
        kind: 'text',
        title: 'one',
        tags: ['two'],
        version: { text: 'three' },
      }),
    );
    for (const word of ['p', 'one', 'two', 'three']) expect(await find(carl, word), word).toEqual(['p']);
    await ok(carl.send('PATCH', '/v1/prompts/p', { title: 'four', tags: ['five'], description: 'six' }));
    for (const word of ['p', 'four', 'five', 'six', 'three']) expect(await find(carl, word), word).toEqual(['p']);
    for (const word of ['one', 'two']) expect(await find(carl, word), word).toEqual([]);
    expect((await ok(carl.send('GET', '/v1/prompts?tag=two'))).data).toEqual([]);
    await ok(
      carl.send('POST', '/v1/prompts/p/versions', { text: 'seven', translations: [{ locale: 'fr', text: 'eight' }] }),
    );
    for (const word of ['four', 'seven', 'eight']) expect(await find(carl, word), word).toEqual(['p']);
    expect(await find(carl, 'three')).toEqual([]);
    // Translating an older version changes nothing of what is found.
    await ok(carl.send('PUT', '/v1/prompts/p/versions/1.0.0/translations/fr', { text: 'nine' }));
    expect(await find(carl, 'nine')).toEqual([]);
    const indexed = () =>
      rows(`SELECT rowid FROM content_search WHERE content_search MATCH 'scope:"${carl.tenantId.slice(4)}prompt"'`);
    expect(await indexed()).toHaveLength(1);
    await ok(carl.send('DELETE', '/v1/prompts/p'));
    expect(await indexed()).toEqual([]);
    for (const word of ['p', 'four', 'seven']) expect(await find(carl, word), word).toEqual([]);
    expect((await ok(carl.send('GET', '/v1/prompts?tag=five'))).data).toEqual([]);
    await ok(carl.send('POST', '/v1/prompts', { name: 'p', kind: 'text', version: { text: 'anew' } }));
    expect(await find(carl, 'seven')).toEqual([]);
    expect(await find(carl, 'anew')).toEqual(['p']);
  });
});
