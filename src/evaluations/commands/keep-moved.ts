import type { TenantContext } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import { keepEvent } from '../../platform/queue/outbox.ts';
import type { Evaluation } from '../repo/evaluations.ts';

type Move = 'created' | 'paused' | 'resumed' | 'completed' | 'cancelled';

/** The statement that keeps the event of an evaluation's move, for the batch of that move. */
export function keepMoved(
  context: TenantContext,
  evaluation: Evaluation,
  move: Move,
  reason: string | null = null,
): Statement {
  const { id: evaluationId, promptId, prompt, dataset, done, failed, total } = evaluation;
  const costMicros = evaluation.costMicros + evaluation.judgeCostMicros;
  return keepEvent(context, `evaluation.${move}`, {
    evaluationId,
    promptId,
    prompt,
    dataset,
    done,
    failed,
    total,
    costMicros,
    reason,
  });
}
