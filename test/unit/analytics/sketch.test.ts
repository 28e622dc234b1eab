import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ACCURACY,
  addToSketch,
  bucketOf,
  mergeInto,
  quantiles,
  type Sketch,
  sketchFromJson,
  sketchToJson,
} from '../../../src/analytics/domain/sketch.ts';

const SHARES = [0, 0.25, 0.5, 0.95, 0.99, 1] as const;

function sketchOf(values: readonly number[]): Map<number, number> {
  const sketch = new Map<number, number>();
  for (const value of values) addToSketch(sketch, bucketOf(value), 1);
  return sketch;
}

/** The value below which that share of all lies. */
const exact = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;

const latency = fc.oneof(
  fc.integer({ min: 1, max: 86_400_000 }),
  fc.integer({ min: 1, max: 2_000 }),
  fc.double({ min: 1, max: 86_400_000, noNaN: true }),
);
const latencies = fc.array(latency, { minLength: 1, maxLength: 200, size: 'max' });

describe('a sketch of latencies', () => {
  it('tells every quantile within its accuracy', () => {
    fc.assert(
      fc.property(latencies, (values) => {
        const found = quantiles(sketchOf(values), SHARES) ?? [];
        for (const [i, share] of SHARES.entries()) {
          const truth = exact(values, share);
          // A hair more than it says, for logarithms are rounded too.
          expect(Math.abs((found[i] ?? Number.NaN) - truth)).toBeLessThanOrEqual(truth * ACCURACY * (1 + 1e-9));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is the same made at once or of parts, in any order', () => {
    fc.assert(
      fc.property(fc.array(latencies, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (parts, picks) => {
        const merged = new Map<number, number>();
        const left = parts.map(sketchOf);
        while (left.length > 0) {
          const [next] = left.splice(Number(picks.next().value) % left.length, 1);
          if (next !== undefined) mergeInto(merged, next);
        }
        expect(sketchToJson(merged)).toBe(sketchToJson(sketchOf(parts.flat())));
      }),
    );
  });

  it('has a bounded number of buckets, whatever comes', () => {
    for (const value of [-5, 0, 0.3, 1, 86_400_000, 1e12, Infinity]) {
      expect(bucketOf(value)).toBeGreaterThanOrEqual(0);
      expect(bucketOf(value)).toBeLessThan(915);
    }
    expect(bucketOf(0)).toBe(bucketOf(1));
    expect(bucketOf(Infinity)).toBe(bucketOf(86_400_000));
  });

  it('says nothing of nothing, and keeps through JSON', () => {
    expect(quantiles(new Map(), [0.5])).toBeNull();
    const sketch: Sketch = sketchOf([900, 3, 3, 70]);
    expect(sketchToJson(sketch)).toMatch(/^\{"\d+":2,"\d+":1,"\d+":1\}$/);
    expect(sketchToJson(sketchFromJson(sketchToJson(sketch)))).toBe(sketchToJson(sketch));
  });
});
