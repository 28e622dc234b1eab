import { commit } from '../../audit/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import type { Outcome } from './observe.ts';
import { countResult } from '../repo/evaluations.ts';
import { guardUnended, updateResult } from '../repo/results.ts';
import type { InHand } from './in-hand.ts';

/** Writes down what came of an item, and counts it: both once, whoever else is at it. */
export async function record(context: TenantContext, { evaluation, result }: InHand, outcome: Outcome): Promise<void> {
  const { db, scope } = context;
  const of = { evaluationId: evaluation.id, seq: result.seq };
  const now = context.now();
  const { judgeCostMicros } = outcome;
  const counted = {
    failed: outcome.status === 'failed',
    costMicros: outcome.costMicros ?? 0,
    judgeCostMicros,
  };
  try {
    await commit(
      context,
      [
        guardUnended(db, scope, of),
        updateResult(db, scope, of, { ...outcome, finishedAt: now }),
        countResult(db, scope, evaluation.id, counted, now),
      ],
      [],
    );
  } catch (error) {
    if (!isGuardFailure(error)) throw error;
  }
}
