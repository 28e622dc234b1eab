import { AppError } from '../../kernel/errors.ts';
import { DAY_MS, type Grain, HOUR_MS } from './buckets.ts';
import { addCounts, type Counts, noCounts } from './metrics.ts';
import { mergeInto, type Sketch } from './sketch.ts';
import { type Zone, zoneOf } from './zones.ts';

export type Interval = 'hour' | 'day';

/** As many points as one answer has. */
const HOURS_MAX = 31 * 24;
export const DAYS_MAX = 400;

/** One point of a series: some buckets, the last not included. */
export interface Point {
  /** Milliseconds since the epoch. */
  readonly start: number;
  /** Days since 1970-01-01 in the series' zone; null for hours. */
  readonly day: number | null;
  readonly from: number;
  readonly to: number;
}

/** Which buckets to read for a series, and what each point of it is made of. */
export interface Plan {
  readonly grain: Grain;
  /** One after the other without a gap; one at least. */
  readonly points: readonly [Point, ...Point[]];
  /** Milliseconds; the end is not included. */
  readonly from: number;
  readonly to: number;
}

/**
 * The points of a stretch of time, made as long as it takes for whole ones.
 * @throws AppError validation_failed: an unknown zone, an end before the start, too many points, hours that are no longer kept
 */
export function planSeries(asked: {
  interval: Interval;
  timezone: string;
  from: number;
  to: number;
  now: number;
  /** For how many days hours are kept. */
  hoursKept: number;
}): Plan {
  const { interval, timezone, from, to, now, hoursKept } = asked;
  const zone = zoneOf(timezone);
  if (zone === null) throw refused('tz', 'is no time zone known here: name one as in Europe/Zurich');
  if (from >= to) throw refused('to', 'must be after from');
  const points = interval === 'hour' ? hours(from, to) : days(zone, timezone === 'UTC', from, to);
  const [first, ...rest] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) throw refused('to', 'must be after from');
  const grain = interval === 'day' && timezone === 'UTC' ? 'day' : 'hour';
  if (grain === 'hour' && first.start < now - (hoursKept + 1) * DAY_MS) {
    const message = `is more than ${hoursKept} days ago: of that there are only days in UTC`;
    throw refused('from', message);
  }
  const unit = grain === 'day' ? DAY_MS : HOUR_MS;
  return { grain, points: [first, ...rest], from: first.from * unit, to: last.to * unit };
}

function hours(from: number, to: number): Point[] {
  const first = Math.floor(from / HOUR_MS);
  const count = Math.ceil(to / HOUR_MS) - first;
  if (count > HOURS_MAX) throw refused('to', `leaves more than ${HOURS_MAX} hours: ask for days, or for less`);
  return Array.from({ length: count }, (_, i) => {
    return { start: (first + i) * HOUR_MS, day: null, from: first + i, to: first + i + 1 };
  });
}

function days(zone: Zone, utc: boolean, from: number, to: number): Point[] {
  const first = zone.dayOf(from);
  const count = zone.dayOf(to - 1) - first + 1;
  if (count > DAYS_MAX) throw refused('to', `leaves more than ${DAYS_MAX} days: ask for less`);
  if (utc) {
    return Array.from({ length: count }, (_, i) => {
      return { start: (first + i) * DAY_MS, day: first + i, from: first + i, to: first + i + 1 };
    });
  }
  const starts = Array.from({ length: count + 1 }, (_, i) => zone.firstHourOf(first + i));
  // A zone that crossed the date line has left out a day.
  return starts.slice(0, -1).flatMap((start, i) => {
    const end = starts[i + 1] ?? start;
    return start < end ? [{ start: start * HOUR_MS, day: first + i, from: start, to: end }] : [];
  });
}

const refused = (field: string, message: string): AppError =>
  new AppError('validation_failed', `query.${field}: ${message}`, {
    errors: [{ path: `query.${field}`, message, code: 'invalid' }],
  });

/** Counts and latencies of something, added up. */
export interface Sum {
  readonly counts: Counts;
  readonly latency: Map<number, number>;
}

export const emptySum = (): Sum => ({ counts: noCounts(), latency: new Map() });

export function addToSum(sum: Sum, more: { counts: Readonly<Counts>; latency: Sketch }): void {
  addCounts(sum.counts, more.counts);
  mergeInto(sum.latency, more.latency);
}

/**
 * Adds buckets to the points that they are part of.
 * @param sums one for each point
 * @param rows in the order of their buckets
 */
export function addToSeries(
  points: readonly Point[],
  sums: readonly Sum[],
  rows: Iterable<{ bucket: number; counts: Counts; latency: Sketch }>,
): void {
  let i = 0;
  for (const row of rows) {
    while (i < points.length - 1 && (points[i]?.to ?? Infinity) <= row.bucket) i++;
    const sum = sums[i];
    if (sum !== undefined) addToSum(sum, row);
  }
}
