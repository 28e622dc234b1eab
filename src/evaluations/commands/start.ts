import type { TenantContext } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import { keepEvent } from '../../platform/queue/outbox.ts';
import type { Runner } from '../domain/evaluation.ts';
import { type Evaluation, guardStanding, startEvaluation } from '../repo/evaluations.ts';
import { listHeads } from '../repo/results.ts';

/**
 * The statements that set an evaluation going from wherever it stands: the first result that has not ended of each row of every
 * `width`th is sent, and is followed by the next of its row when it ends. What was sent before means nothing any more. The
 * messages are kept in the outbox with the change: either all of it happens or nothing.
 * @param runner in whose name from now on; null: as before
 * @param fruitless how often it was set going to no avail
 */
export async function starting(
  context: TenantContext,
  evaluation: Evaluation,
  { runner, fruitless }: { runner: Runner | null; fruitless: number },
): Promise<Statement[]> {
  const { db, scope } = context;
  const { id: evaluationId, width, status } = evaluation;
  const epoch = evaluation.epoch + 1;
  const heads = await listHeads(db, scope, evaluationId, width);
  return [
    guardStanding(db, scope, evaluationId, { status, epoch: evaluation.epoch }),
    startEvaluation(db, scope, evaluationId, { now: context.now(), runner, fruitless }),
    ...heads.map((seq) => keepEvent(context, 'evaluation.item', { evaluationId, seq, epoch })),
  ];
}
