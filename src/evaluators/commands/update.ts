import { commit } from '../../audit/public.ts';
import { contentHash } from '../../kernel/canonical-json.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import type { EvaluatorType, Rule } from '../domain/evaluator.ts';
import { findEvaluator } from '../queries/find.ts';
import { type EvaluatorAt, type EvaluatorRevision, insertNextRevision } from '../repo/evaluators.ts';
import { assertMayChangeMeasure } from './assert-changeable.ts';
import { assertRule } from './check-rule.ts';

/** How often a change is made to a newer revision when somebody else made one meanwhile. */
const ATTEMPTS = 3;

/**
 * Sets an evaluator up anew: makes its next revision, or none where nothing changes.
 * @param ruleOf reads what was sent as the evaluator's type wants it
 * @throws AppError not_found, validation_failed, forbidden, state_conflict
 */
export async function updateEvaluator(
  context: TenantContext,
  nameOrId: string,
  ruleOf: (type: EvaluatorType) => Rule,
): Promise<EvaluatorAt> {
  const { db, scope } = context;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await findEvaluator(context, nameOrId);
    const { evaluator, revision: before } = found;
    const rule = ruleOf(evaluator.type);
    if (contentHash(rule.config) === contentHash(before.config)) return found;
    await assertRule(context, rule);
    const still = await assertMayChangeMeasure(context, { evaluatorId: evaluator.id });
    const revision: EvaluatorRevision = {
      tenantId: scope.tenantId,
      evaluatorId: evaluator.id,
      revision: before.revision + 1,
      config: rule.config,
      createdBy: context.actor.id,
      createdAt: context.now(),
    };
    try {
      await commit(context, [...still, ...insertNextRevision(db, scope, revision)], {
        action: 'evaluator.update',
        entity: { type: 'evaluator', id: evaluator.id },
        data: { name: evaluator.name, type: evaluator.type, revision: revision.revision },
      });
      return {
        evaluator: { ...evaluator, latestRevision: revision.revision, updatedAt: revision.createdAt },
        revision,
      };
    } catch (error) {
      if (!isGuardFailure(error)) throw error;
    }
  }
  throw new AppError(
    'state_conflict',
    `The evaluator "${nameOrId}" is being changed by others. Look again, and try again.`,
  );
}
