import { and, desc, eq, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import type { TenantScope } from '../kernel/actor.ts';
import type { Db, Statement } from '../platform/db/db.ts';
import { type DeadLetter, deadLetters, type ListedDeadLetter } from './table.ts';

export type { DeadLetter, ListedDeadLetter } from './table.ts';

/** Keeps one that died, or died again. */
export function saveDeadLetter(db: Db, row: DeadLetter): Statement {
  const { tenantId, id, ...set } = row;
  return db
    .insert(deadLetters)
    .values({ tenantId, id, ...set })
    .onConflictDoUpdate({ target: [deadLetters.tenantId, deadLetters.id], set });
}

export async function findOptionalDeadLetter(db: Db, scope: TenantScope, id: string): Promise<DeadLetter | null> {
  const [row] = await db.select().from(deadLetters).where(ofLetter(scope, id));
  return row ?? null;
}

export async function listDeadLetters(
  db: Db,
  scope: TenantScope,
  query: {
    retried: boolean | undefined;
    before: { failedAt: number; id: string } | undefined;
    limit: number;
  },
): Promise<ListedDeadLetter[]> {
  const { before, retried } = query;
  const { tenantId, id, queue, type, error, attempts, failedAt, retriedAt } = deadLetters;
  return db
    .select({ tenantId, id, queue, type, error, attempts, failedAt, retriedAt })
    .from(deadLetters)
    .where(
      and(
        eq(tenantId, scope.tenantId),
        before === undefined
          ? undefined
          : or(lt(failedAt, before.failedAt), and(eq(failedAt, before.failedAt), lt(id, before.id))),
        retried === undefined ? undefined : retried ? isNotNull(retriedAt) : isNull(retriedAt),
      ),
    )
    .orderBy(desc(failedAt), desc(id))
    .limit(query.limit);
}

/** Marks one as sent again, unless it has died once more meanwhile. */
export const markRetried = (db: Db, scope: TenantScope, { id, failedAt }: DeadLetter, retriedAt: number): Statement =>
  db
    .update(deadLetters)
    .set({ retriedAt })
    .where(and(ofLetter(scope, id), eq(deadLetters.failedAt, failedAt)));

/** Of all tenants: forgets a good number of those that died before (ms). */
export async function deleteOldDeadLetters(db: Db, before: number, limit: number): Promise<void> {
  await db
    .delete(deadLetters)
    .where(sql`rowid IN (SELECT rowid FROM dead_letters WHERE failed_at < ${before} LIMIT ${limit})`);
}

const ofLetter = (scope: TenantScope, id: string) =>
  and(eq(deadLetters.tenantId, scope.tenantId), eq(deadLetters.id, id));
