import { beforeAll, describe, expect, it } from 'vitest';
import { sweepDatasets } from '../../../src/datasets/public.ts';
import { owner, type Person } from '../../support/client.ts';
import { addItems, contents, dataset, datasetPath as at, importFile, JSONL } from '../../support/datasets.ts';
import { expectProblem } from '../../support/problems.ts';
import { apiKey, member, ok } from '../../support/team.ts';
import { contextWith, d1 } from '../../support/workbench.ts';
import { sendInterposed } from '../content/interposed.ts';

let ada: Person;
let bob: Person;
let eve: Person;
beforeAll(async () => {
  ada = await owner('Ada');
  bob = await owner('Bob');
  eve = await member(ada, 'editor', 'eve');
});

const item = (n: number | string, more: object = {}): object => ({ input: { n: String(n) }, ...more });
const kept = (n: number | string, more: object = {}): object => ({
  input: { n: String(n) },
  expected: null,
  metadata: null,
  ...more,
});
const look = (name: string, by = ada): Promise<any> => ok(by.send('GET', at(name)));
const idsOf = async (name: string): Promise<string[]> =>
  (await ok(ada.send('GET', `${at(name)}/items?limit=100`))).data.map(({ id }: any) => id);

describe('a dataset', () => {
  it('is made, described, filled, and deleted', async () => {
    const made = await ok(eve.send('POST', '/v1/datasets', { name: 'life/one', description: 'First' }), 201);
    expect(made).toEqual({
      id: expect.stringMatching(/^dst_/),
      name: 'life/one',
      description: 'First',
      version: 0,
      items: 0,
      createdBy: eve.id,
      createdAt: expect.any(String),
      updatedAt: made.createdAt,
    });
    expect(await look('life/one')).toEqual(made);
    expect(await look(made.id)).toEqual(made);
    const described = await ok(eve.send('PATCH', at('life/one'), { description: null }));
    expect(described).toMatchObject({ description: null, version: 0 });
    const added = await ok(
      addItems(eve, 'life/one', [item(1, { expected: 'one' }), item(2, { metadata: { a: 1 } })]),
      201,
    );
    expect(added).toEqual({
      version: 1,
      added: 2,
      removed: 0,
      items: 2,
      ids: [expect.any(String), expect.any(String)],
    });
    expect(await look('life/one')).toMatchObject({ version: 1, items: 2 });
    expect(await ok(ada.send('GET', `${at('life/one')}/items`))).toEqual({
      version: 1,
      data: [
        { id: added.ids[0], ...kept(1, { expected: 'one' }) },
        { id: added.ids[1], ...kept(2, { metadata: { a: 1 } }) },
      ],
      nextCursor: null,
    });

    expect((await eve.send('DELETE', at('life/one'))).status).toBe(204);
    const gone: [string, string, object?][] = [
      ['GET', ''],
      ['PATCH', '', { description: 'x' }],
      ['DELETE', ''],
      ['GET', '/versions'],
      ['GET', '/items'],
      ['POST', '/items', { items: [item(1)] }],
      ['GET', `/items/${added.ids[0]}`],
      ['PUT', `/items/${added.ids[0]}`, item(1)],
      ['DELETE', `/items/${added.ids[0]}`],
      ['GET', '/export'],
    ];
    for (const [method, path, body] of gone) {
      expectProblem(await eve.send(method, at('life/one') + path, body), 404, 'not_found', method + path);
    }
    expectProblem(await importFile(eve, 'life/one', '{"input":{}}', JSONL), 404, 'not_found');
    expect((await dataset(eve, 'life/one')).id).not.toBe(made.id);
    const { data } = await ok(ada.send('GET', `/v1/audit-events?entity=${made.id}`));
    expect(data.map((event: any) => `${event.action} ${event.outcome} ${event.risk}`)).toEqual([
      'dataset.delete done high',
      'dataset.update done low',
      'dataset.update done low',
      'dataset.create done low',
    ]);
    expect(data[1].data).toEqual({ name: 'life/one', version: 1, added: 2, removed: 0, items: 2 });
  });

  it('is listed by name', async () => {
    const zoe = await owner('Zoe');
    for (const name of ['b', 'c', 'a']) await dataset(zoe, name);
    const page = await ok(zoe.send('GET', '/v1/datasets?limit=2'));
    expect(page.data.map(({ name }: any) => name)).toEqual(['a', 'b']);
    const rest = await ok(zoe.send('GET', `/v1/datasets?limit=2&cursor=${page.nextCursor}`));
    expect(rest).toMatchObject({ data: [{ name: 'c' }], nextCursor: null });
    for (const path of ['/v1/datasets', `${at('a')}/items`, `${at('a')}/versions`]) {
      expectProblem(await zoe.send('GET', `${path}?cursor=x`), 400, 'validation_failed');
    }
  });

  it('belongs to one tenant', async () => {
    const mine = await dataset(eve, 'common', [item('mine')]);
    const theirs = await dataset(bob, 'common', [item('theirs')]);
    expect(await contents(bob, 'common')).toEqual([kept('theirs')]);
    const [id] = await idsOf('common');
    const calls: [string, string, object?][] = [
      ['GET', ''],
      ['PATCH', '', { description: 'x' }],
      ['DELETE', ''],
      ['GET', '/versions'],
      ['GET', '/items'],
      ['POST', '/items', { items: [item(1)] }],
      ['GET', `/items/${id}`],
      ['PUT', `/items/${id}`, item(1)],
      ['DELETE', `/items/${id}`],
      ['GET', '/export'],
    ];
    for (const [method, path, body] of calls) {
      expectProblem(await bob.send(method, at(mine.id) + path, body), 404, 'not_found', method + path);
    }
    for (const method of ['POST', 'PUT']) {
      expectProblem(await importFile(bob, mine.id, '{"input":{}}', JSONL, method), 404, 'not_found');
    }
    // Our item in their own dataset is none either.
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const body = method === 'PUT' ? item(1) : undefined;
      expectProblem(await bob.send(method, `${at(theirs.id)}/items/${id}`, body), 404, 'not_found');
    }
    expect(await contents(ada, 'common')).toEqual([kept('mine')]);
  });

  it('is written by those who write datasets, and read by all', async () => {
    const viewer = await member(ada, 'viewer');
    await dataset(eve, 'readable', [item(1)]);
    const [id] = await idsOf('readable');
    expect(await contents(viewer, 'readable')).toEqual([kept(1)]);
    expectProblem(await viewer.send('POST', '/v1/datasets', { name: 'no' }), 403, 'forbidden');
    expectProblem(await viewer.send('PATCH', at('readable'), { description: 'x' }), 403, 'forbidden');
    expectProblem(await viewer.send('DELETE', at('readable')), 403, 'forbidden');
    expectProblem(await addItems(viewer, 'readable', [item(1)]), 403, 'forbidden');
    expectProblem(await importFile(viewer, 'readable', '{"input":{}}', JSONL), 403, 'forbidden');
    expectProblem(await viewer.send('PUT', `${at('readable')}/items/${id}`, item(1)), 403, 'forbidden');
    expectProblem(await viewer.send('DELETE', `${at('readable')}/items/${id}`), 403, 'forbidden');
    const key = await apiKey(ada, ['datasets:write']);
    expect((await ok(addItems(key, 'readable', [item(2)]))).version).toBe(2);
    expectProblem(await key.send('GET', `${at('readable')}/items`), 403, 'forbidden');
  });

  it('has a name and a description within limits', async () => {
    await dataset(eve, 'x'.repeat(100));
    expectProblem(await eve.send('POST', '/v1/datasets', { name: 'x'.repeat(100) }), 409, 'already_exists');
    for (const name of ['', 'x'.repeat(101), 'a b', 'a//b', '-a', `dst_${'0'.repeat(26)}`]) {
      expectProblem(await eve.send('POST', '/v1/datasets', { name }), 400, 'validation_failed', name);
    }
    await ok(eve.send('PATCH', at('x'.repeat(100)), { description: 'd'.repeat(2000) }));
    for (const body of [{ description: 'd'.repeat(2001) }, { description: 'a\0' }, {}, { name: 'y' }]) {
      expectProblem(await eve.send('PATCH', at('x'.repeat(100)), body), 400, 'validation_failed');
    }
  });

  it('is one of two hundred at most', async () => {
    const many = await owner('Many');
    await d1(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 199)
       INSERT INTO datasets (tenant_id, id, name, version, items, stored_items, stored_bytes, created_by, created_at, updated_at)
       SELECT ?, printf('dst_many%022d', i), 'many-' || i, 0, 0, 0, 0, 'x', 0, 0 FROM n`,
      many.tenantId,
    );
    await dataset(many, 'the-last');
    expectProblem(await many.send('POST', '/v1/datasets', { name: 'too-many' }), 409, 'state_conflict');
    await ok(many.send('DELETE', at('the-last')));
    await dataset(many, 'another');
  });
});

describe('versions', () => {
  it('are made by each change of items, and never change themselves', async () => {
    await dataset(eve, 'versions', [item(1), item(2)]);
    const [first, second] = await idsOf('versions');
    const changed = await ok(eve.send('PUT', `${at('versions')}/items/${first}`, item('one', { expected: 'x' })));
    expect(changed).toEqual({ id: first, ...kept('one', { expected: 'x' }) });
    await ok(eve.send('DELETE', `${at('versions')}/items/${second}`));
    await ok(addItems(eve, 'versions', [item(3), item(4)]));
    await ok(importFile(eve, 'versions', '{"input":{"n":"5"}}', JSONL, 'PUT'));
    const states = [
      [],
      [kept(1), kept(2)],
      [kept('one', { expected: 'x' }), kept(2)],
      [kept('one', { expected: 'x' })],
      [kept('one', { expected: 'x' }), kept(3), kept(4)],
      [kept(5)],
    ];
    for (const [version, state] of states.entries()) expect(await contents(ada, 'versions', version)).toEqual(state);
    expect(await contents(ada, 'versions')).toEqual(states.at(-1));
    const { data } = await ok(ada.send('GET', `${at('versions')}/versions`));
    const told = data.map(({ version, change, added, removed, items }: any) => [
      version,
      change,
      added,
      removed,
      items,
    ]);
    expect(told).toEqual([
      [5, 'replace', 1, 3, 1],
      [4, 'add', 2, 0, 3],
      [3, 'remove', 0, 1, 1],
      [2, 'change', 1, 1, 2],
      [1, 'add', 2, 0, 2],
    ]);
    expect(data[0]).toMatchObject({ createdBy: eve.id, createdAt: expect.any(String) });
    const page = await ok(ada.send('GET', `${at('versions')}/versions?limit=3`));
    const rest = await ok(ada.send('GET', `${at('versions')}/versions?limit=3&cursor=${page.nextCursor}`));
    expect([...page.data, ...rest.data]).toEqual(data);
    // One item, as it was.
    const one = (version: string) => ada.send('GET', `${at('versions')}/items/${first}${version}`);
    expect((await ok(one('?version=1'))).input).toEqual({ n: '1' });
    expect((await ok(one('?version=4'))).input).toEqual({ n: 'one' });
    for (const version of ['', '?version=0', '?version=5', '?version=6'])
      expectProblem(await one(version), 404, 'not_found');
    for (const path of ['items', 'export'])
      expectProblem(await ada.send('GET', `${at('versions')}/${path}?version=6`), 404, 'not_found');
    for (const version of ['-1', '1.5', 'x', '1000000001'])
      expectProblem(await ada.send('GET', `${at('versions')}/items?version=${version}`), 400, 'validation_failed');
  });

  it('are not made by what changes nothing', async () => {
    await dataset(eve, 'same', [item(1, { expected: 'a', metadata: { b: 1, a: 2 } })]);
    const [id] = await idsOf('same');
    const same = { metadata: { a: 2, b: 1 }, expected: 'a', input: { n: '1' } };
    expect(await ok(eve.send('PUT', `${at('same')}/items/${id}`, same))).toEqual({ id, ...same });
    expect(await look('same')).toMatchObject({ version: 1 });
    await ok(eve.send('PUT', `${at('same')}/items/${id}`, { ...same, metadata: {} }));
    expect(await contents(ada, 'same')).toEqual([kept(1, { expected: 'a' })]);
    for (const method of ['PUT', 'DELETE']) {
      for (const other of [`dsi_${'0'.repeat(26)}`, 'nothing']) {
        const body = method === 'PUT' ? item(1) : undefined;
        expectProblem(await eve.send(method, `${at('same')}/items/${other}`, body), 404, 'not_found');
      }
    }
  });

  it('are kept to by a cursor, whatever is changed meanwhile', async () => {
    await dataset(
      eve,
      'paged',
      [1, 2, 3, 4, 5].map((n) => item(n)),
    );
    const page = await ok(ada.send('GET', `${at('paged')}/items?limit=2`));
    await ok(importFile(eve, 'paged', '{"input":{"n":"new"}}', JSONL, 'PUT'));
    const next = await ok(ada.send('GET', `${at('paged')}/items?limit=2&cursor=${page.nextCursor}`));
    const last = await ok(ada.send('GET', `${at('paged')}/items?limit=2&version=1&cursor=${next.nextCursor}`));
    expect([page, next, last].map(({ version, data }) => [version, data.map(({ input }: any) => input.n)])).toEqual([
      [1, ['1', '2']],
      [1, ['3', '4']],
      [1, ['5']],
    ]);
    expect(last.nextCursor).toBeNull();
    const other = await ada.send('GET', `${at('paged')}/items?version=2&cursor=${page.nextCursor}`);
    expectProblem(other, 400, 'validation_failed');
  });

  it('hold the items in the order in which they came, also of one moment', async () => {
    const order = Array.from({ length: 300 }, (_, i) => i);
    await dataset(
      eve,
      'ordered',
      order.map((n) => item(n)),
    );
    expect(await contents(ada, 'ordered')).toEqual(order.map((n) => kept(n)));
  });
});

describe('changes at once', () => {
  it('follow each other: an import in pieces, all sent together, is all there', async () => {
    await dataset(eve, 'together');
    const pieces = Array.from({ length: 8 }, (_, i) => [item(`${i}-a`), item(`${i}-b`)]);
    const answers = await Promise.all(pieces.map((items) => addItems(eve, 'together', items)));
    expect(answers.map(({ status }) => status)).toEqual(pieces.map(() => 201));
    expect(answers.map(({ body }) => body.version).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await look('together')).toMatchObject({ version: 8, items: 16 });
    const found = (await contents(ada, 'together')).map((each: any) => each.input.n);
    expect(new Set(found)).toEqual(new Set(pieces.flat().map((each: any) => each.input.n)));
  });

  it('do not change the same item twice, nor one that is gone', async () => {
    await dataset(eve, 'raced', [item(1), item(2)]);
    const [first] = await idsOf('raced');
    const late = await sendInterposed(eve, 'PUT', `${at('raced')}/items/${first}`, item('late'), async (write) => {
      if (write === 1) await ok(ada.send('PUT', `${at('raced')}/items/${first}`, item('early')));
    });
    expect(late.status).toBe(200);
    expect(await contents(ada, 'raced')).toEqual([kept('late'), kept(2)]);
    expect(await look('raced')).toMatchObject({ version: 3, items: 2 });
    const gone = await sendInterposed(eve, 'DELETE', `${at('raced')}/items/${first}`, undefined, async (write) => {
      if (write === 1) await ok(ada.send('DELETE', `${at('raced')}/items/${first}`));
    });
    expectProblem(gone, 404, 'not_found');
    const lost = await sendInterposed(eve, 'POST', `${at('raced')}/items`, { items: [item(3)] }, async (write) => {
      if (write === 1) await ok(ada.send('DELETE', at('raced')));
    });
    expectProblem(lost, 404, 'not_found');
    await dataset(eve, 'raced', [item(1)]);
    const described = await sendInterposed(eve, 'PATCH', at('raced'), { description: 'x' }, async (write) => {
      if (write === 1) await ok(ada.send('DELETE', at('raced')));
    });
    expectProblem(described, 404, 'not_found');
  });

  it('are made once under a key', async () => {
    await dataset(eve, 'once');
    const headers = { 'idempotency-key': 'items-1' };
    const first = await ok(addItems(eve, 'once', [item(1)], headers));
    expect(await ok(addItems(eve, 'once', [item(1)], headers))).toEqual(first);
    expectProblem(await addItems(eve, 'once', [item(2)], headers), 422, 'idempotency_mismatch');
    const file = { ...JSONL, 'idempotency-key': 'items-2' };
    const imported = await ok(importFile(eve, 'once', '{"input":{"n":"é"}}', file));
    expect(await ok(importFile(eve, 'once', '{"input":{"n":"é"}}', file))).toEqual(imported);
    const [id] = await idsOf('once');
    const put = { 'idempotency-key': 'items-3' };
    await ok(eve.send('PUT', `${at('once')}/items/${id}`, item('x'), put));
    await ok(eve.send('DELETE', `${at('once')}/items/${id}`, undefined, { 'idempotency-key': 'items-4' }));
    expect(
      (await eve.send('DELETE', `${at('once')}/items/${id}`, undefined, { 'idempotency-key': 'items-4' })).status,
    ).toBe(204);
    expect(await ok(eve.send('PUT', `${at('once')}/items/${id}`, item('x'), put))).toMatchObject({ id });
    expect(await look('once')).toMatchObject({ version: 4, items: 1 });
  });
});

describe('limits', () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => [`v${i}`, '']);

  it.each([
    ['five hundred variables', { input: Object.fromEntries(many(500)) }, { input: Object.fromEntries(many(501)) }],
    ['names', { input: { ['n'.repeat(100)]: 1 } }, { input: { ['n'.repeat(101)]: 1 } }],
    ['no nameless one', { input: { ' ': 1 } }, { input: { '': 1 } }],
    ['the expected answer', { input: {}, expected: 'x'.repeat(65_536) }, { input: {}, expected: 'x'.repeat(65_537) }],
    [
      'the metadata',
      { input: {}, metadata: { m: 'x'.repeat(16_000) } },
      { input: {}, metadata: { m: 'x'.repeat(16_384) } },
    ],
    ['all of it', { input: { a: 'x'.repeat(131_000) } }, { input: { a: 'x'.repeat(131_072) } }],
    [
      'all of it together',
      { input: { a: 'x'.repeat(65_000) }, expected: 'x'.repeat(65_536) },
      { input: { a: 'é'.repeat(35_000) }, expected: 'x'.repeat(65_536) },
    ],
    ['plain texts', { input: { a: 'a' } }, { input: { a: 'a\0' } }],
    ['plain answers', { input: {}, expected: '' }, { input: {}, expected: 'a\0' }],
    ['an object', { input: {} }, { input: [] }],
    ['an input', { input: {} }, {}],
    ['an answer that is a text', { input: {}, expected: null }, { input: {}, expected: 1 }],
    ['metadata that is an object', { input: {}, metadata: null }, { input: {}, metadata: 'x' }],
    ['no more fields', { input: {} }, { input: {}, output: 'x' }],
  ])('of an item: %s', async (_, good, bad) => {
    const name = `limit-${crypto.randomUUID()}`;
    await dataset(eve, name, [good]);
    const [id] = await idsOf(name);
    expectProblem(await addItems(eve, name, [good, bad]), 400, 'validation_failed');
    expectProblem(await eve.send('PUT', `${at(name)}/items/${id}`, bad), 400, 'validation_failed');
    const file = await importFile(eve, name, `${JSON.stringify(good)}\n${JSON.stringify(bad)}`, JSONL);
    expectProblem(file, 400, 'validation_failed');
    expect(file.body.errors[0].path).toMatch(/^line 2/);
    expect(await look(name)).toMatchObject({ version: 1, items: 1 });
  });

  it('of a call: one to a thousand items', async () => {
    await dataset(eve, 'call');
    expectProblem(await addItems(eve, 'call', []), 400, 'validation_failed');
    const thousand = Array.from({ length: 1000 }, (_, i) => item(i));
    expectProblem(await addItems(eve, 'call', [...thousand, item('x')]), 400, 'validation_failed');
    expect((await ok(addItems(eve, 'call', thousand))).ids).toHaveLength(1000);
  });

  it('of a dataset: ten thousand items, and what all versions keep together', async () => {
    const { id } = await dataset(eve, 'full');
    const lines = (count: number) => Array.from({ length: count }, (_, i) => `{"input":{"n":"${i}"}}`).join('\n');
    expect(await ok(importFile(eve, 'full', lines(10_000), JSONL), 201)).toEqual({
      version: 1,
      added: 10_000,
      removed: 0,
      items: 10_000,
    });
    expectProblem(await addItems(eve, 'full', [item('x')]), 409, 'state_conflict');
    expectProblem(await importFile(eve, 'full', lines(10_001), JSONL, 'PUT'), 400, 'validation_failed');
    const [stored] = await d1('SELECT stored_items AS items, stored_bytes AS bytes FROM datasets WHERE id = ?', id);
    expect(stored).toEqual({ items: 10_000, bytes: lines(10_000).length - 9_999 - 10_000 * '{"input":}'.length });
    expect((await ok(importFile(eve, 'full', lines(1), JSONL, 'PUT'))).removed).toBe(10_000);
    await d1('UPDATE datasets SET stored_items = 99999 WHERE id = ?', id);
    await ok(addItems(eve, 'full', [item('last')]));
    expectProblem(await addItems(eve, 'full', [item('x')]), 409, 'state_conflict');
    await d1('UPDATE datasets SET stored_items = 0, stored_bytes = ? WHERE id = ?', 256 * 1024 * 1024 - 9, id);
    await ok(addItems(eve, 'full', [{ input: { n: '1' } }]));
    expectProblem(await addItems(eve, 'full', [{ input: {} }]), 409, 'state_conflict');
    // What is taken out is no more than what is there.
    await ok(eve.send('DELETE', `${at('full')}/items/${(await idsOf('full'))[0]}`));
  });
});

describe('a deleted dataset', () => {
  it('keeps its items for a month, and then forgets them', async () => {
    const { id } = await dataset(eve, 'forgotten', [item(1), item(2)]);
    const other = await dataset(bob, 'forgotten', [item(1)]);
    const left = async (of: string) =>
      (await d1('SELECT count(*) AS n FROM dataset_items WHERE dataset_id = ?', of))[0].n;
    await ok(eve.send('DELETE', at('forgotten')));
    const later = (days: number) => contextWith({}, { now: () => Date.now() + days * 24 * 60 * 60 * 1000 });
    await sweepDatasets(later(29));
    expect(await left(id)).toBe(2);
    await sweepDatasets(later(31));
    expect(await left(id)).toBe(0);
    expect(await left(other.id)).toBe(1);
    expect(await d1('SELECT stored_items AS n FROM datasets WHERE id = ?', id)).toEqual([{ n: 0 }]);
  });
});
