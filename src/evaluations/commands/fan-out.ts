import { commit } from '../../audit/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import type { TaskBodies } from '../../platform/queue/events.ts';
import { enqueue } from '../../platform/queue/send.ts';
import { listItemIds } from '../queries/material.ts';
import { type Evaluation, findOptionalEvaluation, guardMade, updateEvaluation } from '../repo/evaluations.ts';
import { insertResults } from '../repo/results.ts';
import { pause } from './pause.ts';
import { starting } from './start.ts';

/** So many results are made by one message. */
const RESULTS_A_STEP = 5_000;

/**
 * Makes the next results of an evaluation, and sends for those behind them; sets it going when all are there. Safe to repeat:
 * what was made is passed by, and what follows is sent again.
 */
export async function fanOut(
  context: TenantContext,
  { evaluationId, made, after }: TaskBodies['evaluation.fan_out'],
): Promise<void> {
  const evaluation = await findOptionalEvaluation(context.db, context.scope, evaluationId);
  if (evaluation?.status !== 'queued') return;
  const limit = Math.max(1, Math.floor(RESULTS_A_STEP / evaluation.passes));
  const itemIds = await listItemIds(context, evaluation, { after, limit });
  const [last] = itemIds.slice(-1);
  if (last === undefined && made < evaluation.total) {
    await pause(context, evaluation, { code: 'not_found', message: `The dataset ${evaluation.dataset} is not there.` });
    return;
  }
  if (evaluation.made === made) await make(context, evaluation, itemIds);
  const next = made + itemIds.length * evaluation.passes;
  if (next >= evaluation.total) await begin(context, evaluation);
  else await enqueueFanOut(context, evaluation, { made: next, after: last ?? null });
}

async function make(context: TenantContext, evaluation: Evaluation, itemIds: readonly string[]): Promise<void> {
  const { db, scope } = context;
  const { id, passes, made: from } = evaluation;
  await unlessOvertaken(
    commit(
      context,
      [
        guardMade(db, scope, id, from),
        insertResults(db, scope, id, { itemIds, passes, from }),
        updateEvaluation(db, scope, id, { made: from + itemIds.length * passes, heardAt: context.now() }),
      ],
      [],
    ),
  );
}

async function begin(context: TenantContext, evaluation: Evaluation): Promise<void> {
  await unlessOvertaken(commit(context, await starting(context, evaluation, { runner: null, fruitless: 0 }), []));
}

/** Somebody else has done it meanwhile, or it was cancelled. */
async function unlessOvertaken(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isGuardFailure(error)) throw error;
  }
}

/** Sends for the results behind those that were made. */
export const enqueueFanOut = (
  context: TenantContext,
  { id: evaluationId }: Evaluation,
  from: { made: number; after: string | null },
): Promise<void> =>
  enqueue(context, [{ tenantId: context.scope.tenantId, type: 'evaluation.fan_out', body: { evaluationId, ...from } }]);
