import { and, asc, eq, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { guard } from '../../platform/db/guard.ts';
import { type RequiredEvaluation, requiredEvaluations } from '../table.ts';

export type { RequiredEvaluation } from '../table.ts';

/** What a requirement measures with: an evaluator, or a dataset. */
export type Measure = { evaluatorId: string } | { datasetId: string };

const measuresWith = ({ tenantId }: TenantScope, measure: Measure) =>
  and(
    eq(requiredEvaluations.tenantId, tenantId),
    'evaluatorId' in measure
      ? eq(requiredEvaluations.evaluatorId, measure.evaluatorId)
      : eq(requiredEvaluations.datasetId, measure.datasetId),
  );

/** The environments that require an evaluation with it, by name. */
export async function listRequiring(db: Db, scope: TenantScope, measure: Measure): Promise<string[]> {
  const rows = await db
    .select({ environment: requiredEvaluations.environment })
    .from(requiredEvaluations)
    .where(measuresWith(scope, measure))
    .orderBy(asc(requiredEvaluations.environment));
  return rows.map(({ environment }) => environment);
}

/** Undoes the batch when an environment requires an evaluation with it. */
export const guardNotRequired = (db: Db, scope: TenantScope, measure: Measure): Statement =>
  guard(db, sql`NOT EXISTS (SELECT 1 FROM ${requiredEvaluations} WHERE ${measuresWith(scope, measure)})`);

/** What some environments require, all of the tenant's in one read: there are fifty at most. */
export const listRequirements = (db: Db, { tenantId }: TenantScope): Promise<RequiredEvaluation[]> =>
  db.select().from(requiredEvaluations).where(eq(requiredEvaluations.tenantId, tenantId));

/** What an environment requires: a statement to run, or to put into a batch. */
export const selectRequirement = (db: Db, { tenantId }: TenantScope, environmentId: string) =>
  db
    .select()
    .from(requiredEvaluations)
    .where(and(eq(requiredEvaluations.tenantId, tenantId), eq(requiredEvaluations.environmentId, environmentId)));

/** The same, or null where it requires nothing. */
export async function findOptionalRequirement(
  db: Db,
  scope: TenantScope,
  environmentId: string,
): Promise<RequiredEvaluation | null> {
  const [row] = await selectRequirement(db, scope, environmentId);
  return row ?? null;
}

/**
 * Requires an evaluation of an environment, in place of the one before; undoes the batch when the evaluator or the dataset
 * is gone or another by now: who requires it has seen what it is.
 */
export const requireEvaluation = (db: Db, row: RequiredEvaluation): Statement[] => [
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM evaluators WHERE tenant_id = ${row.tenantId} AND id = ${row.evaluatorId}
      AND latest_revision = ${row.evaluatorRevision} AND deleted_at IS NULL)
    AND EXISTS (SELECT 1 FROM datasets WHERE tenant_id = ${row.tenantId} AND id = ${row.datasetId}
      AND version = ${row.datasetVersion} AND deleted_at IS NULL)`,
  ),
  db
    .insert(requiredEvaluations)
    .values(row)
    .onConflictDoUpdate({ target: [requiredEvaluations.tenantId, requiredEvaluations.environmentId], set: row }),
];

/** Requires no evaluation of an environment any more. */
export const requireNoEvaluation = (db: Db, { tenantId }: TenantScope, environmentId: string): Statement =>
  db
    .delete(requiredEvaluations)
    .where(and(eq(requiredEvaluations.tenantId, tenantId), eq(requiredEvaluations.environmentId, environmentId)));
