import { commit } from '../../audit/public.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { findEvaluator } from '../queries/find.ts';
import { softDeleteEvaluator } from '../repo/evaluators.ts';
import { assertMeasureUnused } from './assert-changeable.ts';

/** How often it is looked at anew when something moves between the look and the deed. */
const ATTEMPTS = 3;

/**
 * Deletes an evaluator that no environment requires. What it has scored stays, and what is being scored by one of its
 * revisions goes on. @throws AppError not_found, state_conflict
 */
export async function deleteEvaluator(context: TenantContext, nameOrId: string): Promise<void> {
  const { db, scope } = context;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { evaluator } = await findEvaluator(context, nameOrId);
    const still = await assertMeasureUnused(context, { evaluatorId: evaluator.id });
    try {
      await commit(context, [...still, ...softDeleteEvaluator(db, scope, evaluator, context.now())], {
        action: 'evaluator.delete',
        entity: { type: 'evaluator', id: evaluator.id },
        data: { name: evaluator.name, type: evaluator.type, revision: evaluator.latestRevision },
      });
      return;
    } catch (error) {
      if (!isGuardFailure(error)) throw error;
    }
  }
  throw new AppError('state_conflict', `The evaluator "${nameOrId}" is being changed at this moment. Try again.`);
}
