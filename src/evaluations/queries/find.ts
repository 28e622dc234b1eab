import { AppError, notFound } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import { type Evaluation, findOptionalWhole, type PassRow } from '../repo/evaluations.ts';

/** An evaluation and its passes. @throws AppError not_found; forbidden for an API key that is bound to environments */
export async function findEvaluation(
  context: TenantContext,
  id: string,
): Promise<{ evaluation: Evaluation; passes: PassRow[] }> {
  const found = isId('evaluation', id) ? await findOptionalWhole(context.db, context.scope, id) : null;
  if (found === null) throw notFound(`The evaluation ${id}`);
  assertUnbound(context);
  return found;
}

/** @throws AppError forbidden for an API key that is bound to environments: versions are evaluated in none */
export function assertUnbound({ actor }: TenantContext): void {
  if (actor.kind === 'api_key' && actor.environments !== null) {
    throw new AppError('forbidden', 'This API key is bound to environments: evaluations belong to none.');
  }
}
