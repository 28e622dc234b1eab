import { and, desc, eq, getTableColumns, gt, gte, inArray, isNotNull, lt, lte, or, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import { idsFrom } from '../../kernel/ids.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { insertInto } from '../../platform/db/fixed.ts';
import type { ExecutionStatus } from '../domain/execution.ts';
import { type ExecutionRow, executions, type ListedExecution } from '../table.ts';

export type { ExecutionRow, ListedExecution } from '../table.ts';

/** So long before it is accepted an execution may have got its id: in an evaluation that waits for its turn (ms). */
const WAITED_MS = 7 * 24 * 60 * 60_000;

export const insertExecution = insertInto(executions);

export async function findOptionalExecution(db: Db, scope: TenantScope, id: string): Promise<ExecutionRow | null> {
  const [row] = await db.select().from(executions).where(ofExecution(scope, id));
  return row ?? null;
}

export async function listExecutions(
  db: Db,
  scope: TenantScope,
  query: {
    promptId: string | undefined;
    environment: string | undefined;
    /** Those of an API key that is bound to some; null: any, and those that named a version. */
    environments: readonly string[] | null;
    status: ExecutionStatus | undefined;
    /** Milliseconds, both included. */
    from: number | undefined;
    to: number | undefined;
    before: string | undefined;
    limit: number;
  },
): Promise<ListedExecution[]> {
  const { environments, from, to } = query;
  const { output: _output, toolCalls: _calls, variables: _variables, ...columns } = getTableColumns(executions);
  return db
    .select(columns)
    .from(executions)
    .where(
      and(
        eq(executions.tenantId, scope.tenantId),
        query.promptId === undefined ? undefined : eq(executions.promptId, query.promptId),
        query.environment === undefined ? undefined : eq(executions.environment, query.environment),
        environments === null
          ? undefined
          : inArray(executions.environment, sql`(SELECT value FROM json_each(${JSON.stringify(environments)}))`),
        query.status === undefined ? undefined : eq(executions.status, query.status),
        ...(from === undefined
          ? []
          : [gte(executions.createdAt, from), gte(executions.id, idsFrom('execution', Math.max(0, from - WAITED_MS)))]),
        ...(to === undefined ? [] : [lte(executions.createdAt, to), lt(executions.id, idsFrom('execution', to + 1))]),
        query.before === undefined ? undefined : lt(executions.id, query.before),
      ),
    )
    .orderBy(desc(executions.id))
    .limit(query.limit);
}

/** The beginnings of what some answered. */
export async function listOutputsOf(
  db: Db,
  scope: TenantScope,
  ids: readonly string[],
  lengthMax: number,
): Promise<{ id: string; text: string }[]> {
  return db
    .select({ id: executions.id, text: sql<string>`substr(${executions.output}, 1, ${lengthMax})` })
    .from(executions)
    .where(
      and(
        eq(executions.tenantId, scope.tenantId),
        inArray(executions.id, sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`),
        isNotNull(executions.output),
      ),
    );
}

/** Any change but to one that has ended. */
export const updateUnended = (db: Db, scope: TenantScope, id: string, change: Partial<ExecutionRow>): Statement =>
  db
    .update(executions)
    .set(change)
    .where(and(ofExecution(scope, id), inArray(executions.status, ['queued', 'running'])));

/** Any attempt but one that comes late: after a later one, or after the end. */
export const markRunning = (
  db: Db,
  scope: TenantScope,
  id: string,
  now: Pick<ExecutionRow, 'attempt' | 'startedAt' | 'modelName' | 'modelRevision' | 'provider' | 'model'>,
): Statement =>
  db
    .update(executions)
    .set({ status: 'running', ...now })
    .where(
      and(
        ofExecution(scope, id),
        inArray(executions.status, ['queued', 'running']),
        lt(executions.attempt, now.attempt),
      ),
    );

/** For guards: it has not ended. */
export const isUnended = (scope: TenantScope, id: string) =>
  sql`EXISTS (SELECT 1 FROM executions WHERE tenant_id = ${scope.tenantId} AND id = ${id} AND status IN ('queued', 'running'))`;

/** Of all tenants: what has not begun, or not ended, and was accepted before some id was given out, in order. For the sweep. */
export async function listOverdue(
  db: Db,
  before: { queued: string; running: string },
  after: string,
  limit: number,
): Promise<{ tenantId: string; id: string }[]> {
  return db
    .select({ tenantId: executions.tenantId, id: executions.id })
    .from(executions)
    .where(
      and(
        sql`status IN ('queued', 'running')`,
        gt(executions.id, after),
        lt(executions.id, before.queued),
        or(eq(executions.status, 'queued'), lt(executions.id, before.running)),
      ),
    )
    .orderBy(executions.id)
    .limit(limit);
}

const ofExecution = (scope: TenantScope, id: string) =>
  and(eq(executions.tenantId, scope.tenantId), eq(executions.id, id));
