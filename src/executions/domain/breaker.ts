/** So many failures in a row open the circuit. */
const FAILURES_MAX = 5;
/** How long it stays open at first, and at most (ms). It doubles with each probe that fails. */
const OPEN_MS = 30_000;
const OPEN_MAX_MS = 300_000;
/** A probe that nobody has reported on after this is none (ms): it was lost. */
const PROBE_MS = 60_000;

/** One provider's circuit, as one tenant sees it. */
export interface Circuit {
  /** Failures in a row. */
  readonly failures: number;
  /** When it may be tried again (ms); null: it is closed. */
  readonly openUntil: number | null;
  /** How long it was opened for the last time (ms). */
  readonly openMs: number;
  /** Until when a probe is under way (ms); null: none is. */
  readonly probeUntil: number | null;
  /** Which execution it is; null: none is. */
  readonly probeBy: string | null;
}

export const CLOSED: Circuit = { failures: 0, openUntil: null, openMs: 0, probeUntil: null, probeBy: null };

export interface Permission {
  readonly allowed: boolean;
  readonly retryAfterMs: number;
  /** Whether it is the probe: everybody else waits for its news. */
  readonly probes: boolean;
}

/**
 * Whether an execution may ask a provider now. Once an open circuit's time is over, one may: the probe, as often as it
 * tries.
 */
export function permit(circuit: Circuit, by: string, now: number): Permission & { circuit: Circuit } {
  const { openUntil, probeUntil, probeBy } = circuit;
  if (openUntil === null) return { allowed: true, retryAfterMs: 0, probes: false, circuit };
  if (now < openUntil) return { allowed: false, retryAfterMs: openUntil - now, probes: false, circuit };
  if (probeUntil !== null && now < probeUntil && probeBy !== by) {
    return { allowed: false, retryAfterMs: 1_000, probes: false, circuit };
  }
  const probing = { ...circuit, probeUntil: now + PROBE_MS, probeBy: by };
  return { allowed: true, retryAfterMs: 0, probes: true, circuit: probing };
}

/** What an execution tells of a provider: that it answers, that it failed, or nothing either way. */
export type News = 'alive' | 'down' | 'none';

/**
 * A circuit after some news. While it is open only the probe's counts: what others tell is of a question from before. A
 * probe that has nothing to tell makes room for another.
 */
export function report(circuit: Circuit, news: News, by: string, now: number): Circuit {
  const isOpen = circuit.openUntil !== null;
  if (isOpen && circuit.probeBy !== by) return circuit;
  if (news === 'alive') return CLOSED;
  if (news === 'none') return isOpen ? { ...circuit, probeUntil: null, probeBy: null } : circuit;
  const failures = circuit.failures + 1;
  if (!isOpen && failures < FAILURES_MAX) return { ...circuit, failures };
  const openMs = circuit.openMs === 0 ? OPEN_MS : Math.min(OPEN_MAX_MS, circuit.openMs * 2);
  return { failures, openUntil: now + openMs, openMs, probeUntil: null, probeBy: null };
}
