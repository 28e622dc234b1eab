export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Hours since the epoch. */
export const hourOf = (at: number): number => Math.floor(at / HOUR_MS);

/** Days since the epoch (UTC), of an hour. */
export const dayOfHour = (hour: number): number => Math.floor(hour / 24);

export type Grain = 'hour' | 'day';

/** Buckets of one grain, the last not included. */
export interface Range {
  readonly grain: Grain;
  readonly from: number;
  readonly to: number;
}

/** A stretch of hours in as few buckets as it takes: whole days (UTC) as days, so that a year costs what a day does. */
export function cover(fromHour: number, toHour: number): Range[] {
  const firstDay = Math.ceil(fromHour / 24);
  const lastDay = Math.floor(toHour / 24);
  const ranges: Range[] =
    firstDay < lastDay
      ? [
          { grain: 'hour', from: fromHour, to: firstDay * 24 },
          { grain: 'day', from: firstDay, to: lastDay },
          { grain: 'hour', from: lastDay * 24, to: toHour },
        ]
      : [{ grain: 'hour', from: fromHour, to: toHour }];
  return ranges.filter(({ from, to }) => from < to);
}
