import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Evaluator } from '../domain/evaluator.ts';
import { type EvaluatorAt, loadEvaluatorsByName, loadRevisionsOf } from '../repo/evaluators.ts';

/** The type says what the config is: they are written together, and the type never changes. */
const toEvaluator = ({ evaluator, revision }: EvaluatorAt): Evaluator =>
  ({
    id: evaluator.id,
    name: evaluator.name,
    type: evaluator.type,
    revision: revision.revision,
    config: revision.config,
  }) as Evaluator;

/** Evaluators by name or id at their latest revisions, in the order asked for. @throws AppError not_found, naming all */
export async function loadEvaluators(context: TenantContext, namesOrIds: readonly string[]): Promise<Evaluator[]> {
  const found = (await loadEvaluatorsByName(context.db, context.scope, namesOrIds)).map(toEvaluator);
  const missing = namesOrIds.filter((wanted) => !found.some(({ id, name }) => id === wanted || name === wanted));
  if (missing.length > 0) {
    throw new AppError('not_found', `There is no evaluator ${missing.map((name) => `"${name}"`).join(', ')}.`, {
      errors: missing.map((name) => ({
        path: `evaluators[${namesOrIds.indexOf(name)}]`,
        message: `is no evaluator: ${name}`,
        code: 'unknown_evaluator',
      })),
    });
  }
  return namesOrIds.flatMap((wanted) => found.find(({ id, name }) => id === wanted || name === wanted) ?? []);
}

/** Evaluators at the revisions that something was begun with, deleted ones too. */
export async function loadEvaluatorsAt(
  { db, scope }: Pick<TenantContext, 'db' | 'scope'>,
  refs: readonly { id: string; revision: number }[],
): Promise<Evaluator[]> {
  return (await loadRevisionsOf(db, scope, refs)).map(toEvaluator);
}
