import { type Counts, SCORE_UNIT } from './metrics.ts';

/** How good answers were, from what was said of them. */
export interface Score {
  count: number;
  mean: number;
  /** Where the true mean lies with 95 % confidence (Student's t), within 0 and 1; null: two are needed. */
  interval: { low: number; high: number } | null;
}

/** Student's t for 95 % by degrees of freedom from 1 (Abramowitz and Stegun, table 26.10); above 30, see below. */
const STUDENT = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Null: nobody said anything. */
export function scoreOf(counts: Pick<Counts, 'feedbackCount' | 'feedbackSum' | 'feedbackSquares'>): Score | null {
  const { feedbackCount: count, feedbackSum, feedbackSquares } = counts;
  if (count === 0) return null;
  const mean = feedbackSum / SCORE_UNIT / count;
  if (count === 1) return { count, mean, interval: null };
  // Whole numbers up to here, so that nothing is lost where the scores are much alike.
  const squares = feedbackSquares / SCORE_UNIT ** 2 - mean * (feedbackSum / SCORE_UNIT);
  const deviation = Math.sqrt(Math.max(0, squares) / (count - 1));
  const reach = (student(count - 1) * deviation) / Math.sqrt(count);
  return { count, mean, interval: { low: Math.max(0, mean - reach), high: Math.min(1, mean + reach) } };
}

/** Above 30 degrees of freedom by the first term of its expansion around the normal one (26.7.5): to two decimals. */
const student = (freedom: number): number => STUDENT[freedom - 1] ?? 1.96 + (1.96 ** 3 + 1.96) / (4 * freedom);
