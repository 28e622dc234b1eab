/** What a tenant's executions may do together. */
export interface Limits {
  readonly concurrentExecutions: number;
  readonly executionsPerMinute: number;
  /** Micro-USD in a calendar month (UTC); null: no end. */
  readonly monthlyCostMicros: number | null;
  /** Runs in a calendar month (UTC); null: no end. */
  readonly monthlyExecutions: number | null;
}

/** From here on a budget warns. */
export const BUDGET_WARNING = 0.8;

export interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** One execution out of a token bucket that holds a minute's worth. @returns the bucket after it, or when to come again (ms) */
export function draw(
  bucket: Bucket | null,
  perMinute: number,
  now: number,
): { bucket: Bucket; waitMs: null } | { bucket: null; waitMs: number } {
  const rate = perMinute / 60_000;
  const before = bucket ?? { tokens: perMinute, at: now };
  const tokens = Math.min(perMinute, before.tokens + Math.max(0, now - before.at) * rate);
  // A millionth less than one: sums of fractions fall short of it.
  if (tokens < 1 - 1e-6) return { bucket: null, waitMs: Math.ceil((1 - tokens) / rate) };
  // Those who ask have clocks of their own: time that was counted once is not counted again.
  return { bucket: { tokens: tokens - 1, at: Math.max(before.at, now) }, waitMs: null };
}

/** The calendar month of a time (UTC), `2026-11`. */
export const monthOf = (now: number): string => new Date(now).toISOString().slice(0, 7);

export interface Spent {
  readonly executions: number;
  /** Micro-USD, with what is held back for those that are running. */
  readonly costMicros: number;
}

/** How much of its budget a tenant has used: 1 is all of it; null: it has none. The fuller of the two counts. */
export function usedShare(limits: Limits, spent: Spent): number | null {
  const shares = [
    shareOf(spent.costMicros, limits.monthlyCostMicros),
    shareOf(spent.executions, limits.monthlyExecutions),
  ].filter((share) => share !== null);
  return shares.length === 0 ? null : Math.max(...shares);
}

function shareOf(used: number, limit: number | null): number | null {
  if (limit === null) return null;
  return limit === 0 ? 1 : used / limit;
}
