import { percentile } from './percentile.ts';
import { below, type Random, randomFrom, shuffled } from './random.ts';

/** How often is drawn anew. From 1,000 on a percentile interval holds still (Efron and Tibshirani, 1993, chapter 13). */
const RESAMPLES = 2_000;
/** More are drawn in random groups, so that the work has an end: the groups' means vary as much as their members' number says. */
const UNITS_MAX = 500;
const LOW = 0.025;
const HIGH = 0.975;

/** One value for each item, in the items' order; NaN: it has none. */
export type Values = Float64Array;

/** What a mean is, and where it lies with 95 % confidence. */
export interface Estimate {
  /** How many values there are. */
  readonly n: number;
  /** Null: there is none. */
  readonly mean: number | null;
  /** Null: fewer than two values say nothing of it. */
  readonly interval: readonly [low: number, high: number] | null;
}

/**
 * The means of several series over the same items, each with its 95 % percentile bootstrap interval. All are drawn
 * together, item by item, so that what is said of a difference (a series of its own) fits what is said of its parts.
 * @param seed the same gives the same intervals
 */
export function estimate(series: readonly Values[], seed: string): Estimate[] {
  const items = Math.max(0, ...series.map(({ length }) => length));
  const random = randomFrom(seed);
  const grouping = groupsOf(items, random);
  const grouped = series.map((values) => group(values, grouping));
  // Most have a value for every item: what they are divided by is the same for all of those.
  const sizes = group(new Float64Array(items), grouping).counts;
  const isWhole = series.map((values) => values.length === items && !values.some(Number.isNaN));
  const means = series.map(() => new Float64Array(RESAMPLES));
  const weights = new Float64Array(grouping.units);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    draw(random, weights);
    const size = weighted(sizes, weights);
    for (const [index, { sums, counts }] of grouped.entries()) {
      const into = means[index];
      // NaN: nothing was drawn that has a value.
      if (into !== undefined) {
        into[resample] = weighted(sums, weights) / (isWhole[index] === true ? size : weighted(counts, weights));
      }
    }
  }
  return series.map((values, index) => summarize(values, means[index] ?? new Float64Array()));
}

/** Draws as many units as there are, with replacement: how often each came up. */
function draw(random: Random, weights: Float64Array): void {
  weights.fill(0);
  for (let drawn = 0; drawn < weights.length; drawn++) {
    const unit = below(random, weights.length);
    weights[unit] = (weights[unit] ?? 0) + 1;
  }
}

interface Grouping {
  readonly units: number;
  readonly unitOf: (item: number) => number;
}

function groupsOf(items: number, random: Random): Grouping {
  if (items <= UNITS_MAX) return { units: items, unitOf: (item) => item };
  const order = shuffled(random, items);
  return { units: UNITS_MAX, unitOf: (item) => (order[item] ?? 0) % UNITS_MAX };
}

/** A series by units: what its values add up to there, and how many there are. */
interface Grouped {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

function group(values: Values, { units, unitOf }: Grouping): Grouped {
  const sums = new Float64Array(units);
  const counts = new Float64Array(units);
  for (const [item, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const unit = unitOf(item);
    sums[unit] = (sums[unit] ?? 0) + value;
    counts[unit] = (counts[unit] ?? 0) + 1;
  }
  return { sums, counts };
}

function weighted(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let unit = 0; unit < weights.length; unit++) sum += (weights[unit] ?? 0) * (values[unit] ?? 0);
  return sum;
}

function summarize(values: Values, resampled: Float64Array): Estimate {
  const there = values.filter((value) => !Number.isNaN(value));
  const n = there.length;
  if (n === 0) return { n, mean: null, interval: null };
  const mean = there.reduce((sum, value) => sum + value, 0) / n;
  const sorted = resampled.filter((value) => !Number.isNaN(value)).toSorted();
  const [low, high] = [percentile(sorted, LOW), percentile(sorted, HIGH)];
  return { n, mean, interval: n < 2 || low === null || high === null ? null : [low, high] };
}

/** Item by item, how much more the one has than the other; none where either has none. */
export const differences = (one: Values, other: Values): Values =>
  one.map((value, item) => value - (other[item] ?? Number.NaN));
