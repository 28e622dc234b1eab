import { expect, it } from 'vitest';
import { outlineOf } from '../../../src/dead-letters/domain.ts';

it.each<[unknown, string]>([
  [null, 'null'],
  ['a secret', 'string'],
  [[1, 2], 'array'],
  [{}, '{  }'],
  [{ a: 'secret', b: 1, c: null, d: [], e: {} }, '{ a: string, b: number, c: null, d: array, e: object }'],
])('of %j says the form alone', (raw, outline) => {
  expect(outlineOf(raw)).toBe(outline);
});

it('is not long', () => {
  const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`field${i}`, i]));
  expect(outlineOf(wide)).toHaveLength(500);
});
