import { commit } from '../../audit/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { isOver, type PauseReason } from '../domain/evaluation.ts';
import { type Evaluation, guardStanding, updateEvaluation } from '../repo/evaluations.ts';
import { tellWatchers } from '../stub.ts';
import { keepMoved } from './keep-moved.ts';

/** Has an evaluation stand still until somebody resumes it. What is in hand comes to its end. Nothing happens where it stands already. */
export async function pause(context: TenantContext, evaluation: Evaluation, reason: PauseReason): Promise<void> {
  const { db, scope } = context;
  const { id, status, epoch } = evaluation;
  if (status === 'paused' || isOver(status)) return;
  try {
    await commit(
      context,
      [
        guardStanding(db, scope, id, { status, epoch }),
        updateEvaluation(db, scope, id, { status: 'paused', reason }),
        keepMoved(context, evaluation, 'paused', reason.code),
      ],
      [],
    );
  } catch (error) {
    if (!isGuardFailure(error)) throw error;
    return;
  }
  tellWatchers(context, scope.tenantId, id);
}
