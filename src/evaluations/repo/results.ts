import { and, asc, desc, eq, gt, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { guard } from '../../platform/db/guard.ts';
import type { ResultStatus } from '../domain/evaluation.ts';
import type { Measured } from '../domain/tally.ts';
import { evaluationResults, type ResultRow } from '../table.ts';

export type { ResultRow } from '../table.ts';

/** Makes the results of some items, in every pass, from number `from` on. What is there already stays as it is. */
export const insertResults = (
  db: Db,
  { tenantId }: TenantScope,
  evaluationId: string,
  { itemIds, passes, from }: { itemIds: readonly string[]; passes: number; from: number },
): Statement =>
  db.run(sql`INSERT OR IGNORE INTO evaluation_results (tenant_id, evaluation_id, seq, item_id, status)
    SELECT ${tenantId}, ${evaluationId}, ${from} + item.key * ${passes} + pass.key, item.value, 'queued'
    FROM json_each(${JSON.stringify(itemIds)}) AS item
    CROSS JOIN json_each(${JSON.stringify(Array.from({ length: passes }, (_, index) => index))}) AS pass`);

/**
 * Takes a result in hand: gives it the id of its execution, unless it has one. Only while the evaluation is running, and for
 * those who were sent since it was last set going.
 */
export const claimResult = (
  db: Db,
  scope: TenantScope,
  of: { evaluationId: string; seq: number; epoch: number },
  executionId: string,
) =>
  db
    .update(evaluationResults)
    .set({
      executionId: sql`coalesce(execution_id, ${executionId})`,
      epoch: of.epoch,
    })
    .where(
      and(
        matching(scope, of),
        eq(evaluationResults.status, 'queued'),
        sql`EXISTS (SELECT 1 FROM evaluations WHERE tenant_id = ${scope.tenantId} AND id = ${of.evaluationId}
          AND status = 'running' AND epoch = ${of.epoch})`,
      ),
    );

/** Gives a result the execution of a judge, unless it has one. @returns its judges' executions, by evaluator */
export async function giveJudge(
  db: Db,
  scope: TenantScope,
  of: { evaluationId: string; seq: number },
  evaluatorId: string,
  executionId: string,
): Promise<Record<string, string>> {
  const path = `$.${evaluatorId}`;
  const [row] = await db
    .update(evaluationResults)
    .set({
      judges: sql`json_set(coalesce(judges, '{}'), ${path}, coalesce(judges ->> ${path}, ${executionId}))`,
    })
    .where(matching(scope, of))
    .returning({ judges: evaluationResults.judges });
  return row?.judges ?? {};
}

/** Undoes the batch unless the result, or its judge, has this execution and no later one. */
export const guardGiven = (
  db: Db,
  { tenantId }: TenantScope,
  { evaluationId, seq }: { evaluationId: string; seq: number },
  { judge, executionId }: { judge: string | null; executionId: string },
): Statement =>
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM evaluation_results WHERE tenant_id = ${tenantId} AND evaluation_id = ${evaluationId}
      AND seq = ${seq} AND status = 'queued'
      AND ${judge === null ? sql`execution_id` : sql`judges ->> ${`$.${judge}`}`} = ${executionId})`,
  );

/** Takes its execution from a result, or from its judge, so that it is given another; what the one before has cost is kept. */
export const renewExecution = (
  db: Db,
  scope: TenantScope,
  of: { evaluationId: string; seq: number },
  { judge, costMicros }: { judge: string | null; costMicros: number },
): Statement =>
  db
    .update(evaluationResults)
    .set({
      ...(judge === null ? { executionId: null } : { judges: sql`json_remove(judges, ${`$.${judge}`})` }),
      tries: sql`tries + 1`,
      judgeCostMicros: sql`judge_cost_micros + ${costMicros}`,
    })
    .where(matching(scope, of));

/** For a batch. */
export const selectResult = (db: Db, scope: TenantScope, of: { evaluationId: string; seq: number }) =>
  db.select().from(evaluationResults).where(matching(scope, of));

/** Undoes the batch when a result has ended. */
export const guardUnended = (
  db: Db,
  { tenantId }: TenantScope,
  { evaluationId, seq }: { evaluationId: string; seq: number },
): Statement =>
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM evaluation_results WHERE tenant_id = ${tenantId} AND evaluation_id = ${evaluationId}
      AND seq = ${seq} AND status = 'queued')`,
  );

export type ResultChange = Partial<
  Pick<
    ResultRow,
    | 'status'
    | 'executionId'
    | 'judges'
    | 'tries'
    | 'given'
    | 'latencyMs'
    | 'inputTokens'
    | 'outputTokens'
    | 'costMicros'
    | 'judgeCostMicros'
    | 'error'
    | 'finishedAt'
  >
>;

export const updateResult = (
  db: Db,
  scope: TenantScope,
  of: { evaluationId: string; seq: number },
  change: ResultChange,
): Statement => db.update(evaluationResults).set(change).where(matching(scope, of));

/** What comes behind a result in its row of every `width`th, and was not run to its end. For a batch. */
export const selectNext = (
  db: Db,
  { tenantId }: TenantScope,
  { evaluationId, seq }: { evaluationId: string; seq: number },
  width: number,
) =>
  db
    .select({ seq: evaluationResults.seq, epoch: evaluationResults.epoch })
    .from(evaluationResults)
    .where(
      and(
        eq(evaluationResults.tenantId, tenantId),
        eq(evaluationResults.evaluationId, evaluationId),
        eq(evaluationResults.status, 'queued'),
        gt(evaluationResults.seq, seq),
        sql`seq % ${width} = ${seq % width}`,
      ),
    )
    .orderBy(asc(evaluationResults.seq))
    .limit(1);

/** The first of each row that has not been run to its end: where to go on. */
export async function listHeads(
  db: Db,
  { tenantId }: TenantScope,
  evaluationId: string,
  width: number,
): Promise<number[]> {
  const rows = await db.all<{ seq: number }>(sql`SELECT min(seq) AS seq FROM evaluation_results
    WHERE tenant_id = ${tenantId} AND evaluation_id = ${evaluationId} AND status = 'queued' GROUP BY seq % ${width} ORDER BY 1`);
  return rows.map(({ seq }) => seq);
}

/** The item of the last result that was made; null: none was. */
export async function findLastItem(db: Db, { tenantId }: TenantScope, evaluationId: string): Promise<string | null> {
  const [row] = await db
    .select({ itemId: evaluationResults.itemId })
    .from(evaluationResults)
    .where(and(eq(evaluationResults.tenantId, tenantId), eq(evaluationResults.evaluationId, evaluationId)))
    .orderBy(desc(evaluationResults.seq))
    .limit(1);
  return row?.itemId ?? null;
}

/** The executions that are perhaps under way. */
export async function listExecutionsInHand(
  db: Db,
  { tenantId }: TenantScope,
  evaluationId: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .select({ executionId: evaluationResults.executionId, judges: evaluationResults.judges })
    .from(evaluationResults)
    .where(
      and(
        eq(evaluationResults.tenantId, tenantId),
        eq(evaluationResults.evaluationId, evaluationId),
        eq(evaluationResults.status, 'queued'),
        isNotNull(evaluationResults.executionId),
      ),
    )
    .limit(limit);
  return rows.flatMap(({ executionId, judges }) => [executionId ?? [], ...Object.values(judges ?? {})].flat());
}

/** Results in the order of their numbers. */
export async function listResults(
  db: Db,
  { tenantId }: TenantScope,
  evaluationId: string,
  query: {
    /** Only these of so many passes. */
    passes: { among: readonly number[]; of: number } | null;
    status: ResultStatus | null;
    after: number;
    limit: number;
  },
): Promise<ResultRow[]> {
  const { passes, status } = query;
  const ofPasses: SQL | undefined =
    passes === null
      ? undefined
      : sql`seq % ${passes.of} IN (SELECT value FROM json_each(${JSON.stringify(passes.among)}))`;
  return db
    .select()
    .from(evaluationResults)
    .where(
      and(
        eq(evaluationResults.tenantId, tenantId),
        eq(evaluationResults.evaluationId, evaluationId),
        gt(evaluationResults.seq, query.after),
        status === null ? undefined : eq(evaluationResults.status, status),
        ofPasses,
      ),
    )
    .orderBy(asc(evaluationResults.seq))
    .limit(query.limit);
}

interface MeasuredRecord {
  seq: number;
  status: ResultStatus;
  given: string | null;
  latency: number | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cost: number | null;
  judge_cost: number;
}

/** What is counted of results that have ended: their numbers alone, for their reasons may be long. */
export async function listMeasured(
  db: Db,
  { tenantId }: TenantScope,
  evaluationId: string,
  { after, limit }: { after: number; limit: number },
): Promise<({ seq: number } & Omit<Measured, 'pass' | 'item'>)[]> {
  const rows = await db.all<MeasuredRecord>(sql`SELECT seq, status,
      (SELECT json_group_array(json_array(value ->> 'score', value ->> 'passed')) FROM json_each(given)) AS given,
      latency_ms AS latency, input_tokens, output_tokens, cost_micros AS cost, judge_cost_micros AS judge_cost
    FROM evaluation_results
    WHERE tenant_id = ${tenantId} AND evaluation_id = ${evaluationId} AND seq > ${after} AND status <> 'queued'
    ORDER BY seq LIMIT ${limit}`);
  return rows.map((row) => {
    const given = JSON.parse(row.given ?? '[]') as [score: number | null, passed: 0 | 1 | null][];
    return {
      seq: row.seq,
      failed: row.status === 'failed',
      scores: given.map(([score]) => score),
      passed: given.map(([, passed]) => (passed === null ? null : passed === 1)),
      latencyMs: row.latency,
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      costMicros: row.cost,
      judgeCostMicros: row.judge_cost,
    };
  });
}

/** By pass and evaluator, what the scores add up to and of how many results: those that failed count, with nothing. */
export async function listTotals(
  db: Db,
  { tenantId }: TenantScope,
  evaluationId: string,
  { passes, evaluators }: { passes: number; evaluators: number },
): Promise<{ pass: number; evaluator: number; sum: number; n: number }[]> {
  const each = JSON.stringify(Array.from({ length: evaluators }, (_, index) => index));
  return db.all(sql`SELECT pass, evaluator, coalesce(sum(score), 0) AS sum, count(*) AS n
    FROM (SELECT r.seq % ${passes} AS pass, e.value AS evaluator, r.status,
        json_extract(r.given, '$[' || e.value || '].score') AS score
      FROM evaluation_results AS r CROSS JOIN json_each(${each}) AS e
      WHERE r.tenant_id = ${tenantId} AND r.evaluation_id = ${evaluationId})
    WHERE score IS NOT NULL OR status = 'failed' GROUP BY 1, 2 ORDER BY 1, 2`);
}

const matching = ({ tenantId }: TenantScope, { evaluationId, seq }: { evaluationId: string; seq: number }) =>
  and(
    eq(evaluationResults.tenantId, tenantId),
    eq(evaluationResults.evaluationId, evaluationId),
    eq(evaluationResults.seq, seq),
  );
