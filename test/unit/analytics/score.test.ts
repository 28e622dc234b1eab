import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeOf } from '../../../src/analytics/domain/answers.ts';
import { feedbackFact } from '../../../src/analytics/domain/facts.ts';
import { addCounts, noCounts } from '../../../src/analytics/domain/metrics.ts';
import { scoreOf } from '../../../src/analytics/domain/score.ts';

function scored(...scores: number[]) {
  const counts = noCounts();
  for (const score of scores) addCounts(counts, feedbackFact(0, score, {}).counts);
  return scoreOf(counts);
}

describe('how good answers were', () => {
  it('is what the scores say, with Student’s interval', () => {
    expect(scored()).toBeNull();
    expect(scored(0.7)).toEqual({ count: 1, mean: 0.7, interval: null });
    // Of 0.6 and 0.8: deviation 0.1414, t for one degree 12.706, so that it reaches beyond both ends.
    expect(scored(0.6, 0.8)).toEqual({ count: 2, mean: 0.7, interval: { low: 0, high: 1 } });
    // As R's t.test(c(.5,.6,.7,.6,.5,.7)) has it.
    const six = scored(0.5, 0.6, 0.7, 0.6, 0.5, 0.7);
    expect(six?.mean).toBeCloseTo(0.6, 10);
    expect(six?.interval?.low).toBeCloseTo(0.506, 3);
    expect(six?.interval?.high).toBeCloseTo(0.694, 3);
  });

  it('is an interval around the mean, within what a score can be, the narrower the more there are', () => {
    const score = fc.integer({ min: 0, max: 10_000 }).map((units) => units / 10_000);
    fc.assert(
      fc.property(fc.array(score, { minLength: 2, maxLength: 60 }), (scores) => {
        const found = scored(...scores);
        const twice = scored(...scores, ...scores);
        const mean = scores.reduce((sum, one) => sum + one, 0) / scores.length;
        const { low, high } = found?.interval ?? { low: Number.NaN, high: Number.NaN };
        expect(found?.mean).toBeCloseTo(mean, 9);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(mean + 1e-9);
        expect(high).toBeGreaterThanOrEqual(mean - 1e-9);
        expect(twice?.interval?.low).toBeGreaterThanOrEqual(low - 1e-9);
        expect(twice?.interval?.high).toBeLessThanOrEqual(high + 1e-9);
      }),
    );
  });
});

it('a change is of what there was, and none of nothing', () => {
  expect(changeOf({ activity: 3, before: 2 })).toBe(0.5);
  expect(changeOf({ activity: 1, before: 2 })).toBe(-0.5);
  expect(changeOf({ activity: 7, before: 0 })).toBeNull();
});
