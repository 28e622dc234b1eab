import { AppError } from '../../kernel/errors.ts';
import { cover, DAY_MS, HOUR_MS, hourOf, type Range } from './buckets.ts';
import type { Kind } from './fold.ts';
import { hoursKept } from './keeping.ts';
import { DAYS_MAX } from './series.ts';

/** A stretch of time in whole hours (since the epoch), the last not included. */
export interface Stretch {
  readonly first: number;
  readonly after: number;
}

const USUAL_DAYS = 30;

/**
 * The hours from one instant to another (ms), those that are cut included; and whole days where hours are no longer kept.
 * @param from 30 days before the end where it is left out
 * @throws AppError validation_failed
 */
export function stretchOf(kind: Kind, from: number | undefined, to: number, now: number): Stretch {
  const kept = hourOf(now) - hoursKept(kind) * 24;
  const toWhole = (hour: number, round: (days: number) => number): number =>
    hour < kept ? round(hour / 24) * 24 : hour;
  const after = toWhole(Math.ceil(to / HOUR_MS), Math.ceil);
  const first = toWhole(Math.floor((from ?? to - USUAL_DAYS * DAY_MS) / HOUR_MS), Math.floor);
  if (first >= after) throw refused('must be after from');
  if (after - first > (DAYS_MAX + 1) * 24) throw refused(`leaves more than ${DAYS_MAX} days: ask for less`);
  return { first, after };
}

export const rangesOf = ({ first, after }: Stretch): Range[] => cover(first, after);

/** The last days up to an instant (ms), in whole hours, and as many before these. */
export function lastDays(days: number, to: number): { now: Stretch; earlier: Stretch } {
  const after = Math.ceil(to / HOUR_MS);
  const first = after - days * 24;
  return { now: { first, after }, earlier: { first: first - days * 24, after: first } };
}

const refused = (message: string): AppError =>
  new AppError('validation_failed', `query.to: ${message}`, {
    errors: [{ path: 'query.to', message, code: 'invalid' }],
  });
