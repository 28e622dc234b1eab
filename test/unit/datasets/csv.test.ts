import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Column, cellsOf, columnOf, headerOf, itemOf } from '../../../src/datasets/domain/columns.ts';
import { CsvError, csvLine, readCsv } from '../../../src/datasets/domain/csv.ts';

const cells = (text: string): string[][] => readCsv(text).map((record) => record.cells);

describe('CSV', () => {
  // RFC 4180, section 2, rules 1 to 7.
  it.each([
    [
      'aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n',
      [
        ['aaa', 'bbb', 'ccc'],
        ['zzz', 'yyy', 'xxx'],
      ],
    ],
    [
      'aaa,bbb,ccc\r\nzzz,yyy,xxx',
      [
        ['aaa', 'bbb', 'ccc'],
        ['zzz', 'yyy', 'xxx'],
      ],
    ],
    [
      '"aaa","bbb","ccc"\r\nzzz,yyy,xxx',
      [
        ['aaa', 'bbb', 'ccc'],
        ['zzz', 'yyy', 'xxx'],
      ],
    ],
    [
      '"aaa","b\r\nbb","ccc"\r\nzzz,yyy,xxx',
      [
        ['aaa', 'b\r\nbb', 'ccc'],
        ['zzz', 'yyy', 'xxx'],
      ],
    ],
    ['"aaa","b""bb","ccc"', [['aaa', 'b"bb', 'ccc']]],
    [
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['\uFEFFa,b\n', [['a', 'b']]],
    [
      'a,,\n,,c\n',
      [
        ['a', '', ''],
        ['', '', 'c'],
      ],
    ],
    ['a\n\n\nb\n', [['a'], ['b']]],
    [' a , b ', [[' a ', ' b ']]],
    ['""', []],
    ['"",""', [['', '']]],
    ['', []],
  ])('%j', (text, expected) => {
    expect(cells(text)).toEqual(expected);
  });

  it.each([
    ['a"b', 1],
    ['x\n"a"b', 2],
    ['"a\n\nb', 1],
    ['a,b\r\n"x\ny","z', 3],
    ['a\rb', 1],
  ])('that is none says on which line: %j', (text, line) => {
    expect(() => readCsv(text)).toThrow(CsvError);
    try {
      readCsv(text);
    } catch (error) {
      expect(error).toMatchObject({ line });
    }
  });

  it('knows on which line a record begins', () => {
    expect(readCsv('a\n"b\n\nc"\n\nd').map(({ line }) => line)).toEqual([1, 2, 6]);
  });

  it('is read as it was written', () => {
    const cell = fc.array(fc.constantFrom('a', ',', '"', '\r', '\n', '\r\n', ' ', '\t', 'é', ''), { maxLength: 6 });
    const record = fc.array(
      cell.map((parts) => parts.join('')),
      { minLength: 2, maxLength: 5 },
    );
    fc.assert(
      fc.property(fc.array(record, { maxLength: 5 }), (records) => {
        expect(cells(records.map(csvLine).join(''))).toEqual(records);
      }),
      { numRuns: 500 },
    );
  });

  it('is read in one pass, however it is made', () => {
    expect(cells('"'.repeat(1_000_001).concat('"'))).toEqual([['"'.repeat(500_000)]]);
    expect(() => cells(`${'"a",'.repeat(200_000)}"`)).toThrow(CsvError);
  });
});

describe('a column', () => {
  it.each([
    ['id', { part: 'id', name: '', json: false }],
    ['expected', { part: 'expected', name: '', json: false }],
    ['expected:json', { part: 'expected', name: '', json: true }],
    ['input.question', { part: 'input', name: 'question', json: false }],
    ['input.a.b:json', { part: 'input', name: 'a.b', json: true }],
    ['input.a:json:json', { part: 'input', name: 'a:json', json: true }],
    ['metadata.source', { part: 'metadata', name: 'source', json: false }],
    ['input.id', { part: 'input', name: 'id', json: false }],
  ] as [string, Column][])('%s', (header, column) => {
    expect(columnOf(header)).toEqual(column);
    expect(headerOf(column)).toBe(header);
  });

  it('of any other name is a variable', () => {
    expect(['question', 'input', 'metadata', 'n:json'].map(columnOf)).toEqual([
      { part: 'input', name: 'question', json: false },
      { part: 'input', name: 'input', json: false },
      { part: 'input', name: 'metadata', json: false },
      { part: 'input', name: 'n', json: true },
    ]);
  });

  it('gives back what it was given', () => {
    const columns = ['id', 'input.a', 'input.b:json', 'input.__proto__', 'expected:json', 'metadata.m'].map(columnOf);
    const input = JSON.parse('{"a":"x","b":[1,null],"__proto__":"y"}');
    const item = { id: 'dsi_1', input, expected: '', metadata: { m: 'z' } };
    expect(cellsOf(columns, item)).toEqual(['dsi_1', 'x', '[1,null]', 'y', '""', 'z']);
    expect(itemOf(columns, cellsOf(columns, item))).toEqual({ input, expected: '', metadata: { m: 'z' } });
    const empty = { id: 'dsi_1', input: {}, expected: null, metadata: null };
    expect(cellsOf(columns, empty)).toEqual(['dsi_1', '', '', '', '', '']);
    expect(itemOf(columns, cellsOf(columns, empty))).toEqual({ input: {} });
    expect(() => itemOf(columns, ['', '', 'x'])).toThrow(/JSON/);
  });
});
