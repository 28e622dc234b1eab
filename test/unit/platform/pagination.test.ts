import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor, toPage } from '../../../src/platform/pagination.ts';

describe('a cursor', () => {
  it('comes back as it went, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer(), (text, number) => {
        const cursor = encodeCursor([text, number]);
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(decodeCursor(cursor, ['string', 'number'])).toEqual([text, number]);
      }),
    );
  });

  it('of another list, or of nobody, is refused', () => {
    const refused = expect.objectContaining({ code: 'validation_failed' });
    for (const cursor of [
      '',
      'nonsense',
      '!!!',
      encodeCursor([1]),
      encodeCursor(['a', 'b']),
      encodeCursor(['a', 1, 2]),
      btoa('{"length":2}'),
      btoa('null'),
    ]) {
      expect(() => decodeCursor(cursor, ['string', 'number']), cursor).toThrow(refused);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => decodeCursor(text, ['string', 'number', 'string'])).toThrow(refused);
      }),
    );
  });
});

describe('a page', () => {
  it('has its limit at most, and says where the next begins only when there is one', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(1000), { maxLength: 50 }),
        fc.integer({ min: 1, max: 20 }),
        (numbers, limit) => {
          const sorted = numbers.toSorted((a, b) => a - b);
          const found: number[] = [];
          let after = -1;
          for (let pages = 0; pages < 60; pages++) {
            const rows = sorted.filter((number) => number > after).slice(0, limit + 1);
            const page = toPage(
              rows,
              limit,
              (row) => [row],
              (row) => row,
            );
            expect(page.data.length).toBeLessThanOrEqual(limit);
            found.push(...page.data);
            if (page.nextCursor === null) break;
            [after] = decodeCursor(page.nextCursor, ['number']);
          }
          expect(found).toEqual(sorted);
        },
      ),
    );
  });
});
