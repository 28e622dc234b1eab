import type { AppError } from '../../kernel/errors.ts';

/** What follows when an item could not be run. */
export type Consequence =
  /** Nothing is wrong with it: it is tried again in so many seconds. */
  | { readonly kind: 'later'; readonly seconds: number }
  /** No other item could be run either: somebody must do something first. */
  | { readonly kind: 'pause' }
  /** This item, in this pass, will not do: that is its result. */
  | { readonly kind: 'fail' }
  /** Something is wrong with the house: the queue tries again. */
  | { readonly kind: 'throw' };

/** Nobody waits longer than this for a place (s): less than evaluation.ts, SILENCE_MS, or somebody comes to look. */
const LATER_MAX = 120;

/**
 * @param width how many are in hand at once: all of them were told the same time to come back, and one place is free then
 * @param chance 0 to 1
 */
export function consequenceOf(
  { code, retryAfter }: Pick<AppError, 'code' | 'retryAfter'>,
  width: number,
  chance: number,
): Consequence {
  switch (code) {
    case 'rate_limited': {
      const least = Math.max(1, retryAfter ?? 1);
      return { kind: 'later', seconds: Math.ceil(Math.min(LATER_MAX, least * (1 + (chance * width) / 2))) };
    }
    // It is still running, or was lost and is not found yet.
    case 'still_running':
      return { kind: 'later', seconds: Math.ceil(Math.min(LATER_MAX, retryAfter ?? 1)) };
    case 'budget_exhausted':
    case 'forbidden':
    case 'not_found':
    case 'state_conflict':
      return { kind: 'pause' };
    case 'validation_failed':
    case 'missing_variables':
    case 'incompatible':
    case 'payload_too_large':
      return { kind: 'fail' };
    default:
      return { kind: 'throw' };
  }
}
