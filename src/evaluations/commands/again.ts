import { AppError } from '../../kernel/errors.ts';
import { commit } from '../../audit/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { RetryLater } from '../../platform/queue/consume.ts';
import type { ResultError } from '../domain/evaluation.ts';
import { guardGiven, renewExecution } from '../repo/results.ts';
import type { InHand } from './in-hand.ts';

/** So often something is run anew for one result. Each run has asked its model several times by itself. */
const TRIES_MAX = 3;
/** How long is waited before the first of them (s); four times as long before each further one. */
const FIRST_SECONDS = 5;

/**
 * Has something run anew under another id, later: the item, or one of its judges. What the one before it has cost is kept. Returns
 * where that was tried often enough, or nothing is to be run any more.
 * @throws RetryLater
 */
export async function again(
  context: TenantContext,
  { evaluation, result, mayRun }: InHand,
  { why, judge = null, costMicros = 0 }: { why: ResultError; judge?: string | null; costMicros?: number },
): Promise<void> {
  if (!mayRun || result.tries >= TRIES_MAX) return;
  const { db, scope } = context;
  const of = { evaluationId: evaluation.id, seq: result.seq };
  const executionId = (judge === null ? result.executionId : result.judges?.[judge]) ?? '';
  try {
    await commit(
      context,
      [guardGiven(db, scope, of, { judge, executionId }), renewExecution(db, scope, of, { judge, costMicros })],
      [],
    );
  } catch (error) {
    // Whoever has the same message was faster.
    if (!isGuardFailure(error)) throw error;
  }
  throw new RetryLater(FIRST_SECONDS * 4 ** result.tries, new AppError('unavailable', `${why.code}: ${why.message}`));
}
