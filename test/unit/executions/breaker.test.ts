import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Circuit, CLOSED, permit, report } from '../../../src/executions/domain/breaker.ts';

const start = Date.UTC(2026, 10, 20);
const SECOND = 1_000;
const PROBE_MS = 60 * SECOND;

const failing = (circuit: Circuit, times: number, now: number): Circuit =>
  Array.from({ length: times }).reduce<Circuit>((before) => report(before, false, now), circuit);
const open = failing(CLOSED, 5, start);

describe('a circuit', () => {
  it('opens with the fifth failure in a row, and an answer between them begins anew', () => {
    const four = failing(CLOSED, 4, start);
    expect(permit(four, start)).toEqual({ allowed: true, retryAfterMs: 0, circuit: four });
    expect(report(four, true, start)).toBe(CLOSED);
    expect(permit(failing(report(four, true, start), 4, start), start).allowed).toBe(true);
    expect(permit(open, start)).toEqual({ allowed: false, retryAfterMs: 30 * SECOND, circuit: open });
    expect(permit(open, start + 29_999)).toMatchObject({ allowed: false, retryAfterMs: 1 });
  });

  it('lets one through when its time is over, and nobody else until there is news of it', () => {
    const half = permit(open, start + 30 * SECOND);
    expect(half.allowed).toBe(true);
    const second = permit(half.circuit, start + 30 * SECOND);
    expect(second).toMatchObject({ allowed: false, circuit: half.circuit });
    expect(second.retryAfterMs).toBeGreaterThan(0);
    expect(report(half.circuit, true, start + 31 * SECOND)).toBe(CLOSED);
  });

  it('lets another through when nobody told of the first', () => {
    const half = permit(open, start + 30 * SECOND);
    const late = start + 30 * SECOND + PROBE_MS;
    expect(permit(half.circuit, late - 1).allowed).toBe(false);
    expect(permit(half.circuit, late)).toMatchObject({ allowed: true, circuit: { probeUntil: late + PROBE_MS } });
  });

  it('stays open for twice as long with each probe that fails, five minutes at most', () => {
    let circuit = open;
    let now = start;
    for (const seconds of [30, 60, 120, 240, 300, 300]) {
      expect((circuit.openUntil ?? 0) - now).toBe(seconds * SECOND);
      now = circuit.openUntil ?? 0;
      circuit = report(permit(circuit, now).circuit, false, now);
    }
    // Closed and opened again, it begins with the shortest.
    now = circuit.openUntil ?? 0;
    const closed = report(permit(circuit, now).circuit, true, now);
    expect(failing(closed, 5, now).openUntil).toBe(now + 30 * SECOND);
  });

  it('takes no late news of what was asked before it opened', () => {
    for (const succeeded of [true, false]) {
      expect(report(open, succeeded, start + SECOND)).toBe(open);
      expect(report(open, succeeded, start + 31 * SECOND)).toBe(open);
    }
  });

  it('never lets two probes through at a time, whatever happens', () => {
    const step = fc.record({
      wait: fc.integer({ min: 0, max: 400 * SECOND }),
      what: fc.constantFrom('ask', 'failed', 'succeeded'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let circuit = CLOSED;
        let now = start;
        let probingSince: number | null = null;
        for (const { wait, what } of steps) {
          now += wait;
          const wasOpen = circuit.openUntil;
          if (what === 'ask') {
            const asked = permit(circuit, now);
            if (asked.allowed && wasOpen !== null) {
              expect(now).toBeGreaterThanOrEqual(wasOpen);
              if (probingSince !== null) expect(now - probingSince).toBeGreaterThanOrEqual(PROBE_MS);
              probingSince = now;
            }
            if (!asked.allowed) expect(asked.retryAfterMs).toBeGreaterThan(0);
            expect(asked.allowed || wasOpen !== null).toBe(true);
            circuit = asked.circuit;
            continue;
          }
          circuit = report(circuit, what === 'succeeded', now);
          if (circuit.probeUntil === null) probingSince = null;
          expect(circuit.openMs).toBeLessThanOrEqual(300 * SECOND);
          if (circuit.openUntil === null) expect(circuit.failures).toBeLessThan(5);
        }
      }),
      { numRuns: 500 },
    );
  });
});
