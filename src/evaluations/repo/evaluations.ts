import { and, asc, desc, eq, getTableColumns, inArray, lt, sql, type SQL } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { guard } from '../../platform/db/guard.ts';
import type { Comparison } from '../domain/comparison.ts';
import type { EvaluationStatus, Runner } from '../domain/evaluation.ts';
import { evaluationPasses, type EvaluationRow, evaluations, type PassRow } from '../table.ts';

/** What is asked for again and again: all but the comparison, which may be large. */
export type Evaluation = Omit<EvaluationRow, 'comparison'>;

const { comparison: _, ...columns } = getTableColumns(evaluations);

export const insertEvaluation = (db: Db, row: EvaluationRow): Statement => db.insert(evaluations).values(row);

/** By one JSON parameter: 25 of them have more than D1 takes. */
export const insertPasses = (db: Db, rows: readonly PassRow[]): Statement =>
  db.run(sql`INSERT INTO evaluation_passes (tenant_id, evaluation_id, pass, tag, version_id, content_hash, includes, model,
      model_revision)
    SELECT value ->> 'tenantId', value ->> 'evaluationId', value ->> 'pass', value ->> 'tag', value ->> 'versionId',
      value ->> 'contentHash', value ->> 'includes', value ->> 'model', value ->> 'modelRevision' FROM json_each(${JSON.stringify(rows)})`);

export async function findOptionalEvaluation(db: Db, scope: TenantScope, id: string): Promise<Evaluation | null> {
  const [row] = await db.select(columns).from(evaluations).where(matching(scope, id));
  return row ?? null;
}

/** The same for a batch. */
export const selectEvaluation = (db: Db, scope: TenantScope, id: string) =>
  db.select(columns).from(evaluations).where(matching(scope, id));

export const selectPasses = (db: Db, { tenantId }: TenantScope, id: string) =>
  db
    .select()
    .from(evaluationPasses)
    .where(and(eq(evaluationPasses.tenantId, tenantId), eq(evaluationPasses.evaluationId, id)))
    .orderBy(asc(evaluationPasses.pass));

/** An evaluation with its passes. */
export async function findOptionalWhole(
  db: Db,
  scope: TenantScope,
  id: string,
): Promise<{ evaluation: Evaluation; passes: PassRow[] } | null> {
  const [[evaluation], passes] = await db.batch([selectEvaluation(db, scope, id), selectPasses(db, scope, id)]);
  return evaluation === undefined ? null : { evaluation, passes };
}

/** Newest first. */
export async function listEvaluations(
  db: Db,
  scope: TenantScope,
  query: {
    promptId: string | undefined;
    dataset: string | undefined;
    status: EvaluationStatus | undefined;
    before: string | undefined;
    limit: number;
  },
): Promise<Evaluation[]> {
  return db
    .select(columns)
    .from(evaluations)
    .where(
      and(
        eq(evaluations.tenantId, scope.tenantId),
        query.promptId === undefined ? undefined : eq(evaluations.promptId, query.promptId),
        query.dataset === undefined ? undefined : eq(evaluations.dataset, query.dataset),
        query.status === undefined ? undefined : eq(evaluations.status, query.status),
        query.before === undefined ? undefined : lt(evaluations.id, query.before),
      ),
    )
    .orderBy(desc(evaluations.id))
    .limit(query.limit);
}

/** The passes of some evaluations. */
export async function listPasses(db: Db, { tenantId }: TenantScope, ids: readonly string[]): Promise<PassRow[]> {
  if (ids.length === 0) return [];
  return db
    .select()
    .from(evaluationPasses)
    .where(
      and(
        eq(evaluationPasses.tenantId, tenantId),
        inArray(evaluationPasses.evaluationId, sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`),
      ),
    )
    .orderBy(asc(evaluationPasses.evaluationId), asc(evaluationPasses.pass));
}

/** Undoes the batch when the tenant has this many that are not over. */
export const guardRoomForEvaluation = (db: Db, { tenantId }: TenantScope, max: number): Statement =>
  guard(
    db,
    sql`(SELECT count(*) FROM evaluations WHERE tenant_id = ${tenantId} AND status IN ('queued', 'running', 'paused')) < ${max}`,
  );

/** Undoes the batch unless an evaluation stands as the caller has seen it: nobody has moved it, nor set it going anew. */
export const guardStanding = (
  db: Db,
  scope: TenantScope,
  id: string,
  { status, epoch }: Pick<EvaluationRow, 'status' | 'epoch'>,
): Statement => guard(db, exists(scope, id, sql`status = ${status} AND epoch = ${epoch}`));

/** Undoes the batch when it is over. */
export const guardUnfinished = (db: Db, scope: TenantScope, id: string): Statement =>
  guard(db, exists(scope, id, sql`status IN ('queued', 'running', 'paused')`));

/** Undoes the batch unless so many results have been made, and it has not begun. */
export const guardMade = (db: Db, scope: TenantScope, id: string, made: number): Statement =>
  guard(db, exists(scope, id, sql`status = 'queued' AND made = ${made}`));

/** Undoes the batch unless it is running with nothing left to do. */
export const guardDone = (db: Db, scope: TenantScope, id: string): Statement =>
  guard(db, exists(scope, id, sql`status = 'running' AND done = total`));

const exists = ({ tenantId }: TenantScope, id: string, condition: SQL): SQL =>
  sql`EXISTS (SELECT 1 FROM evaluations WHERE tenant_id = ${tenantId} AND id = ${id} AND ${condition})`;

export type Change = Partial<Pick<EvaluationRow, 'status' | 'reason' | 'made' | 'heardAt' | 'finishedAt'>>;

export const updateEvaluation = (db: Db, scope: TenantScope, id: string, change: Change): Statement =>
  db.update(evaluations).set(change).where(matching(scope, id));

/** Sets it going: whatever was sent before means nothing any more. */
export const startEvaluation = (
  db: Db,
  scope: TenantScope,
  id: string,
  { now, runner, fruitless }: { now: number; runner: Runner | null; fruitless: number },
): Statement =>
  db
    .update(evaluations)
    .set({
      status: 'running',
      reason: null,
      epoch: sql`epoch + 1`,
      fruitless,
      doneThen: sql`done`,
      heardAt: now,
      startedAt: sql`coalesce(started_at, ${now})`,
      ...(runner === null ? {} : { runnerKind: runner.kind, runnerId: runner.id, runnerSince: now }),
    })
    .where(matching(scope, id));

/** Has its results made, before it is set going. */
export const requeueEvaluation = (
  db: Db,
  scope: TenantScope,
  id: string,
  { runner, now }: { runner: Runner; now: number },
): Statement =>
  db
    .update(evaluations)
    .set({
      status: 'queued',
      reason: null,
      heardAt: now,
      runnerKind: runner.kind,
      runnerId: runner.id,
      runnerSince: now,
    })
    .where(matching(scope, id));

/** Says that something of it is in hand. For a batch. */
export const hear = (db: Db, scope: TenantScope, id: string, now: number) =>
  db
    .update(evaluations)
    .set({ heardAt: now })
    .where(and(matching(scope, id), eq(evaluations.status, 'running')));

/** Counts a result that has come to its end. */
export const countResult = (
  db: Db,
  scope: TenantScope,
  id: string,
  result: { failed: boolean; costMicros: number; judgeCostMicros: number },
  now: number,
): Statement =>
  db
    .update(evaluations)
    .set({
      done: sql`done + 1`,
      failed: sql`failed + ${result.failed ? 1 : 0}`,
      costMicros: sql`cost_micros + ${result.costMicros}`,
      judgeCostMicros: sql`judge_cost_micros + ${result.judgeCostMicros}`,
      heardAt: now,
    })
    .where(matching(scope, id));

/** The comparison of one that is over, if somebody has asked for it before. */
export async function findOptionalComparison(db: Db, scope: TenantScope, id: string): Promise<Comparison | null> {
  const [row] = await db.select({ comparison: evaluations.comparison }).from(evaluations).where(matching(scope, id));
  return row?.comparison ?? null;
}

export const saveComparison = (db: Db, scope: TenantScope, id: string, comparison: Comparison): Statement =>
  db.update(evaluations).set({ comparison }).where(matching(scope, id));

/** Of all tenants: what goes on and was not heard of since. For the sweep. */
export async function listSilent(db: Db, before: number, limit: number): Promise<{ tenantId: string; id: string }[]> {
  return db
    .select({ tenantId: evaluations.tenantId, id: evaluations.id })
    .from(evaluations)
    .where(and(sql`status IN ('queued', 'running')`, lt(evaluations.heardAt, before)))
    .orderBy(asc(evaluations.heardAt))
    .limit(limit);
}

export type { EvaluationRow, PassRow } from '../table.ts';

const matching = ({ tenantId }: TenantScope, id: string): SQL | undefined =>
  and(eq(evaluations.tenantId, tenantId), eq(evaluations.id, id));
