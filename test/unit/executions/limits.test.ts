import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bucket, draw, type Limits, monthOf, usedShare } from '../../../src/executions/domain/limits.ts';

const MINUTE = 60_000;

/** Draws at each of these times, in this order. @returns which of them were let through */
function drawAll(times: readonly number[], perMinute: number): number[] {
  const through: number[] = [];
  let bucket: Bucket | null = null;
  for (const now of times) {
    const drawn = draw(bucket, perMinute, now);
    if (drawn.bucket === null) continue;
    bucket = drawn.bucket;
    through.push(now);
  }
  return through;
}

const start = Date.UTC(2026, 10, 20);
const perMinute = fc.integer({ min: 1, max: 100_000 });

describe('executions a minute', () => {
  it('are at once a minute’s worth at most', () => {
    for (const limit of [1, 3, 1_000]) {
      expect(drawAll(Array<number>(limit + 5).fill(start), limit)).toHaveLength(limit);
    }
  });

  it('are in any span of time a minute’s worth and what came in meanwhile, at most, in whatever order they come', () => {
    // Few different times: those who ask have clocks of their own, some of them behind.
    const offset = fc.oneof(
      fc.integer({ min: 0, max: 5 * MINUTE }),
      fc.integer({ min: 0, max: 4 }).map((step) => step * 30_000),
    );
    const schedule = fc.array(offset, { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(schedule, fc.integer({ min: 1, max: 20 }), fc.boolean(), (offsets, limit, inOrder) => {
        const times = offsets.map((offset) => start + offset);
        // One whose clock is behind comes when the latest clock before it said.
        let latest = start;
        const through = drawAll(inOrder ? times.toSorted((a, b) => a - b) : times, limit).map((time) => {
          latest = Math.max(latest, time);
          return latest;
        });
        for (const [i, from] of through.entries()) {
          for (let j = i; j < through.length; j++) {
            const span = (through[j] ?? from) - from;
            expect(j - i + 1).toBeLessThanOrEqual(limit + (span * limit) / MINUTE + 0.01);
          }
        }
      }),
    );
  });

  it('can be had again after the wait that was told, and not much earlier', () => {
    fc.assert(
      fc.property(perMinute, fc.integer({ min: 0, max: MINUTE }), (limit, pause) => {
        let bucket: Bucket | null = { tokens: 0, at: start };
        const early = draw(bucket, limit, start + pause);
        if (early.bucket !== null) {
          // The millionth.
          expect((pause * limit) / MINUTE).toBeGreaterThanOrEqual(1 - 1e-6);
          return;
        }
        expect(early.waitMs).toBeGreaterThan(0);
        bucket = draw(bucket, limit, start + pause + early.waitMs).bucket;
        expect(bucket).not.toBeNull();
        expect(
          draw({ tokens: 0, at: start }, limit, start + pause + early.waitMs - 1 - MINUTE / limit).bucket,
        ).toBeNull();
      }),
    );
  });

  it('follow a limit that is changed: a full bucket holds no more than the new one', () => {
    const { bucket } = draw(null, 1_000, start);
    expect(drawOn(bucket, 2, start + MINUTE)).toBe(2);
    expect(drawOn(draw(null, 1, start).bucket, 10, start)).toBe(0);
  });
});

/** How many a bucket gives at once. */
function drawOn(from: Bucket | null, limit: number, now: number): number {
  let count = 0;
  for (let { bucket } = draw(from, limit, now); bucket !== null; { bucket } = draw(bucket, limit, now)) count++;
  return count;
}

describe('a month', () => {
  it('is the calendar’s, in UTC', () => {
    expect(monthOf(Date.UTC(2026, 10, 30, 23, 59, 59, 999))).toBe('2026-11');
    expect(monthOf(Date.UTC(2026, 11, 1))).toBe('2026-12');
    expect(monthOf(Date.UTC(2027, 0, 1))).toBe('2027-01');
  });
});

describe('the share of a budget', () => {
  const none: Limits = {
    concurrentExecutions: 1,
    executionsPerMinute: 1,
    monthlyCostMicros: null,
    monthlyExecutions: null,
  };

  it('is none without a budget, and the fuller one of two', () => {
    const spent = { executions: 30, costMicros: 800 };
    expect(usedShare(none, spent)).toBeNull();
    expect(usedShare({ ...none, monthlyExecutions: 100 }, spent)).toBe(0.3);
    expect(usedShare({ ...none, monthlyCostMicros: 1_000 }, spent)).toBe(0.8);
    expect(usedShare({ ...none, monthlyCostMicros: 1_000, monthlyExecutions: 100 }, spent)).toBe(0.8);
    expect(usedShare({ ...none, monthlyCostMicros: 10_000, monthlyExecutions: 100 }, spent)).toBe(0.3);
  });

  it('of nothing is used up from the start', () => {
    for (const budget of [{ monthlyExecutions: 0 }, { monthlyCostMicros: 0 }]) {
      expect(usedShare({ ...none, ...budget }, { executions: 0, costMicros: 0 })).toBe(1);
    }
  });

  it('is 1 exactly when as much was spent, and grows with what is spent', () => {
    const amount = fc.integer({ min: 1, max: 1_000_000_000_000 });
    fc.assert(
      fc.property(amount, amount, (budget, spent) => {
        const limits = { ...none, monthlyExecutions: budget };
        const share = usedShare(limits, { executions: spent, costMicros: 0 }) ?? -1;
        expect(share >= 1).toBe(spent >= budget);
        expect(usedShare(limits, { executions: spent + 1, costMicros: 0 })).toBeGreaterThan(share);
      }),
    );
  });
});
