import type { Values } from './bootstrap.ts';

/** What a comparison is made of: results by pass and item. */
export interface Shape {
  readonly passes: number;
  readonly items: number;
  readonly evaluators: number;
}

/** How one pass did on one item. */
export interface Measured {
  readonly pass: number;
  /** Its place in the dataset, from 0. */
  readonly item: number;
  /** Whether the run, or one of the evaluators, came to nothing. */
  readonly failed: boolean;
  /** By evaluator, in the evaluation's order; null: it gave none. */
  readonly scores: readonly (number | null)[];
  readonly passed: readonly (boolean | null)[];
  readonly latencyMs: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Micro-USD; null: the price or the use is unknown. */
  readonly costMicros: number | null;
  /** Micro-USD that the judges cost. */
  readonly judgeCostMicros: number;
}

/** What is known of one pass. Each array has a place for every item of the dataset. */
export interface PassTally {
  /** By evaluator. */
  readonly scores: readonly Values[];
  /** The mean of an item's scores; none unless every evaluator gave one. */
  readonly overall: Values;
  /** By evaluator: how often it was content, of how many. */
  readonly passed: { yes: number; of: number }[];
  readonly latencies: number[];
  results: number;
  failed: number;
  /** Results with which every evaluator was content. */
  allPassed: number;
  inputTokens: number;
  outputTokens: number;
  costMicros: number;
  judgeCostMicros: number;
  /** Runs whose cost is unknown. */
  unpriced: number;
}

export const newTally = ({ passes, items, evaluators }: Shape): PassTally[] =>
  Array.from({ length: passes }, () => ({
    scores: Array.from({ length: evaluators }, () => none(items)),
    overall: none(items),
    passed: Array.from({ length: evaluators }, () => ({ yes: 0, of: 0 })),
    latencies: [],
    results: 0,
    failed: 0,
    allPassed: 0,
    inputTokens: 0,
    outputTokens: 0,
    costMicros: 0,
    judgeCostMicros: 0,
    unpriced: 0,
  }));

const none = (items: number): Values => new Float64Array(items).fill(Number.NaN);

/** Counts a result in. */
export function count(tally: readonly PassTally[], result: Measured): void {
  const pass = tally[result.pass];
  if (pass === undefined) throw new Error('there is no such pass');
  const { item, scores, passed } = result;
  for (const [index, values] of pass.scores.entries()) values[item] = scores[index] ?? Number.NaN;
  // One that is missing makes the whole of it NaN.
  const total = pass.scores.reduce((sum, values) => sum + (values[item] ?? Number.NaN), 0);
  pass.overall[item] = total / pass.scores.length;
  for (const [index, judged] of pass.passed.entries()) {
    const verdict = passed[index] ?? null;
    if (verdict === null) continue;
    judged.of += 1;
    if (verdict) judged.yes += 1;
  }
  pass.results += 1;
  if (result.failed) pass.failed += 1;
  if (!result.failed && pass.passed.every((_, index) => passed[index] === true)) pass.allPassed += 1;
  if (result.latencyMs !== null) pass.latencies.push(result.latencyMs);
  pass.inputTokens += result.inputTokens ?? 0;
  pass.outputTokens += result.outputTokens ?? 0;
  pass.costMicros += result.costMicros ?? 0;
  pass.judgeCostMicros += result.judgeCostMicros;
  if (result.costMicros === null) pass.unpriced += 1;
}
