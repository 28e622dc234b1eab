import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCsv, wantsCsv } from '../../../src/platform/http/csv.ts';

describe('CSV', () => {
  it('quotes as RFC 4180 has it', () => {
    expect(
      toCsv(
        ['a', 'b'],
        [
          ['x,y', 'say "hi"'],
          [null, 1.5],
          ['two\nlines', ' padded '],
        ],
      ),
    ).toBe('a,b\r\n"x,y","say ""hi"""\r\n,1.5\r\n"two\nlines"," padded "\r\n');
  });

  it('lets no text be taken for a formula, and leaves numbers alone', () => {
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1']) {
      expect(
        toCsv([], [[text]])
          .split('\r\n')
          .slice(1)
          .join('\r\n'),
        text,
      ).toMatch(/^"?'/);
    }
    expect(toCsv([], [[-1, 'a=b']])).toBe('\r\n-1,a=b\r\n');
  });

  it('can be read again, whatever was in it', () => {
    const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'ä') });
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 2 }), { maxLength: 5 }), (rows) => {
        const read = parse(toCsv(['x', 'y'], rows)).slice(1);
        expect(read).toEqual(rows.map((row) => row.map((text) => (/^[\r\n]/.test(text) ? `'${text}` : text))));
      }),
    );
  });

  it('is wanted where the query or the header says so, the query first', () => {
    expect(wantsCsv(undefined, undefined)).toBe(false);
    expect(wantsCsv(undefined, '*/*')).toBe(false);
    expect(wantsCsv(undefined, 'application/json;q=0.5, text/csv')).toBe(true);
    expect(wantsCsv('csv', 'application/json')).toBe(true);
    expect(wantsCsv('json', 'text/csv')).toBe(false);
  });
});

/** A reader of RFC 4180, as small as it gets. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  const fields = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (const [, quoted, plain, end] of text.matchAll(fields)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}
