import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { type EvaluatorAt, findOptionalEvaluator } from '../repo/evaluators.ts';

/** An evaluator at its latest revision, by name or id. @throws AppError not_found */
export async function findEvaluator(context: TenantContext, nameOrId: string): Promise<EvaluatorAt> {
  const found = await findOptionalEvaluator(context.db, context.scope, nameOrId);
  if (found === null) throw notFound(`The evaluator "${nameOrId}"`);
  return found;
}
