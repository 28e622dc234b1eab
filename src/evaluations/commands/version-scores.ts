import { saveVersionScores } from '../../evaluators/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import type { Evaluation } from '../repo/evaluations.ts';
import { selectPasses } from '../repo/evaluations.ts';
import { listTotals } from '../repo/results.ts';

/**
 * The statement that keeps what each version scored by each evaluator, for those who let versions through by it. What failed
 * counts as 0: a version must not do well by being scored seldom. `total` says of how many items `n` have a score.
 */
export async function versionScores(context: TenantContext, evaluation: Evaluation): Promise<Statement[]> {
  const { db, scope } = context;
  const { id: evaluationId, datasetId, dataset, datasetVersion, locale, items: total } = evaluation;
  const [passes, totals] = await Promise.all([
    selectPasses(db, scope, evaluationId),
    listTotals(db, scope, evaluationId, {
      passes: evaluation.passes,
      evaluators: evaluation.evaluators.length,
    }),
  ]);
  const at = context.now();
  const scores = totals.flatMap(({ pass, evaluator: index, sum, n }) => {
    const [of, evaluator] = [passes[pass], evaluation.evaluators[index]];
    if (of === undefined || evaluator === undefined || n === 0) return [];
    const { id: evaluatorId, name, revision: evaluatorRevision } = evaluator;
    const { versionId, model } = of;
    const contentHash = locale === null ? null : of.contentHash;
    const measure = { versionId, contentHash, evaluatorId, datasetId, evaluatorRevision, datasetVersion, model };
    return [{ ...measure, evaluator: name, dataset, evaluationId, score: sum / n, n, total, at }];
  });
  return scores.length === 0 ? [] : [saveVersionScores(db, scope, scores)];
}
