import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { app } from '../../../src/app.ts';
import { owner, type Person } from '../../support/client.ts';
import { contents, CSV, dataset, datasetPath as at, exported, importFile, JSONL } from '../../support/datasets.ts';
import { fresh } from '../../support/house.ts';
import { expectProblem } from '../../support/problems.ts';
import { ok } from '../../support/team.ts';
import { env } from 'cloudflare:workers';

let ada: Person;
beforeAll(async () => {
  ada = await owner('Ada');
});

const made = async (): Promise<string> => {
  const name = fresh('file');
  await dataset(ada, name);
  return name;
};

describe('an import', () => {
  it('of JSON Lines', async () => {
    const name = await made();
    const text = `\uFEFF{"input":{"q":"a"},"expected":"b"}\r\n\n{"id":"dsi_old","input":{"n":[1,{"x":null}]},"metadata":{"k":true}}`;
    expect(await ok(importFile(ada, name, text, JSONL), 201)).toEqual({ version: 1, added: 2, removed: 0, items: 2 });
    expect(await contents(ada, name)).toEqual([
      { input: { q: 'a' }, expected: 'b', metadata: null },
      { input: { n: [1, { x: null }] }, expected: null, metadata: { k: true } },
    ]);
    await ok(importFile(ada, name, '{"input":{}}', { 'content-type': 'application/x-ndjson' }));
    expect(await contents(ada, name)).toHaveLength(3);
  });

  it('of CSV, as a spreadsheet writes it', async () => {
    const name = await made();
    const text =
      '\uFEFFid,question,input.tone,expected,metadata.source,n:json\r\n7,"Where, ""exactly""?",kind,"two\r\nlines",web,3\r\n,b,,,,\r\n';
    await ok(importFile(ada, name, text, { 'content-type': 'Text/CSV; charset=UTF-8; header=present' }));
    expect(await contents(ada, name)).toEqual([
      {
        input: { question: 'Where, "exactly"?', tone: 'kind', n: 3 },
        expected: 'two\r\nlines',
        metadata: { source: 'web' },
      },
      { input: { question: 'b' }, expected: null, metadata: null },
    ]);
  });

  it('is whole or nothing, and says what is wrong, line by line', async () => {
    const name = await made();
    const jsonl = await importFile(
      ada,
      name,
      '{"input":{}}\n{"input":\n\n[]\n{"input":{},"expected":1}\n{"input":{},"x":1}',
      JSONL,
    );
    expectProblem(jsonl, 400, 'validation_failed');
    expect(jsonl.body.errors).toEqual([{ path: 'line 2', message: 'is not well-formed JSON', code: 'malformed_json' }]);
    const shapes = await importFile(
      ada,
      name,
      '{"input":{}}\n\n[]\n{"input":{},"expected":1}\n{"input":{},"x":1}',
      JSONL,
    );
    expect(shapes.body.errors.map(({ path }: any) => path)).toEqual(['line 3', 'line 4: expected', 'line 5']);
    const csv = await importFile(ada, name, 'a,b:json\n1,2\n1\n"x\ny",{\n1,2,3\n', CSV);
    expectProblem(csv, 400, 'validation_failed');
    expect(csv.body.errors.map(({ path, code }: any) => [path, code])).toEqual([
      ['line 3', 'malformed_csv'],
      ['line 4: input.b:json', 'malformed_json'],
      ['line 6', 'malformed_csv'],
    ]);
    expect((await importFile(ada, name, 'a\nx"y\n', CSV)).body.errors).toMatchObject([
      { path: 'line 2', code: 'malformed_csv' },
    ]);
    const twice = await importFile(ada, name, 'a,input.a,expected,expected:json\n1,2,3,4\n', CSV);
    expect(twice.body.errors.map(({ path, code }: any) => [path, code])).toEqual([
      ['line 1: input.a', 'duplicate'],
      ['line 1: expected', 'duplicate'],
    ]);
    expect((await importFile(ada, name, 'a,\n1,2\n', CSV)).body.errors).toMatchObject([{ path: 'line 2: input' }]);
    expect((await importFile(ada, name, 'expected:json\n1\n', CSV)).body.errors).toMatchObject([
      { path: 'line 2: expected' },
    ]);
    const hundred = await importFile(ada, name, '{\n'.repeat(200), JSONL);
    expect(hundred.body.errors).toHaveLength(100);
    for (const [text, headers] of [
      ['', JSONL],
      ['\n\n', JSONL],
      ['', CSV],
      ['a,b\n', CSV],
    ] as const) {
      expectProblem(await importFile(ada, name, text, headers), 400, 'validation_failed');
    }
    expect(await ok(ada.send('GET', at(name)))).toMatchObject({ version: 0, items: 0 });
  });

  it('is of a type that it says, in UTF-8', async () => {
    const name = await made();
    for (const type of ['application/json', 'text/plain', 'application/vnd.ms-excel', '']) {
      const answer = await importFile(ada, name, '{"input":{}}', { 'content-type': type });
      expectProblem(answer, 415, 'unsupported_media_type');
      expect(answer.body.detail).toContain('`Content-Type: text/csv`');
    }
    for (const charset of ['iso-8859-1', 'utf-16', '"windows-1252"']) {
      const answer = await importFile(ada, name, 'a\nb\n', { 'content-type': `text/csv; charset=${charset}` });
      expectProblem(answer, 415, 'unsupported_media_type');
    }
    await ok(importFile(ada, name, 'a\nb\n', { 'content-type': 'text/csv; charset="utf-8"' }));
    // What a spreadsheet wrote in Latin-1 would be kept with holes in it.
    const bytes = Uint8Array.from([0x61, 0x0a, 0x78, 0x0a, 0x63, 0x61, 0x66, 0xe9, 0x0a]);
    const request = new Request(`https://footlight.test${at(name)}/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ada.accessToken}`, 'content-type': 'text/csv' },
      body: bytes,
    });
    const response = await app.fetch(request, env, {
      waitUntil: () => undefined,
      passThroughOnException: () => undefined,
    } as never);
    expect(await response.json()).toMatchObject({
      code: 'validation_failed',
      errors: [{ path: 'line 3', code: 'invalid_text' }],
    });
    // Other routes take JSON and nothing else, as before.
    const items = await ada.send('POST', `${at(name)}/items`, 'a\nb\n', CSV);
    expectProblem(items, 415, 'unsupported_media_type');
  });

  it('has a larger body than others, and no larger', async () => {
    const name = await made();
    const line = (length: number) => `{"input":{"a":"${'x'.repeat(length - '{"input":{"a":""}}'.length)}"}}`;
    const of = (bytes: number) => {
      const whole = Math.floor(bytes / 100_001);
      return [...Array.from({ length: whole }, () => line(100_000)), line(bytes - whole * 100_001)].join('\n');
    };
    const limit = 8 * 1024 * 1024;
    expect(of(limit)).toHaveLength(limit);
    expect((await ok(importFile(ada, name, of(limit), JSONL))).items).toBe(84);
    const answer = await importFile(ada, name, `${of(limit)}\n`, JSONL);
    expectProblem(answer, 413, 'payload_too_large');
    expect(answer.body.detail).toContain(String(limit));
    const { length } = (await exported(ada, name)).body;
    expect(length).toBeGreaterThan(limit);
    expectProblem(await ada.send('POST', `${at(name)}/items`, 'x'.repeat(1024 * 1024 + 1)), 413, 'payload_too_large');
  });
});

describe('an export', () => {
  it('is a file, of a version', async () => {
    const name = `team/${fresh('export')}`;
    await dataset(ada, name, [{ input: { q: 'a' } }]);
    await ok(importFile(ada, name, 'q\nb\n', CSV));
    const first = await exported(ada, name, '?version=1');
    expect(first.headers.get('content-type')).toBe('application/jsonl');
    expect(first.headers.get('content-disposition')).toBe(`attachment; filename="${name.replace('/', '-')}-v1.jsonl"`);
    expect(first.body).toMatch(/^\{"id":"dsi_[a-z0-9]+","input":\{"q":"a"\}\}\n$/);
    const csv = await exported(ada, name, '?format=csv');
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(csv.headers.get('content-disposition')).toContain('-v2.csv"');
    expect(csv.body).toMatch(/^id,input\.q,expected\r\ndsi_[a-z0-9]+,a,\r\ndsi_[a-z0-9]+,b,\r\n$/);
    expect((await exported(ada, name, '?version=0')).body).toBe('');
    expect((await exported(ada, name, '?version=0&format=csv')).body).toBe('id,expected\r\n');
    for (const query of ['?format=xml', '?version=x'])
      expectProblem(await exported(ada, name, query), 400, 'validation_failed');
  });

  it('of many pages is whole', async () => {
    const name = await made();
    const lines = Array.from({ length: 1001 }, (_, i) => `{"input":{"n":"${i}"},"expected":"${i}"}`);
    await ok(importFile(ada, name, lines.join('\n'), JSONL));
    const back = (await exported(ada, name)).body
      .trimEnd()
      .split('\n')
      .map((line: string) => JSON.parse(line));
    expect(back.map(({ input }: any) => Number(input.n))).toEqual(lines.map((_, i) => i));
    expect((await exported(ada, name, '?format=csv')).body.split('\r\n')).toHaveLength(1003);
  });

  it('breaks off where it cannot go on, so that a part is not taken for the whole', async () => {
    const name = await made();
    await ok(importFile(ada, name, '{"input":{}}\n'.repeat(450), JSONL));
    let reads = 0;
    const failing = new Proxy(env.DB, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (property !== 'prepare') return typeof value === 'function' ? value.bind(target) : value;
        return (query: string) => {
          if (query.includes('from "dataset_items"') && ++reads === 2) throw new Error('D1 is gone');
          return target.prepare(query);
        };
      },
    });
    const request = new Request(`https://footlight.test${at(name)}/export`, {
      headers: { authorization: `Bearer ${ada.accessToken}` },
    });
    const context = { waitUntil: () => undefined, passThroughOnException: () => undefined } as never;
    const response = await app.fetch(request, { ...env, DB: failing }, context);
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow('D1 is gone');
    expect(reads).toBe(2);
  });

  it('as CSV is safe to open in a spreadsheet', async () => {
    const name = await made();
    const starts = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1'];
    const items = starts.flatMap((text, i) => [
      { input: { [`a${i}`]: text }, expected: text, metadata: { [`m${i}`]: text } },
    ]);
    await ok(importFile(ada, name, items.map((each) => JSON.stringify(each)).join('\n'), JSONL));
    const { body } = await exported(ada, name, '?format=csv');
    const cells = body.split(/,|\r\n/).filter((cell: string) => cell !== '');
    for (const cell of cells) expect(cell).toMatch(/^("""|[a-z])/);
  });

  it('as CSV has a thousand columns at most', async () => {
    const name = await made();
    const wide = (count: number, from = 0) =>
      JSON.stringify({ input: Object.fromEntries(Array.from({ length: count }, (_, i) => [`v${from + i}`, 'x'])) });
    // With the expected answer they are a thousand.
    await ok(importFile(ada, name, [wide(500), wide(499, 500)].join('\n'), JSONL));
    expect((await exported(ada, name, '?format=csv')).status).toBe(200);
    await ok(importFile(ada, name, wide(1, 999), JSONL));
    expectProblem(await exported(ada, name, '?format=csv'), 409, 'state_conflict');
    expect((await exported(ada, name)).status).toBe(200);
  });

  it('that is imported again is the same, in both formats', async () => {
    const text = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom(
        '',
        ' ',
        'a,b',
        '"',
        'a\r\nb',
        '=1',
        "'",
        '[1]',
        'null',
        '{"a":1}',
        'é😀',
        '\uFEFFx',
        'a\\u0041',
        '__proto__',
        ':json',
      ),
    );
    const plain = text.filter((value) => !value.includes('\0') && value.isWellFormed() && !value.includes('\uFFFD'));
    const json = fc.oneof(
      plain,
      fc.constantFrom<any>(0, -1, 1.5, 1e21, true, false, null, [], {}, [1, ['a']], { a: { b: '\n' } }),
    );
    const key = fc.oneof(
      fc.constantFrom('a', 'b', 'id', 'expected', 'input.x', 'n:json', '=x', '__proto__', 'q"', 'ü, x'),
      plain.filter((name) => name !== ''),
    );
    const object = fc.array(fc.tuple(key, json), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs));
    const item = fc.record({
      input: object,
      expected: fc.oneof(plain, fc.constant(null)),
      metadata: fc.oneof(object, fc.constant(null)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 6 }), async (items) => {
        const [from, byLines, byCsv] = [await made(), await made(), await made()];
        await ok(importFile(ada, from, items.map((each) => JSON.stringify(each)).join('\n'), JSONL));
        const kept = await contents(ada, from);
        expect(kept).toEqual(
          items.map((each) => ({
            ...each,
            metadata: each.metadata === null || Object.keys(each.metadata).length === 0 ? null : each.metadata,
          })),
        );
        await ok(importFile(ada, byLines, (await exported(ada, from)).body, JSONL));
        await ok(importFile(ada, byCsv, (await exported(ada, from, '?format=csv')).body, CSV));
        expect(await contents(ada, byLines)).toEqual(kept);
        expect(await contents(ada, byCsv)).toEqual(kept);
      }),
      { numRuns: 12 },
    );
  });
});
