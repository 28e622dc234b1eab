/** How failed logins are slowed down: free tries first, then refusals that double in length. */
export interface ThrottleRule {
  readonly freeFailures: number;
  readonly firstBlockMs: number;
  readonly longestBlockMs: number;
  /** Failures older than this are forgiven. */
  readonly memoryMs: number;
}

const MINUTE = 60_000;

export const ACCOUNT_RULE: ThrottleRule = {
  freeFailures: 5,
  firstBlockMs: MINUTE / 2,
  longestBlockMs: 15 * MINUTE,
  memoryMs: 60 * MINUTE,
};

/** An address may stand for an office: it gets more tries than an account. */
export const ADDRESS_RULE: ThrottleRule = { ...ACCOUNT_RULE, freeFailures: 50 };

export interface ThrottleState {
  readonly failures: number;
  readonly lastFailureAt: number;
  readonly blockedUntil: number;
}

/** Seconds to wait before the next try, 0 for none. */
export const waitSeconds = (state: ThrottleState | null, now: number): number =>
  state === null ? 0 : Math.max(0, Math.ceil((state.blockedUntil - now) / 1000));

/** The state after one more failure. */
export function afterFailure(state: ThrottleState | null, rule: ThrottleRule, now: number): ThrottleState {
  const forgiven = state === null || now - state.lastFailureAt > rule.memoryMs;
  const failures = forgiven ? 1 : state.failures + 1;
  const doublings = failures - rule.freeFailures;
  const blockMs = doublings < 0 ? 0 : Math.min(rule.longestBlockMs, rule.firstBlockMs * 2 ** Math.min(doublings, 20));
  return { failures, lastFailureAt: now, blockedUntil: now + blockMs };
}
