/** What is counted. Whole numbers all, so that the order in which they are added makes no difference. */
export const METRICS = [
  'fetches',
  'renders',
  'views',
  'executions',
  'errors',
  'cached',
  'inputTokens',
  'outputTokens',
  'costMicros',
  /** Executions whose cost is not known. */
  'unpriced',
  'feedbackCount',
  /** Scores from 0 to 1 in ten-thousandths, and their squares. */
  'feedbackSum',
  'feedbackSquares',
  /** Other things that happened: a prompt was made, a deployment deployed. */
  'events',
] as const;

export type Metric = (typeof METRICS)[number];
export type Counts = Record<Metric, number>;

/** A score of 1 in the units of `feedbackSum`. */
export const SCORE_UNIT = 10_000;

export const noCounts = (): Counts => Object.fromEntries(METRICS.map((metric) => [metric, 0])) as Counts;

export function addCounts(to: Counts, more: Readonly<Partial<Counts>>): void {
  for (const metric of METRICS) to[metric] += more[metric] ?? 0;
}
