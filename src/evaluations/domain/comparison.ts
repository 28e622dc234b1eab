import { differences, type Estimate, estimate, type Values } from './bootstrap.ts';
import { percentile } from './percentile.ts';
import type { PassTally } from './tally.ts';
import { decide, type PassName, type Standing, type Verdict } from './winner.ts';

export interface ComparedScore extends Estimate {
  readonly evaluator: string;
  /** Of those that it scored, how many it was content with, 0 to 1. */
  readonly passRate: number | null;
  /** To the pass that did best by this evaluator; null: it is that one. */
  readonly toBest: Estimate | null;
}

/** One row: a pass and how it did. */
export interface ComparedPass extends PassName {
  /** How many of its items have come to an end. */
  readonly results: number;
  readonly failed: number;
  readonly scores: readonly ComparedScore[];
  /** Of each item's mean score. */
  readonly overall: Estimate;
  /** How much better than the best pass, item by item (never more than 0 on the mean); null: it is the best. */
  readonly toBest: Estimate | null;
  /** Of all that have come to an end, how many every evaluator was content with, 0 to 1. */
  readonly passRate: number | null;
  readonly latencyMs: { readonly p50: number | null; readonly p95: number | null };
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Micro-USD: of its runs, and of those who judged them. */
  readonly costMicros: number;
  readonly judgeCostMicros: number;
  /** Runs whose cost is unknown. */
  readonly unpriced: number;
}

export interface Comparison {
  /** Whether every result is in: before that nobody wins. */
  readonly complete: boolean;
  readonly items: number;
  readonly rows: readonly ComparedPass[];
  /** By all evaluators together. */
  readonly verdict: Verdict;
  /** By each of them alone. */
  readonly byEvaluator: readonly (Verdict & { readonly evaluator: string })[];
}

export interface Compared {
  readonly passes: readonly PassName[];
  /** Their names. */
  readonly evaluators: readonly string[];
  readonly items: number;
  readonly complete: boolean;
  readonly tally: readonly PassTally[];
}

/** Compares passes over the same items. @param seed the same gives the same intervals */
export function compare({ passes, evaluators, items, complete, tally }: Compared, seed: string): Comparison {
  const overall = race(
    tally.map((pass) => pass.overall),
    seed,
  );
  const races = evaluators.map((_, index) =>
    race(
      tally.map((pass) => pass.scores[index] ?? new Float64Array()),
      seed,
    ),
  );
  const rows = passes.map((name, index): ComparedPass => {
    const pass = tally[index];
    if (pass === undefined) throw new Error('a pass has no tally');
    const { results, failed, inputTokens, outputTokens, costMicros, judgeCostMicros, unpriced } = pass;
    const latencies = pass.latencies.toSorted((a, b) => a - b);
    return {
      ...name,
      results,
      failed,
      scores: evaluators.map((evaluator, at): ComparedScore => {
        const { yes, of } = pass.passed[at] ?? { yes: 0, of: 0 };
        const standing = races[at]?.standings[index] ?? NO_STANDING;
        return { evaluator, ...standing.own, passRate: share(yes, of), toBest: standing.toBest };
      }),
      overall: (overall.standings[index] ?? NO_STANDING).own,
      toBest: (overall.standings[index] ?? NO_STANDING).toBest,
      passRate: share(pass.allPassed, results),
      latencyMs: { p50: percentile(latencies, 0.5), p95: percentile(latencies, 0.95) },
      inputTokens,
      outputTokens,
      costMicros,
      judgeCostMicros,
      unpriced,
    };
  });
  const verdictOf = ({ standings, order }: Race): Verdict => decide({ passes, standings, order, items, complete });
  return {
    complete,
    items,
    rows,
    verdict: verdictOf(overall),
    byEvaluator: evaluators.map((evaluator, at) => ({ evaluator, ...verdictOf(races[at] ?? NO_RACE) })),
  };
}

interface Race {
  readonly standings: readonly Standing[];
  /** The passes from the best to the worst; those without a score are left out. */
  readonly order: readonly number[];
}

const NO_STANDING: Standing = { own: { n: 0, mean: null, interval: null }, toBest: null };
const NO_RACE: Race = { standings: [], order: [] };

function race(values: readonly Values[], seed: string): Race {
  const means = values.map(meanOf);
  const order = [...means.keys()]
    .filter((index) => means[index] !== null)
    .toSorted((a, b) => (means[b] ?? 0) - (means[a] ?? 0) || a - b);
  const [best] = order;
  const reference = best === undefined ? undefined : values[best];
  const paired = reference === undefined ? [] : values.map((each) => differences(each, reference));
  const estimates = estimate([...values, ...paired], seed);
  const standings = values.map((_, index): Standing => ({
    own: estimates[index] ?? NO_STANDING.own,
    toBest: index === best ? null : (estimates[values.length + index] ?? null),
  }));
  return { standings, order };
}

function meanOf(values: Values): number | null {
  let sum = 0;
  let n = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    n += 1;
  }
  return n === 0 ? null : sum / n;
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
