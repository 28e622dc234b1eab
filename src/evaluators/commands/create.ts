import { commit } from '../../audit/public.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isUniqueViolation } from '../../platform/db/guard.ts';
import type { Rule } from '../domain/evaluator.ts';
import { LIMITS } from '../domain/limits.ts';
import { presentEvaluator } from '../present.ts';
import { countEvaluators, type EvaluatorAt, insertEvaluator } from '../repo/evaluators.ts';
import type { EvaluatorJson } from '../schemas.ts';
import { assertRule } from './check-rule.ts';

/** Makes an evaluator, with its first revision. @throws AppError validation_failed, already_exists, state_conflict */
export async function createEvaluator(context: TenantContext, input: Rule & { name: string }): Promise<EvaluatorJson> {
  const { db, scope } = context;
  const { name, type, config } = input;
  await assertRule(context, input);
  if ((await countEvaluators(db, scope)) >= LIMITS.evaluators) {
    throw new AppError('state_conflict', `A tenant has ${LIMITS.evaluators} evaluators at most. Delete one first.`);
  }
  const now = context.now();
  const made = { tenantId: scope.tenantId, createdBy: context.actor.id, createdAt: now };
  const id = newId('evaluator', now);
  const found: EvaluatorAt = {
    evaluator: { ...made, id, name, type, latestRevision: 1, updatedAt: now, deletedAt: null },
    revision: { ...made, evaluatorId: id, revision: 1, config },
  };
  const created = presentEvaluator(found);
  try {
    await commit(
      context,
      insertEvaluator(db, found),
      { action: 'evaluator.create', entity: { type: 'evaluator', id }, data: { name, type, revision: 1 } },
      { status: 201, body: created },
    );
  } catch (error) {
    if (!isUniqueViolation(error, 'evaluators.name')) throw error;
    throw new AppError(
      'already_exists',
      `There is an evaluator "${name}" already. Change it, or choose another name.`,
      {
        errors: [{ path: 'name', message: 'is in use', code: 'already_exists' }],
      },
    );
  }
  return created;
}
