import type { TenantContext } from '../../platform/context.ts';
import { batch } from '../../platform/db/db.ts';
import { type Comparison, compare } from '../domain/comparison.ts';
import { placeOf } from '../domain/evaluation.ts';
import { count, newTally } from '../domain/tally.ts';
import { type Evaluation, findOptionalComparison, type PassRow, saveComparison } from '../repo/evaluations.ts';
import { listMeasured } from '../repo/results.ts';
import { findEvaluation } from './find.ts';

const PAGE = 5_000;

/**
 * How the passes of an evaluation compare, by what is in so far. Of one that is complete it is made once and kept: it is always the
 * same, since the draws are seeded with the evaluation's id. @throws AppError not_found, forbidden
 */
export async function readComparison(
  context: TenantContext,
  id: string,
): Promise<{ evaluation: Evaluation; comparison: Comparison }> {
  const { evaluation, passes } = await findEvaluation(context, id);
  const { db, scope } = context;
  const isComplete = evaluation.status === 'completed';
  const kept = isComplete ? await findOptionalComparison(db, scope, id) : null;
  if (kept !== null) return { evaluation, comparison: kept };
  const comparison = await make(context, evaluation, passes);
  if (isComplete) await batch(db, [saveComparison(db, scope, id, comparison)]);
  return { evaluation, comparison };
}

async function make(
  { db, scope }: TenantContext,
  evaluation: Evaluation,
  passes: readonly PassRow[],
): Promise<Comparison> {
  const { id, items, evaluators, status } = evaluation;
  const tally = newTally({ passes: passes.length, items, evaluators: evaluators.length });
  for (let after = -1; ;) {
    const rows = await listMeasured(db, scope, id, { after, limit: PAGE });
    for (const { seq, ...measured } of rows) count(tally, { ...placeOf(seq, passes.length), ...measured });
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) break;
    after = last.seq;
  }
  const names = evaluators.map(({ name }) => name);
  return compare({ passes: passes.map(toName), evaluators: names, items, complete: status === 'completed', tally }, id);
}

const toName = ({ tag, model, modelRevision }: PassRow) => ({ tag, model, modelRevision });
