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

/** Whose failures are counted by which rule. */
export interface ThrottleKey {
  readonly key: string;
  readonly rule: ThrottleRule;
}

/** Seconds to wait before the next try, 0 for none. */
export const waitSeconds = (state: Pick<ThrottleState, 'blockedUntil'> | null, now: number): number =>
  state === null ? 0 : Math.max(0, Math.ceil((state.blockedUntil - now) / 1000));

/** The state after one more failure. src/auth/repo/throttles.ts says the same in SQL. */
export function afterFailure(state: ThrottleState | null, rule: ThrottleRule, now: number): ThrottleState {
  const forgiven = state === null || now - state.lastFailureAt > rule.memoryMs;
  const failures = forgiven ? 1 : state.failures + 1;
  const doublings = failures - rule.freeFailures;
  const blockMs = doublings < 0 ? 0 : Math.min(rule.longestBlockMs, rule.firstBlockMs * 2 ** Math.min(doublings, 20));
  return { failures, lastFailureAt: now, blockedUntil: now + blockMs };
}

/**
 * The states after a try that is charged as a failure before it is known for one, or null when it is refused: then
 * nothing is charged, so that a blocked address can't lock an account out, nor an account its neighbours' address.
 */
export function charge(
  states: readonly (ThrottleState | null)[],
  rules: readonly ThrottleRule[],
  now: number,
): ThrottleState[] | null {
  if (states.some((state) => waitSeconds(state, now) > 0)) return null;
  return rules.map((rule, i) => afterFailure(states[i] ?? null, rule, now));
}

/**
 * An address's state when a try of its turned out right: one failure less, and no block. Whatever block there is was set
 * by this very charge, or by one that this one pushed over the edge. (An account's state is forgotten altogether: a
 * success from one address must not wash away what the same address tried on other accounts.)
 */
export const giveBack = (state: ThrottleState): ThrottleState => ({
  ...state,
  failures: Math.max(0, state.failures - 1),
  blockedUntil: 0,
});

/** What of an address counts as one: an IPv6 subscriber has a whole /64 to try from (RFC 6177). */
export function addressGroup(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::', 2) ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(missing).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
