import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoff } from '../../../src/platform/queue/backoff.ts';

describe('backoff', () => {
  it('grows fourfold, up to an hour', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 100].map((attempts) => backoff(attempts, 1));
    expect(longest).toEqual([2, 8, 32, 128, 512, 2048, 3600, 3600]);
    expect([1, 2, 6, 7, 100].map((attempts) => backoff(attempts, 0))).toEqual([1, 4, 1024, 1800, 1800]);
  });

  it('is between half of that and all, in whole seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, chance) => {
        const seconds = backoff(attempts, chance);
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(backoff(attempts, 0));
        expect(seconds).toBeLessThanOrEqual(backoff(attempts, 1));
      }),
    );
  });

  it('is spread', () => {
    expect(new Set(Array.from({ length: 50 }, () => backoff(6))).size).toBeGreaterThan(20);
  });
});
