import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cover, DAY_MS, HOUR_MS } from '../../../src/analytics/domain/buckets.ts';
import { eventFact, executionFact, type Fact, feedbackFact, useFact } from '../../../src/analytics/domain/facts.ts';
import { fold, foldDays, type Rollup } from '../../../src/analytics/domain/fold.ts';
import { addCounts, noCounts } from '../../../src/analytics/domain/metrics.ts';
import { mergeInto, sketchToJson } from '../../../src/analytics/domain/sketch.ts';

const AT = Date.parse('2026-11-20T23:30:00Z');

const subjects = fc.record(
  {
    environment: fc.constantFrom('production', 'staging', null),
    promptId: fc.constantFrom('prm_a', 'prm_b', null),
    variant: fc.constantFrom('1.0.0', '2.0.0', null),
    model: fc.constantFrom('fast', null),
    personId: fc.constantFrom('usr_a', null),
    apiKeyId: fc.constantFrom('key_a', null),
  },
  { requiredKeys: [] },
);
const at = fc.integer({ min: AT, max: AT + 3 * DAY_MS });
const amount = fc.option(fc.nat(10_000));
const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc
    .tuple(at, fc.constantFrom('fetch' as const, 'render' as const, 'view' as const), fc.nat(100), subjects)
    .map(([when, use, count, of]) => useFact(when, use, count, of)),
  fc
    .tuple(
      at,
      fc.record({
        status: fc.constantFrom('completed' as const, 'failed' as const, 'cancelled' as const),
        cached: fc.boolean(),
        inputTokens: amount,
        outputTokens: amount,
        costMicros: amount,
        latencyMs: amount,
      }),
      subjects,
    )
    .map(([when, execution, of]) => executionFact(when, execution, of)),
  fc
    .tuple(at, fc.double({ min: 0, max: 1, noNaN: true }), subjects)
    .map(([when, score, of]) => feedbackFact(when, score, of)),
  fc.tuple(at, subjects).map(([when, of]) => eventFact(when, 'prompt.created', of)),
);

/** Rollups as a table would hold them. */
function table(rollups: readonly Rollup[]): string[] {
  const rows = new Map<string, Pick<Rollup, 'counts' | 'latency'>>();
  for (const { kind, subject, grain, bucket, counts, latency } of rollups) {
    const key = `${kind} ${subject} ${grain} ${bucket}`;
    const row = rows.get(key) ?? { counts: noCounts(), latency: new Map<number, number>() };
    addCounts(row.counts, counts);
    mergeInto(row.latency, latency);
    rows.set(key, row);
  }
  return [...rows]
    .map(([key, { counts, latency }]) => `${key} ${JSON.stringify(counts)} ${sketchToJson(latency)}`)
    .toSorted();
}

describe('folding', () => {
  it('gives the same in parts, in any order', () => {
    fc.assert(
      fc.property(
        fc
          .array(fact, { maxLength: 40, size: 'max' })
          .chain((facts) =>
            fc.tuple(
              fc.constant(facts),
              fc.shuffledSubarray(facts, { minLength: facts.length, maxLength: facts.length }),
              fc.nat(facts.length),
            ),
          ),
        ([facts, shuffled, cut]) => {
          const parts = [fold(shuffled.slice(0, cut)), fold(shuffled.slice(cut))].flat();
          expect(table(parts)).toEqual(table(fold(facts)));
          expect(table(foldDays(parts))).toEqual(table(foldDays(fold(facts))));
        },
      ),
    );
  });

  it('adds a fact to each subject it is of, once, in its hour and its day', () => {
    const of = {
      environment: 'production',
      promptId: 'prm_a',
      variant: '1.0.0',
      model: 'fast',
      personId: 'usr_a',
      apiKeyId: 'key_a',
    };
    const execution = { cached: false, inputTokens: 3, outputTokens: 4, costMicros: 5, latencyMs: 100 };
    const hours = fold([
      executionFact(AT, { ...execution, status: 'completed' }, of),
      executionFact(AT + HOUR_MS, { ...execution, status: 'failed' }, of),
    ]);
    expect(
      hours.filter(({ bucket }) => bucket === Math.floor(AT / HOUR_MS)).map((row) => [row.kind, row.subject]),
    ).toEqual([
      ['whole', ''],
      ['environment', 'production'],
      ['prompt', 'prm_a'],
      ['environment_prompt', 'production/prm_a'],
      ['variant', 'production/prm_a/1.0.0'],
      ['model', 'fast'],
      ['member', 'usr_a'],
      ['api_key', 'key_a'],
    ]);
    expect(hours).toHaveLength(16);
    for (const { counts, latency } of hours) {
      expect(counts).toMatchObject({ executions: 1, inputTokens: 3, outputTokens: 4, costMicros: 5 });
      expect(counts.errors + latency.size).toBe(1);
    }
    // Half past eleven and half past midnight: two days.
    expect(foldDays(hours)).toHaveLength(16);
  });

  it('tells a price that is not known from none, and a failure from what was called off', () => {
    const nothing = { cached: false, inputTokens: null, outputTokens: null, costMicros: null, latencyMs: 7 };
    expect(executionFact(AT, { ...nothing, status: 'completed' }, {}).counts.unpriced).toBe(1);
    const failed = executionFact(AT, { ...nothing, status: 'failed' }, {});
    expect(failed).toMatchObject({ latencyMs: null, counts: { executions: 1, errors: 1, unpriced: 0, costMicros: 0 } });
    const cancelled = executionFact(AT, { ...nothing, status: 'cancelled' }, {});
    expect(cancelled.counts).toMatchObject({ executions: 1, errors: 0, unpriced: 0 });
  });
});

describe('covering hours with buckets', () => {
  it('covers each hour once, with whole days wherever there is one', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(2_000), (from, length) => {
        const hours: number[] = [];
        for (const range of cover(from, from + length)) {
          expect(range.from).toBeLessThan(range.to);
          const size = range.grain === 'day' ? 24 : 1;
          for (let hour = range.from * size; hour < range.to * size; hour++) hours.push(hour);
        }
        expect(hours).toEqual(Array.from({ length }, (_, i) => from + i));
      }),
    );
  });

  it('needs no more for a year than for two days', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.integer({ min: 48, max: 9_600 }), (from, length) => {
        const ranges = cover(from, from + length);
        const hours = ranges.filter(({ grain }) => grain === 'hour').map((range) => range.to - range.from);
        expect(ranges.length).toBeLessThanOrEqual(3);
        expect(hours.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(46);
      }),
    );
  });
});
