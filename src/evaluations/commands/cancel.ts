import { commit } from '../../audit/public.ts';
import { cancelExecution } from '../../executions/public.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { isOver } from '../domain/evaluation.ts';
import { findEvaluation } from '../queries/find.ts';
import { type Evaluation, guardUnfinished, updateEvaluation } from '../repo/evaluations.ts';
import { listExecutionsInHand } from '../repo/results.ts';
import { tellWatchers } from '../stub.ts';
import { keepMoved } from './keep-moved.ts';

/** More are not in hand at once. */
const IN_HAND_MAX = 200;

/**
 * Ends an evaluation before its time. What is running is cancelled too, after the answer, and as far as it goes: what is not
 * comes to its end by itself. Results that are in stay. @throws AppError not_found, state_conflict
 */
export async function cancelEvaluation(context: TenantContext, id: string): Promise<void> {
  const { db, scope } = context;
  const { evaluation } = await findEvaluation(context, id);
  if (isOver(evaluation.status)) throw isOverAlready(evaluation);
  try {
    await commit(
      context,
      [
        guardUnfinished(db, scope, id),
        updateEvaluation(db, scope, id, { status: 'cancelled', finishedAt: context.now() }),
        keepMoved(context, evaluation, 'cancelled'),
      ],
      {
        action: 'evaluation.cancel',
        entity: { type: 'evaluation', id },
        data: { done: evaluation.done, total: evaluation.total },
      },
    );
  } catch (error) {
    if (!isGuardFailure(error)) throw error;
    throw isOverAlready((await findEvaluation(context, id)).evaluation);
  }
  tellWatchers(context, scope.tenantId, id);
  context.waitUntil(cancelInHand(context, id));
}

async function cancelInHand(context: TenantContext, id: string): Promise<void> {
  const ids = await listExecutionsInHand(context.db, context.scope, id, IN_HAND_MAX);
  // Most of what cannot be cancelled has ended meanwhile, or has not begun.
  await Promise.allSettled(ids.map((executionId) => cancelExecution(context, executionId)));
}

const isOverAlready = ({ status }: Evaluation): AppError =>
  new AppError('state_conflict', `The evaluation is ${status}: there is nothing to cancel.`);
