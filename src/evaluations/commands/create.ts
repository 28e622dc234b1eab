import { commit } from '../../audit/public.ts';
import { can, personOf } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { keepEvent } from '../../platform/queue/outbox.ts';
import { LIMITS, type Runner } from '../domain/evaluation.ts';
import { assertUnbound } from '../queries/find.ts';
import { type Plan, plan, type PlanInput } from '../queries/plan.ts';
import {
  type EvaluationRow,
  guardRoomForEvaluation,
  insertEvaluation,
  insertPasses,
  type PassRow,
} from '../repo/evaluations.ts';
import { keepMoved } from './keep-moved.ts';

/**
 * Makes an evaluation of what there is now: the dataset's version, the evaluators' and the models' revisions and the versions'
 * texts are written down. Its results are made, and it is set going, by who reads the queue.
 * @throws AppError forbidden, not_found, validation_failed, state_conflict
 */
export async function createEvaluation<T>(
  context: TenantContext,
  input: PlanInput,
  present: (row: EvaluationRow) => T,
): Promise<T> {
  assertUnbound(context);
  if (!can(context.actor, 'executions:run'))
    throw new AppError('forbidden', 'This needs the permission executions:run.');
  const planned = await plan(context, input);
  const row = rowOf(context, planned, input);
  const answer = present(row);
  try {
    await commit(
      context,
      [
        guardRoomForEvaluation(context.db, context.scope, LIMITS.unfinished),
        insertEvaluation(context.db, row),
        insertPasses(context.db, passesOf(row, planned)),
        keepEvent(context, 'evaluation.fan_out', { evaluationId: row.id, made: 0, after: null }),
        keepMoved(context, row, 'created'),
      ],
      {
        action: 'evaluation.create',
        entity: { type: 'evaluation', id: row.id },
        data: {
          prompt: row.prompt,
          passes: planned.passes.map(({ tag, model, modelRevision }) => `${tag} on ${model}@${modelRevision}`),
          dataset: `${row.dataset}@${row.datasetVersion}`,
          evaluators: row.evaluators.map(({ name, revision }) => `${name}@${revision}`),
        },
      },
      { status: 202, body: answer },
    );
  } catch (error) {
    if (!isGuardFailure(error)) throw error;
    throw new AppError(
      'state_conflict',
      `${LIMITS.unfinished} evaluations are under way or paused, as many as may be. Wait for one to end, or cancel one.`,
    );
  }
  return answer;
}

function rowOf(context: TenantContext, planned: Plan, { locale }: PlanInput): EvaluationRow {
  const now = context.now();
  const runner = runnerOf(context);
  return {
    tenantId: context.scope.tenantId,
    id: newId('evaluation', now),
    promptId: planned.prompt.id,
    prompt: planned.prompt.name,
    datasetId: planned.dataset.datasetId,
    dataset: planned.dataset.name,
    datasetVersion: planned.dataset.version,
    evaluators: planned.evaluators,
    locale: locale ?? null,
    items: planned.dataset.count,
    passes: planned.passes.length,
    total: planned.dataset.count * planned.passes.length,
    width: planned.width,
    status: 'queued',
    reason: null,
    made: 0,
    done: 0,
    failed: 0,
    costMicros: 0,
    judgeCostMicros: 0,
    epoch: 0,
    fruitless: 0,
    doneThen: 0,
    heardAt: now,
    runnerKind: runner.kind,
    runnerId: runner.id,
    runnerSince: now,
    createdBy: runner.id,
    personId: personOf(context.actor),
    createdAt: now,
    startedAt: null,
    finishedAt: null,
    comparison: null,
  };
}

/** Who asks is who it runs for. @throws AppError forbidden for Footlight itself */
export function runnerOf({ actor }: TenantContext): Runner {
  if (actor.kind === 'system') throw new AppError('forbidden', 'An evaluation runs in somebody’s name.');
  return { kind: actor.kind, id: actor.id };
}

const passesOf = ({ tenantId, id: evaluationId }: EvaluationRow, { passes }: Plan): PassRow[] =>
  passes.map((pass) => ({ tenantId, evaluationId, ...pass }));
