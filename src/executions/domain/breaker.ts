/** So many failures in a row open the circuit. */
const FAILURES_MAX = 5;
/** How long it stays open at first, and at most (ms). It doubles with each probe that fails. */
const OPEN_MS = 30_000;
const OPEN_MAX_MS = 300_000;
/** A probe that nobody has reported on after this is none (ms): it was cancelled, or failed of something else. */
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
}

export const CLOSED: Circuit = { failures: 0, openUntil: null, openMs: 0, probeUntil: null };

/** Whether a provider may be asked now. Once an open circuit's time is over, one may: the probe. */
export function permit(circuit: Circuit, now: number): { allowed: boolean; retryAfterMs: number; circuit: Circuit } {
  if (circuit.openUntil === null) return { allowed: true, retryAfterMs: 0, circuit };
  if (now < circuit.openUntil) return { allowed: false, retryAfterMs: circuit.openUntil - now, circuit };
  if (circuit.probeUntil !== null && now < circuit.probeUntil) {
    return { allowed: false, retryAfterMs: 1_000, circuit };
  }
  return { allowed: true, retryAfterMs: 0, circuit: { ...circuit, probeUntil: now + PROBE_MS } };
}

/** A circuit after one more answer. Late news of a question from before it opened changes nothing. */
export function report(circuit: Circuit, succeeded: boolean, now: number): Circuit {
  if (circuit.openUntil !== null && circuit.probeUntil === null) return circuit;
  if (succeeded) return CLOSED;
  const failures = circuit.failures + 1;
  if (circuit.probeUntil === null && failures < FAILURES_MAX) return { ...circuit, failures };
  const openMs = circuit.openMs === 0 ? OPEN_MS : Math.min(OPEN_MAX_MS, circuit.openMs * 2);
  return { failures, openUntil: now + openMs, openMs, probeUntil: null };
}
