import { commit } from '../../audit/public.ts';
import { can } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { keepEvent } from '../../platform/queue/outbox.ts';
import type { Statement } from '../../platform/db/db.ts';
import { findEvaluation } from '../queries/find.ts';
import { type Evaluation, guardStanding, requeueEvaluation } from '../repo/evaluations.ts';
import { findLastItem } from '../repo/results.ts';
import { tellWatchers } from '../stub.ts';
import { runnerOf } from './create.ts';
import { keepMoved } from './keep-moved.ts';
import { starting } from './start.ts';

/** Has a paused evaluation go on where it stood, from now on in the name of whoever resumes it. @throws AppError not_found, forbidden, state_conflict */
export async function resumeEvaluation(context: TenantContext, id: string): Promise<void> {
  const { evaluation } = await findEvaluation(context, id);
  if (!can(context.actor, 'executions:run'))
    throw new AppError('forbidden', 'This needs the permission executions:run.');
  if (evaluation.status !== 'paused') throw notPaused(evaluation);
  const going =
    evaluation.made < evaluation.total ? await making(context, evaluation) : await running(context, evaluation);
  try {
    await commit(context, [...going, keepMoved(context, evaluation, 'resumed')], {
      action: 'evaluation.resume',
      entity: { type: 'evaluation', id },
      data: { reason: evaluation.reason?.code ?? null, done: evaluation.done, total: evaluation.total },
    });
  } catch (error) {
    if (!isGuardFailure(error)) throw error;
    throw notPaused((await findEvaluation(context, id)).evaluation);
  }
  tellWatchers(context, context.scope.tenantId, id);
}

const running = (context: TenantContext, evaluation: Evaluation): Promise<Statement[]> =>
  starting(context, evaluation, { runner: runnerOf(context), fruitless: 0 });

/** It had not come so far that all its results were made. */
async function making(context: TenantContext, evaluation: Evaluation): Promise<Statement[]> {
  const { db, scope } = context;
  const { id: evaluationId, made } = evaluation;
  const after = await findLastItem(db, scope, evaluationId);
  return [
    guardStanding(db, scope, evaluationId, evaluation),
    requeueEvaluation(db, scope, evaluationId, { runner: runnerOf(context), now: context.now() }),
    keepEvent(context, 'evaluation.fan_out', { evaluationId, made, after }),
  ];
}

const notPaused = ({ status }: Evaluation): AppError =>
  new AppError('state_conflict', `The evaluation is ${status}: only a paused one can be resumed.`);
