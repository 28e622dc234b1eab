import { type MessagesQuestion, type PromptQuestion, type RunEnd, runOnce } from '../../executions/public.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { consequenceOf } from '../domain/consequence.ts';
import type { ResultError } from '../domain/evaluation.ts';

/** Longer than a run takes, with all its tries (ms). */
const PATIENCE_MS = 150_000;
/** Whatever was still running then is looked at again after so long (s). */
const LOOK_AGAIN_SECONDS = 20;

/** What came of a run, or why there was none. */
export type Ran = { end: RunEnd } | { end: null; error: ResultError };

/**
 * Runs something to its end, once.
 * @param mayRun false: only what was begun is waited for
 * @throws AppError what says nothing of this run alone: see domain/consequence.ts
 */
export async function runToEnd(
  own: TenantContext,
  executionId: string,
  question: PromptQuestion | MessagesQuestion,
  { metadata, mayRun }: { metadata: Record<string, string>; mayRun: boolean },
): Promise<Ran> {
  try {
    const end = await runOnce(own, executionId, question, { metadata, patienceMs: PATIENCE_MS, mayBegin: mayRun });
    if (end !== null) return { end };
  } catch (error) {
    if (!(error instanceof AppError) || consequenceOf(error, 1, 0).kind !== 'fail') throw error;
    return { end: null, error: { code: error.code, message: error.message } };
  }
  if (!mayRun) return { end: null, error: CANCELLED };
  throw new AppError('still_running', 'The execution has not ended yet.', { retryAfter: LOOK_AGAIN_SECONDS });
}

const CANCELLED: ResultError = { code: 'cancelled', message: 'The evaluation was cancelled before this was run.' };

/** Why a run came to nothing, as a result says it. */
export const errorOf = ({ error, status }: RunEnd): ResultError =>
  error === null ? { code: status, message: 'The run was cancelled.' } : { code: error.code, message: error.message };
