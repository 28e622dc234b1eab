import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/evaluations/domain/comparison.ts';
import { randomFrom } from '../../../src/evaluations/domain/random.ts';
import { count, type Measured, newTally } from '../../../src/evaluations/domain/tally.ts';

const nameOf = (index: number) => ({ tag: `1.${index}.0`, model: 'echo', modelRevision: 1 });

const measured = (pass: number, item: number, score: number | null, more: Partial<Measured> = {}): Measured => ({
  pass,
  item,
  failed: score === null,
  scores: [score],
  passed: [score === null ? null : score >= 0.5],
  latencyMs: 100 + item,
  inputTokens: 10,
  outputTokens: 5,
  costMicros: 7,
  judgeCostMicros: 0,
  ...more,
});

/** Passes by their scores, one evaluator. */
function compared(scores: readonly (readonly (number | null)[])[], more: { complete?: boolean } = {}) {
  const items = Math.max(0, ...scores.map(({ length }) => length));
  const tally = newTally({ passes: scores.length, items, evaluators: 1 });
  for (const [pass, row] of scores.entries())
    for (const [item, score] of row.entries()) count(tally, measured(pass, item, score));
  const passes = scores.map((_, index) => nameOf(index));
  return compare({ passes, evaluators: ['exact'], items, complete: true, tally, ...more }, 'evl_seed');
}

const times = (n: number, score: number | null) => Array.from({ length: n }, () => score);

describe('the winner', () => {
  it('is the one whose lead over the next leaves zero out', () => {
    const { verdict, byEvaluator, rows } = compared([times(50, 0.4), times(50, 0.9), times(50, 0.6)]);
    expect(verdict).toMatchObject({ winner: 1, code: 'interval_excludes_zero' });
    expect(verdict.message).toBe(
      '1.1.0 on echo scored 0.3 more than 1.2.0 on echo, with a 95 % interval from 0.3 to 0.3.',
    );
    expect(byEvaluator).toMatchObject([{ evaluator: 'exact', winner: 1 }]);
    expect(rows.map(({ toBest }) => toBest?.mean ?? null)).toEqual([
      expect.closeTo(-0.5, 10),
      null,
      expect.closeTo(-0.3, 10),
    ]);
  });

  it('is nobody where the lead may be chance', () => {
    const random = randomFrom('noise');
    const noise = () => Array.from({ length: 50 }, () => (random() % 101) / 100);
    const { verdict } = compared([noise(), noise()]);
    expect(verdict).toMatchObject({ winner: null, code: 'interval_includes_zero' });
    expect(verdict.message).toContain('that may be chance');
  });

  it('is nobody where two do the same', () => {
    const same = [0, 1, 1, 0, 1, 0.1, 0.2, 0.3];
    expect(compared([same, same]).verdict).toMatchObject({ winner: null, code: 'interval_includes_zero' });
    // A sum that is zero but for its rounding is zero.
    const [a, b] = [times(9, 0.1 + 0.2), times(9, 0.3)];
    expect(compared([a, b]).verdict).toMatchObject({ winner: null, code: 'interval_includes_zero' });
  });

  it('is nobody before all is in, alone, or with too few items', () => {
    const clear = [times(50, 0), times(50, 1)];
    expect(compared(clear, { complete: false }).verdict).toMatchObject({ winner: null, code: 'unfinished' });
    expect(compared([times(50, 1)]).verdict).toMatchObject({ winner: null, code: 'only_one' });
    expect(compared([times(5, 0), times(5, 1)]).verdict).toMatchObject({ winner: null, code: 'too_few_items' });
    expect(compared([times(6, 0), times(6, 1)]).verdict).toMatchObject({ winner: 1 });
    expect(compared([[], []]).verdict).toMatchObject({ winner: null, code: 'scores_missing' });
  });

  it('is nobody where one of the two lacks more than one score in twenty', () => {
    const missing = (n: number) => [...times(n, null), ...times(100 - n, 1)];
    expect(compared([times(100, 0), missing(5)]).verdict).toMatchObject({ winner: 1 });
    const { verdict } = compared([times(100, 0), missing(6)]);
    expect(verdict).toMatchObject({ winner: null, code: 'scores_missing' });
    expect(verdict.message).toBe('1.1.0 on echo has scores for 94 of 100 items only.');
    expect(compared([times(100, null), times(100, 1)]).verdict).toMatchObject({ code: 'scores_missing' });
    // A third that is worse, or failed altogether, is in nobody's way.
    expect(compared([times(100, 0.5), times(100, 1), missing(90).map((score) => score && 0.1)]).verdict.winner).toBe(1);
    expect(compared([times(100, 0.5), times(100, 1), times(100, null)]).verdict.winner).toBe(1);
  });

  it('is seldom declared where there is none', () => {
    const random = randomFrom('no difference');
    let declared = 0;
    for (let round = 0; round < 100; round++) {
      const flips = () => Array.from({ length: 40 }, () => random() % 2);
      const items = 40;
      const tally = newTally({ passes: 2, items, evaluators: 1 });
      for (const pass of [0, 1])
        for (const [item, score] of flips().entries()) count(tally, measured(pass, item, score));
      const passes = [nameOf(0), nameOf(1)];
      const { verdict } = compare({ passes, evaluators: ['e'], items, complete: true, tally }, `round ${round}`);
      if (verdict.winner !== null) declared += 1;
    }
    expect(declared / 100).toBeLessThan(0.09);
  });

  it('does not hang on the order in which passes are named', () => {
    const scores = fc.array(
      fc.integer({ min: 0, max: 4 }).map((value) => value / 4),
      { minLength: 8, maxLength: 20 },
    );
    fc.assert(
      fc.property(scores, scores, (a, b) => {
        const length = Math.min(a.length, b.length);
        const [first, second] = [a.slice(0, length), b.slice(0, length)];
        const [there, back] = [compared([first, second]), compared([second, first])];
        expect(back.verdict.code).toBe(there.verdict.code);
        expect(back.verdict.winner).toBe(there.verdict.winner === null ? null : 1 - there.verdict.winner);
        expect(back.rows.map(({ overall }) => overall)).toEqual(there.rows.map(({ overall }) => overall).toReversed());
      }),
      { numRuns: 30 },
    );
  });
});

describe('a row', () => {
  it('adds up what its results say', () => {
    const tally = newTally({ passes: 1, items: 4, evaluators: 2 });
    const rows: Partial<Measured>[] = [
      { scores: [1, 0.5], passed: [true, true], latencyMs: 100, costMicros: 10, judgeCostMicros: 3 },
      { scores: [0, 1], passed: [false, true], latencyMs: 200, costMicros: null, inputTokens: null },
      { scores: [1, null], passed: [true, null], failed: true, latencyMs: 300, costMicros: 20, judgeCostMicros: 4 },
      {
        scores: [null, null],
        passed: [null, null],
        failed: true,
        latencyMs: null,
        outputTokens: null,
        costMicros: null,
      },
    ];
    for (const [item, row] of rows.entries()) count(tally, measured(0, item, 0, row));
    const of = { passes: [nameOf(0)], evaluators: ['exact', 'judge'], items: 4, complete: true, tally };
    const { rows: found } = compare(of, 'seed');
    expect(found).toEqual([
      {
        ...nameOf(0),
        results: 4,
        failed: 2,
        scores: [
          { evaluator: 'exact', n: 3, mean: 2 / 3, interval: expect.any(Array), passRate: 2 / 3, toBest: null },
          { evaluator: 'judge', n: 2, mean: 0.75, interval: expect.any(Array), passRate: 1, toBest: null },
        ],
        // Only where both gave a score.
        overall: { n: 2, mean: 0.625, interval: [0.5, 0.75] },
        toBest: null,
        passRate: 1 / 4,
        latencyMs: { p50: 200, p95: 290 },
        inputTokens: 30,
        outputTokens: 15,
        costMicros: 30,
        judgeCostMicros: 7,
        unpriced: 2,
      },
    ]);
  });

  it('is there before anything else is', () => {
    const [row] = compared([[], []]).rows;
    expect(row).toMatchObject({ results: 0, passRate: null, latencyMs: { p50: null, p95: null } });
    expect(row?.overall).toEqual({ n: 0, mean: null, interval: null });
  });

  it('does not depend on the order in which results come in', () => {
    const results = Array.from({ length: 60 }, (_, i) => measured(i % 2, Math.floor(i / 2), ((i * 7) % 11) / 10));
    const of = (order: readonly Measured[]) => {
      const tally = newTally({ passes: 2, items: 30, evaluators: 1 });
      for (const result of order) count(tally, result);
      return compare({ passes: [nameOf(0), nameOf(1)], evaluators: ['e'], items: 30, complete: true, tally }, 'seed');
    };
    fc.assert(
      fc.property(fc.shuffledSubarray(results, { minLength: results.length }), (order) => {
        expect(of(order)).toEqual(of(results));
      }),
      { numRuns: 20 },
    );
  });
});

describe('the largest comparison', () => {
  it('comes to an end', () => {
    const [passes, items, evaluators] = [25, 2_000, 10];
    const random = randomFrom('large');
    const tally = newTally({ passes, items, evaluators });
    for (let pass = 0; pass < passes; pass++) {
      for (let item = 0; item < items; item++) {
        const scores = Array.from({ length: evaluators }, () => (random() % 101) / 100);
        count(tally, measured(pass, item, 0, { scores, passed: scores.map((score) => score > 0.5) }));
      }
    }
    const names = Array.from({ length: passes }, (_, index) => nameOf(index));
    const all = Array.from({ length: evaluators }, (_, index) => `e${index}`);
    const { rows } = compare({ passes: names, evaluators: all, items, complete: true, tally }, 'seed');
    expect(rows).toHaveLength(25);
  });
});
