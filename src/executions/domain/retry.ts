import type { ExecutionError } from './execution.ts';
import type { AttemptFailure, Job, Progress } from './job.ts';

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 8_000;
/** So often an object may be lost in the middle of one execution before that is given up. */
const LOSSES_MAX = 3;

export type Next =
  | { readonly kind: 'again'; readonly delayMs: number; readonly reason: string; readonly progress: Progress }
  | { readonly kind: 'fail'; readonly error: ExecutionError };

/** Exponential backoff with full jitter (AWS Architecture Blog, 2015), in milliseconds. @param random from 0 to below 1 */
const backoff = (tries: number, random: number): number =>
  Math.round(random * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1)));

/**
 * What follows a failed attempt: the same model again where that may help, then its fallbacks in order. After the first
 * token only where the execution says so: somebody has read it.
 */
export function afterFailure(
  job: Pick<Job, 'models' | 'retries' | 'restartable' | 'deadlineAt'>,
  progress: Progress,
  failure: AttemptFailure,
  at: { readonly now: number; readonly random: number; readonly hasText: boolean },
): Next {
  const { code, message, retryable } = failure;
  const give: Next = { kind: 'fail', error: { code, message, retryable } };
  if (at.hasText && !job.restartable) return give;
  if (at.now >= job.deadlineAt) return { kind: 'fail', error: DEADLINE_EXCEEDED };
  const attempt = progress.attempt + 1;
  if (failure.askAgain && progress.tries <= job.retries) {
    const delayMs = failure.retryAfterMs ?? backoff(progress.tries, at.random);
    if (at.now + delayMs < job.deadlineAt) {
      return { kind: 'again', delayMs, reason: code, progress: { ...progress, attempt, tries: progress.tries + 1 } };
    }
  }
  if (progress.modelIndex + 1 >= job.models.length) return give;
  const { modelIndex, ...rest } = progress;
  return {
    kind: 'again',
    delayMs: 0,
    reason: code,
    progress: { ...rest, attempt, modelIndex: modelIndex + 1, tries: 1 },
  };
}

/** What follows when the object was lost in the middle of an attempt: it starts anew, or says that it broke off. */
export function afterLoss(
  job: Pick<Job, 'restartable' | 'deadlineAt'>,
  progress: Progress,
  at: { readonly now: number; readonly hasText: boolean },
): Next {
  if (at.now >= job.deadlineAt) return { kind: 'fail', error: DEADLINE_EXCEEDED };
  if (progress.losses >= LOSSES_MAX || (at.hasText && !job.restartable)) return { kind: 'fail', error: INTERRUPTED };
  const { attempt, losses } = progress;
  return {
    kind: 'again',
    delayMs: 0,
    reason: 'interrupted',
    progress: { ...progress, attempt: attempt + 1, losses: losses + 1 },
  };
}

export const DEADLINE_EXCEEDED: ExecutionError = {
  code: 'deadline_exceeded',
  message: 'It took longer than its timeoutMs.',
  retryable: true,
};

const INTERRUPTED: ExecutionError = {
  code: 'interrupted',
  message: 'It broke off here after it had begun to answer. Run it again, or with `restartable` next time.',
  retryable: true,
};
