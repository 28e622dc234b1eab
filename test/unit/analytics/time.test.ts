import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../src/analytics/domain/buckets.ts';
import { addToSeries, emptySum, planSeries } from '../../../src/analytics/domain/series.ts';
import { lastDays, stretchOf } from '../../../src/analytics/domain/stretch.ts';
import { noCounts } from '../../../src/analytics/domain/metrics.ts';
import { zoneOf } from '../../../src/analytics/domain/zones.ts';

const NOW = Date.parse('2026-11-25T10:20:00Z');
const KEPT = { now: NOW, hoursKept: 400 };
const at = (iso: string): number => Date.parse(iso);
const iso = (ms: number): string => new Date(ms).toISOString();

const days = (timezone: string, from: string, to: string): string[] =>
  planSeries({ interval: 'day', timezone, from: at(from), to: at(to), ...KEPT }).points.map(({ start }) => iso(start));

/** The code and place of the problem that a question has. */
function problem(ask: () => unknown): string | undefined {
  try {
    ask();
  } catch (error) {
    return (error as { errors?: { path: string }[] }).errors?.[0]?.path;
  }
  return undefined;
}

describe('days of a zone', () => {
  it('begin when the clock says so, where the clocks change too', () => {
    expect(days('Europe/Zurich', '2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z')).toEqual([
      '2026-10-23T22:00:00.000Z',
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
    ]);
    // The clocks go forward at midnight: the day begins at one.
    expect(days('Asia/Beirut', '2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z')).toEqual([
      '2026-03-27T22:00:00.000Z',
      '2026-03-28T22:00:00.000Z',
    ]);
    // They go back at midnight: the day is begun once.
    expect(days('America/Havana', '2026-11-01T18:00:00Z', '2026-11-02T18:00:00Z')).toEqual([
      '2026-11-01T04:00:00.000Z',
      '2026-11-02T05:00:00.000Z',
    ]);
  });

  it('begin at the full hour before, where a zone is off by a part of one', () => {
    expect(days('Asia/Kolkata', '2026-11-20T00:00:00Z', '2026-11-20T20:00:00Z')).toEqual([
      '2026-11-19T18:00:00.000Z',
      '2026-11-20T18:00:00.000Z',
    ]);
  });

  const zones = ['Europe/Zurich', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'Australia/Lord_Howe'];

  it('follow each other without a gap, in every zone', () => {
    const from = at('2025-12-01T00:00:00Z');
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.nat(300), fc.integer({ min: 1, max: 40 }), (timezone, first, count) => {
        const start = from + first * DAY_MS;
        const { points } = planSeries({ interval: 'day', timezone, from: start, to: start + count * DAY_MS, ...KEPT });
        for (const [i, point] of points.entries()) {
          expect(point.to - point.from).toBeGreaterThanOrEqual(23);
          expect(point.to - point.from).toBeLessThanOrEqual(25);
          expect(point.from).toBe(points[i - 1]?.to ?? point.from);
          expect(point.start).toBe(point.from * HOUR_MS);
          // Noon is well within, whatever the zone is off by.
          expect(zoneOf(timezone)?.dayOf(point.start + 12 * HOUR_MS)).toBe(point.day);
        }
        expect(points[0].start).toBeLessThanOrEqual(start);
      }),
      { numRuns: 60 },
    );
  });

  it('are no zone’s that is not known', () => {
    for (const timezone of ['Europe/Atlantis', '', 'constructor']) {
      const ask = () => planSeries({ interval: 'day', timezone, from: NOW - 1, to: NOW, ...KEPT });
      expect(problem(ask), timezone).toBe('query.tz');
    }
  });
});

describe('a series', () => {
  const ask = (interval: 'hour' | 'day', from: number, to: number, timezone = 'UTC') =>
    planSeries({ interval, timezone, from, to, ...KEPT });

  it('is of whole hours or days, those that are cut included', () => {
    const hours = ask('hour', at('2026-11-20T10:30:00Z'), at('2026-11-20T12:00:00.001Z'));
    expect([hours.grain, iso(hours.from), iso(hours.to), hours.points.length]).toEqual([
      'hour',
      '2026-11-20T10:00:00.000Z',
      '2026-11-20T13:00:00.000Z',
      3,
    ]);
    const utc = ask('day', at('2026-11-20T10:30:00Z'), at('2026-11-21T00:00:00Z'));
    expect([utc.grain, iso(utc.from), iso(utc.to), utc.points.length]).toEqual([
      'day',
      '2026-11-20T00:00:00.000Z',
      '2026-11-21T00:00:00.000Z',
      1,
    ]);
  });

  it('has so many points at most, and an end behind its start', () => {
    expect(problem(() => ask('hour', NOW, NOW))).toBe('query.to');
    expect(problem(() => ask('hour', NOW - 745 * HOUR_MS, NOW))).toBe('query.to');
    expect(ask('hour', at('2026-10-25T10:00:00Z'), at('2026-11-25T10:00:00Z')).points).toHaveLength(744);
    expect(problem(() => ask('day', NOW - 400 * DAY_MS, NOW))).toBe('query.to');
    expect(ask('day', NOW - 399 * DAY_MS, NOW).points).toHaveLength(400);
    expect(problem(() => ask('day', NOW - 1e13, NOW))).toBe('query.to');
  });

  it('reaches as far back as what it is made of is kept', () => {
    const long = NOW - 500 * DAY_MS;
    expect(problem(() => ask('hour', long, long + DAY_MS))).toBe('query.from');
    expect(problem(() => ask('day', long, long + DAY_MS, 'Europe/Zurich'))).toBe('query.from');
    expect(ask('day', long, long + DAY_MS).points).toHaveLength(2);
  });

  it('adds each bucket to the point it is part of, in as many reads as it takes', () => {
    const plan = ask('day', at('2026-11-18T00:00:00Z'), at('2026-11-21T00:00:00Z'), 'Europe/Zurich');
    const sums = plan.points.map(emptySum);
    const bucket = (hour: number) => ({
      bucket: hour,
      counts: { ...noCounts(), fetches: 1 },
      latency: new Map([[3, 1]]),
    });
    const first = plan.points[0].from;
    addToSeries(plan.points, sums, [bucket(first), bucket(first + 23), bucket(first + 24)]);
    addToSeries(plan.points, sums, [bucket(first + 50)]);
    expect(sums.map(({ counts, latency }) => [counts.fetches, latency.get(3) ?? 0])).toEqual([
      [2, 2],
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
  });
});

describe('a stretch of hours', () => {
  it('includes those that are cut, and is of 30 days where nobody says', () => {
    expect(stretchOf('model', undefined, NOW, NOW)).toEqual({
      first: at('2026-10-26T10:00:00Z') / HOUR_MS,
      after: at('2026-11-25T11:00:00Z') / HOUR_MS,
    });
    expect(problem(() => stretchOf('model', NOW, NOW - HOUR_MS, NOW))).toBe('query.to');
    expect(problem(() => stretchOf('model', NOW - 402 * DAY_MS, NOW, NOW))).toBe('query.to');
  });

  it('is of whole days where hours are no longer kept', () => {
    const from = at('2026-03-03T05:00:00Z');
    expect(stretchOf('model', from, from + 30 * HOUR_MS, NOW)).toEqual({
      first: at('2026-03-03T00:00:00Z') / HOUR_MS,
      after: at('2026-03-05T00:00:00Z') / HOUR_MS,
    });
    expect(stretchOf('environment', from, from + 30 * HOUR_MS, NOW)).toEqual({
      first: from / HOUR_MS,
      after: from / HOUR_MS + 30,
    });
  });

  it('of the last days is as long as the one before', () => {
    const { now, earlier } = lastDays(7, NOW);
    expect([now.after - now.first, earlier.after - earlier.first, earlier.after]).toEqual([168, 168, now.first]);
    expect(now.after * HOUR_MS).toBeGreaterThanOrEqual(NOW);
  });
});
