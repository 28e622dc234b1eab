import { commit } from '../../audit/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { type Evaluation, guardDone, updateEvaluation } from '../repo/evaluations.ts';
import { tellWatchers } from '../stub.ts';
import { keepMoved } from './keep-moved.ts';
import { versionScores } from './version-scores.ts';

/** Ends an evaluation whose last result is in, once, with what it says of each version. */
export async function finish(context: TenantContext, evaluation: Evaluation): Promise<void> {
  const { db, scope } = context;
  const { id } = evaluation;
  try {
    await commit(
      context,
      [
        guardDone(db, scope, id),
        updateEvaluation(db, scope, id, { status: 'completed', finishedAt: context.now() }),
        ...(await versionScores(context, evaluation)),
        keepMoved(context, evaluation, 'completed'),
      ],
      [],
    );
  } catch (error) {
    if (!isGuardFailure(error)) throw error;
    return;
  }
  tellWatchers(context, scope.tenantId, id);
}
