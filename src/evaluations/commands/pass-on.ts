import type { TenantContext } from '../../platform/context.ts';
import type { TaskBodies } from '../../platform/queue/events.ts';
import { enqueue } from '../../platform/queue/send.ts';
import { selectEvaluation } from '../repo/evaluations.ts';
import { selectNext } from '../repo/results.ts';
import { finish } from './finish.ts';

/**
 * Sends for the next result of the row, once one has ended: so that no more are in hand than is good for the tenant. The last
 * one ends the evaluation. Safe to repeat: what somebody has in hand is not sent again.
 */
export async function passOn(
  context: TenantContext,
  { evaluationId, seq, epoch }: TaskBodies['evaluation.item'],
  width: number,
): Promise<void> {
  const { db, scope } = context;
  const [[evaluation], [next]] = await db.batch([
    selectEvaluation(db, scope, evaluationId),
    selectNext(db, scope, { evaluationId, seq }, width),
  ]);
  if (evaluation?.status !== 'running' || evaluation.epoch !== epoch) return;
  if (next !== undefined && next.epoch !== epoch) {
    const body = { evaluationId, seq: next.seq, epoch };
    await enqueue(context, [{ tenantId: scope.tenantId, type: 'evaluation.item', body }]);
  } else if (evaluation.done === evaluation.total) {
    await finish(context, evaluation);
  }
}
