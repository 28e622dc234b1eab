import { commit } from '../../audit/public.ts';
import { type Context, forActor, type TenantContext } from '../../platform/context.ts';
import { batch } from '../../platform/db/db.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { FRUITLESS_MAX, SILENCE_MS } from '../domain/evaluation.ts';
import { type Evaluation, findOptionalEvaluation, listSilent, updateEvaluation } from '../repo/evaluations.ts';
import { findLastItem } from '../repo/results.ts';
import { enqueueFanOut } from './fan-out.ts';
import { finish } from './finish.ts';
import { pause } from './pause.ts';
import { starting } from './start.ts';

const AT_ONCE = 20;

/**
 * Sets going again what has fallen silent: its messages were lost, or are among the dead ones. What does not get any further
 * by that stands still, and says so.
 */
export async function sweepEvaluations(context: Context): Promise<void> {
  const failures: unknown[] = [];
  for (const { tenantId, id } of await listSilent(context.db, context.now() - SILENCE_MS, AT_ONCE)) {
    const system = forActor(context, { kind: 'system', id: 'footlight', tenantId });
    const evaluation = await findOptionalEvaluation(context.db, system.scope, id);
    // One that cannot be helped keeps the others from nothing.
    if (evaluation !== null) await revive(system, evaluation).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

async function revive(context: TenantContext, evaluation: Evaluation): Promise<void> {
  const { db, scope } = context;
  const { id, status, made, done, total } = evaluation;
  if (status === 'queued') {
    // Heard again, so that it is not tried every minute.
    await batch(db, [updateEvaluation(db, scope, id, { heardAt: context.now() })]);
    await enqueueFanOut(context, evaluation, { made, after: await findLastItem(db, scope, id) });
    return;
  }
  if (done === total) return finish(context, evaluation);
  const fruitless = done > evaluation.doneThen ? 0 : evaluation.fruitless + 1;
  if (fruitless > FRUITLESS_MAX) {
    await pause(context, evaluation, {
      code: 'stalled',
      message: `It did not get any further, though it was set going ${FRUITLESS_MAX} times: GET /v1/dead-letters may say why.`,
    });
    return;
  }
  try {
    await commit(context, await starting(context, evaluation, { runner: null, fruitless }), []);
  } catch (error) {
    if (!isGuardFailure(error)) throw error;
  }
}
