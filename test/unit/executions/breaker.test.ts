import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Circuit, CLOSED, type News, permit, report } from '../../../src/executions/domain/breaker.ts';

const start = Date.UTC(2026, 10, 20);
const SECOND = 1_000;
const PROBE_MS = 60 * SECOND;

const failing = (circuit: Circuit, times: number, now: number, by = 'exe_a'): Circuit =>
  Array.from({ length: times }).reduce<Circuit>((before) => report(before, 'down', by, now), circuit);
const open = failing(CLOSED, 5, start);
/** Open, and its time is over. */
const due = start + 30 * SECOND;

describe('a circuit', () => {
  it('opens with the fifth failure in a row, and an answer between them begins anew', () => {
    const four = failing(CLOSED, 4, start);
    expect(permit(four, 'exe_a', start)).toEqual({ allowed: true, retryAfterMs: 0, probes: false, circuit: four });
    expect(report(four, 'alive', 'exe_b', start)).toBe(CLOSED);
    expect(permit(failing(report(four, 'alive', 'exe_b', start), 4, start), 'exe_a', start).allowed).toBe(true);
    expect(permit(open, 'exe_a', start)).toEqual({
      allowed: false,
      retryAfterMs: 30 * SECOND,
      probes: false,
      circuit: open,
    });
    expect(permit(open, 'exe_a', start + 29_999)).toMatchObject({ allowed: false, retryAfterMs: 1 });
  });

  it('lets one through when its time is over, and nobody else until there is news of it', () => {
    const half = permit(open, 'exe_p', due);
    expect(half).toMatchObject({ allowed: true, probes: true });
    const second = permit(half.circuit, 'exe_q', due);
    expect(second).toMatchObject({ allowed: false, probes: false, circuit: half.circuit });
    expect(second.retryAfterMs).toBeGreaterThan(0);
    expect(report(half.circuit, 'alive', 'exe_p', due + SECOND)).toBe(CLOSED);
  });

  it('lets the probe try again, and gives it time anew', () => {
    const half = permit(open, 'exe_p', due);
    const again = permit(half.circuit, 'exe_p', due + 50 * SECOND);
    expect(again).toMatchObject({ allowed: true, probes: true });
    expect(permit(again.circuit, 'exe_q', due + 100 * SECOND).allowed).toBe(false);
    expect(report(again.circuit, 'down', 'exe_p', due).openMs).toBe(60 * SECOND);
  });

  it('lets another through at once where the probe has nothing to tell', () => {
    const half = permit(open, 'exe_p', due);
    const free = report(half.circuit, 'none', 'exe_p', due + 1);
    expect(permit(free, 'exe_q', due + 1)).toMatchObject({
      allowed: true,
      probes: true,
      circuit: { probeBy: 'exe_q' },
    });
    // Nothing was learnt: it is as open as before, and a failure doubles its time.
    expect(free).toEqual(open);
    // Of a closed one, nothing changes nothing.
    const four = failing(CLOSED, 4, start);
    expect(report(four, 'none', 'exe_a', start)).toBe(four);
  });

  it('lets another through when nobody told of the first', () => {
    const half = permit(open, 'exe_p', due);
    const late = due + PROBE_MS;
    expect(permit(half.circuit, 'exe_q', late - 1).allowed).toBe(false);
    expect(permit(half.circuit, 'exe_q', late)).toMatchObject({
      allowed: true,
      circuit: { probeUntil: late + PROBE_MS },
    });
  });

  it('stays open for twice as long with each probe that fails, five minutes at most', () => {
    let circuit = open;
    let now = start;
    for (const seconds of [30, 60, 120, 240, 300, 300]) {
      expect((circuit.openUntil ?? 0) - now).toBe(seconds * SECOND);
      now = circuit.openUntil ?? 0;
      circuit = report(permit(circuit, 'exe_p', now).circuit, 'down', 'exe_p', now);
    }
    // Closed and opened again, it begins with the shortest.
    now = circuit.openUntil ?? 0;
    const closed = report(permit(circuit, 'exe_p', now).circuit, 'alive', 'exe_p', now);
    expect(failing(closed, 5, now).openUntil).toBe(now + 30 * SECOND);
  });

  it('takes no late news of what was asked before it opened, nor of anybody but the probe', () => {
    const half = permit(open, 'exe_p', due).circuit;
    for (const news of ['alive', 'down', 'none'] as const) {
      expect(report(open, news, 'exe_a', start + SECOND)).toBe(open);
      expect(report(open, news, 'exe_a', start + 31 * SECOND)).toBe(open);
      expect(report(half, news, 'exe_a', due + SECOND)).toBe(half);
    }
  });

  it('never lets two probes through at a time, whatever happens', () => {
    const step = fc.record({
      wait: fc.integer({ min: 0, max: 400 * SECOND }),
      what: fc.constantFrom<'ask' | News>('ask', 'ask', 'down', 'alive', 'none'),
      by: fc.constantFrom('exe_a', 'exe_b', 'exe_c'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let circuit = CLOSED;
        let now = start;
        let probe: { by: string; since: number } | null = null;
        for (const { wait, what, by } of steps) {
          now += wait;
          const before = circuit;
          if (what === 'ask') {
            const asked = permit(circuit, by, now);
            expect(asked.probes).toBe(asked.allowed && before.openUntil !== null);
            if (asked.probes) {
              expect(now).toBeGreaterThanOrEqual(before.openUntil ?? Infinity);
              if (probe !== null && probe.by !== by) expect(now - probe.since).toBeGreaterThanOrEqual(PROBE_MS);
              probe = { by, since: now };
            }
            if (!asked.allowed) expect(asked.retryAfterMs).toBeGreaterThan(0);
            // Whoever is the probe is never in its own way.
            if (probe?.by === by) expect(asked.allowed).toBe(true);
            expect(asked.allowed || before.openUntil !== null).toBe(true);
            circuit = asked.circuit;
            continue;
          }
          circuit = report(circuit, what, by, now);
          if (before.openUntil !== null && probe?.by !== by) expect(circuit).toBe(before);
          if (circuit.probeUntil === null) probe = null;
          expect(circuit.probeBy === null).toBe(circuit.probeUntil === null);
          expect(circuit.openMs).toBeLessThanOrEqual(300 * SECOND);
          if (circuit.openUntil === null) expect(circuit.failures).toBeLessThan(5);
        }
      }),
      { numRuns: 500 },
    );
  });
});
