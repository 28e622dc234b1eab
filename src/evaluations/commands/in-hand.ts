import { newId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { TaskBodies } from '../../platform/queue/events.ts';
import { type Evaluation, hear, type PassRow, selectEvaluation, selectPasses } from '../repo/evaluations.ts';
import { claimResult, type ResultRow, selectResult } from '../repo/results.ts';

/** A result that somebody has in hand. */
export interface InHand {
  evaluation: Evaluation;
  pass: PassRow;
  result: ResultRow;
  /** Whether something may be run for it; else it is only looked at what became of what was begun. */
  mayRun: boolean;
}

/**
 * Takes a result in hand: gives it the id of its execution, before there is one, unless it has one.
 * @returns null: there is nothing to do, for it was cancelled, stands still, or was sent before it was last set going
 */
export async function takeInHand(context: TenantContext, task: TaskBodies['evaluation.item']): Promise<InHand | null> {
  const { db, scope } = context;
  const now = context.now();
  const [, , [evaluation], [result], passes] = await db.batch([
    claimResult(db, scope, task, newId('execution', now)),
    hear(db, scope, task.evaluationId, now),
    selectEvaluation(db, scope, task.evaluationId),
    selectResult(db, scope, task),
    selectPasses(db, scope, task.evaluationId),
  ]);
  const pass = result === undefined ? undefined : passes[result.seq % passes.length];
  if (evaluation === undefined || result === undefined || pass === undefined) return null;
  const mayRun = evaluation.status === 'running' && evaluation.epoch === task.epoch;
  // What is cancelled is run no more. But what was begun has cost something, and is counted.
  const isLeft = evaluation.status === 'cancelled' && result.status === 'queued' && result.executionId !== null;
  return mayRun || isLeft ? { evaluation, pass, result, mayRun } : null;
}
