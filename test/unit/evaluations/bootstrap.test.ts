import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences, estimate } from '../../../src/evaluations/domain/bootstrap.ts';
import { percentile } from '../../../src/evaluations/domain/percentile.ts';
import { below, randomFrom, shuffled } from '../../../src/evaluations/domain/random.ts';

const one = (values: readonly number[], seed = 'seed') => estimate([Float64Array.from(values)], seed)[0]!;
const none = Number.NaN;

/** Scores as evaluators give them: 0 to 1, with gaps. */
const scores = (least: number, most: number, gaps = true) =>
  fc.array(gaps ? fc.oneof({ weight: 4, arbitrary: unit() }, { weight: 1, arbitrary: fc.constant(none) }) : unit(), {
    minLength: least,
    maxLength: most,
  });
const unit = () => fc.integer({ min: 0, max: 100 }).map((value) => value / 100);

/** Two uniform numbers make a normal one (Box and Muller, 1958). */
function normal(random: () => number): number {
  const [a, b] = [(random() + 1) / 4_294_967_297, random() / 4_294_967_296];
  return Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b);
}

describe('numbers as if by chance', () => {
  it('are the same for the same seed, and others for another', () => {
    const drawn = (seed: string) => Array.from({ length: 100 }, randomFrom(seed));
    expect(drawn('a')).toEqual(drawn('a'));
    expect(drawn('a')).not.toEqual(drawn('b'));
  });

  it('fall evenly', () => {
    const random = randomFrom('even');
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 100_000; i++) counts[below(random, 10)]! += 1;
    // Chi-square with 9 degrees of freedom: 27.9 is passed once in a thousand seeds.
    expect(counts.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0)).toBeLessThan(27.9);
  });

  it('shuffle without losing anything', () => {
    const order = shuffled(randomFrom('order'), 1_000);
    expect([...order].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
    expect([...order]).not.toEqual([...order].toSorted((a, b) => a - b));
  });
});

describe('percentiles', () => {
  // numpy.percentile([15, 20, 35, 40, 50], [0, 5, 30, 40, 50, 95, 100]), its default method.
  it.each([
    [0, 15],
    [0.05, 16],
    [0.3, 23],
    [0.4, 29],
    [0.5, 35],
    [0.95, 48],
    [1, 50],
  ])('of 15 20 35 40 50: %d is %d', (share, expected) => {
    expect(percentile([15, 20, 35, 40, 50], share)).toBeCloseTo(expected, 10);
  });

  it('of one value are that value, of none there is none', () => {
    expect([percentile([7], 0.05), percentile([7], 0.95), percentile([], 0.5)]).toEqual([7, 7, null]);
  });
});

describe('a mean and its interval', () => {
  it('says nothing of nothing, and of one value no interval', () => {
    expect(one([])).toEqual({ n: 0, mean: null, interval: null });
    expect(one([none, none])).toEqual({ n: 0, mean: null, interval: null });
    expect(one([none, 0.5])).toEqual({ n: 1, mean: 0.5, interval: null });
    expect(estimate([], 'seed')).toEqual([]);
  });

  it('lies within what was seen, is in order, and the same for the same seed', () => {
    fc.assert(
      fc.property(scores(2, 40), (values) => {
        const found = one(values);
        expect(one(values)).toEqual(found);
        const there = values.filter((value) => !Number.isNaN(value));
        expect(found.n).toBe(there.length);
        if (found.interval === null || found.mean === null) return;
        const [low, high] = found.interval;
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(Math.min(...there) - 1e-12);
        expect(high).toBeLessThanOrEqual(Math.max(...there) + 1e-12);
      }),
      { numRuns: 30 },
    );
  });

  it('moves and stretches with its values', () => {
    fc.assert(
      fc.property(scores(2, 30), unit(), fc.integer({ min: 1, max: 9 }), (values, by, times) => {
        const [before, after] = [one(values), one(values.map((value) => value * times + by))];
        expect(after.n).toBe(before.n);
        if (before.interval === null || after.interval === null) return;
        for (const side of [0, 1] as const)
          expect(after.interval[side]).toBeCloseTo(before.interval[side] * times + by, 9);
        expect(after.mean).toBeCloseTo(before.mean! * times + by, 9);
      }),
      { numRuns: 30 },
    );
  });

  it('is, for many values, what the normal distribution says', () => {
    const random = randomFrom('normal');
    const values = Array.from({ length: 800 }, () => normal(random));
    const { mean, interval } = one(values);
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean!) ** 2, 0) / values.length);
    const margin = (1.96 * deviation) / Math.sqrt(values.length);
    expect((interval![1] - interval![0]) / 2 / margin).toBeGreaterThan(0.93);
    expect((interval![1] - interval![0]) / 2 / margin).toBeLessThan(1.07);
  });

  it('and for more than are drawn one by one too', () => {
    const random = randomFrom('many');
    const values = Array.from({ length: 10_000 }, () => normal(random));
    const { mean, interval } = one(values);
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean!) ** 2, 0) / values.length);
    const margin = (1.96 * deviation) / Math.sqrt(values.length);
    expect((interval![1] - interval![0]) / 2 / margin).toBeGreaterThan(0.9);
    expect((interval![1] - interval![0]) / 2 / margin).toBeLessThan(1.1);
  });

  it('holds the truth about 95 times in 100', () => {
    const random = randomFrom('truth');
    const rounds = 200;
    let held = 0;
    for (let round = 0; round < rounds; round++) {
      // A coin that shows 1 in 7 of 10 throws, 60 throws.
      const values = Array.from({ length: 60 }, () => (below(random, 10) < 7 ? 1 : 0));
      const [low, high] = one(values, `round ${round}`).interval!;
      if (low <= 0.7 && 0.7 <= high) held += 1;
    }
    expect(held / rounds).toBeGreaterThan(0.91);
    expect(held / rounds).toBeLessThan(0.98);
  });
});

describe('a paired difference', () => {
  it('turned around is the same with the other sign', () => {
    fc.assert(
      fc.property(scores(2, 30), scores(2, 30), (a, b) => {
        const length = Math.min(a.length, b.length);
        const [first, second] = [Float64Array.from(a.slice(0, length)), Float64Array.from(b.slice(0, length))];
        const [there, back] = estimate([differences(first, second), differences(second, first)], 'seed');
        expect(back!.n).toBe(there!.n);
        if (there!.interval === null || back!.interval === null) return;
        expect(back!.interval[0]).toBeCloseTo(-there!.interval[1], 12);
        expect(back!.interval[1]).toBeCloseTo(-there!.interval[0], 12);
      }),
      { numRuns: 30 },
    );
  });

  it('of a thing and itself is nothing at all', () => {
    const values = Float64Array.from([0, 1, 0.5, none, 0.25]);
    expect(estimate([differences(values, values)], 'seed')).toEqual([{ n: 4, mean: 0, interval: [0, 0] }]);
  });

  it('sees what unpaired means would not: a small gain on items of very different difficulty', () => {
    const random = randomFrom('paired');
    const before = Array.from({ length: 100 }, () => below(random, 90) / 100);
    const after = before.map((value) => value + 0.02 + below(random, 4) / 100);
    const [a, b, gain] = estimate(
      [
        Float64Array.from(before),
        Float64Array.from(after),
        differences(Float64Array.from(after), Float64Array.from(before)),
      ],
      'seed',
    );
    expect(b!.interval![0]).toBeLessThan(a!.interval![1]);
    expect(gain!.interval![0]).toBeGreaterThan(0.02);
  });
});
