import { DAY_MS, HOUR_MS } from './buckets.ts';

/** A time zone's calendar. */
export interface Zone {
  /** The calendar day of an instant (ms): days since 1970-01-01, as that zone counts them. */
  dayOf(at: number): number;
  /**
   * The first hour (since the epoch) of a calendar day. Where a zone is off UTC by a part of an hour it is the hour in which
   * the day begins: hours are what is counted by.
   */
  firstHourOf(day: number): number;
}

/** The zone of an IANA name, or null where there is none. */
export function zoneOf(name: string): Zone | null {
  if (name === 'UTC') return { dayOf: (at) => Math.floor(at / DAY_MS), firstHourOf: (day) => day * 24 };
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, hourCycle: 'h23', ...FIELDS });
  } catch {
    return null;
  }
  const dayOf = (at: number): number => Math.floor(localTime(format, at) / DAY_MS);
  return {
    dayOf,
    firstHourOf: (day) => {
      const midnight = day * DAY_MS;
      // The offsets of the day before and of the day after: where the clocks change at midnight, one of them does not lead
      // to this day, or both do.
      const candidates = [midnight - DAY_MS, midnight + DAY_MS]
        .map((near) => midnight - (localTime(format, near) - near))
        .toSorted((a, b) => a - b);
      const start = candidates.find((at) => dayOf(at) >= day) ?? midnight;
      return Math.floor(start / HOUR_MS);
    },
  };
}

const FIELDS = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const;

/** What the clocks on the wall show, as if it were UTC (ms). */
function localTime(format: Intl.DateTimeFormat, at: number): number {
  const shown: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) shown[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (at % 1000);
}
