import type { TenantContext } from '../../platform/context.ts';
import type { Progress } from '../domain/evaluation.ts';
import { type Evaluation, findOptionalEvaluation } from '../repo/evaluations.ts';

/** How far an evaluation has come; null: there is none such. */
export async function findOptionalProgress({ db, scope }: TenantContext, id: string): Promise<Progress | null> {
  const evaluation = await findOptionalEvaluation(db, scope, id);
  return evaluation === null ? null : progressOf(evaluation);
}

function progressOf(evaluation: Evaluation): Progress {
  const { status, done, failed, total, costMicros, judgeCostMicros, reason } = evaluation;
  return { status, done, failed, total, costMicros, judgeCostMicros, reason };
}
