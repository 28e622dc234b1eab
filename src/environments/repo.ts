import { and, asc, eq, gt } from 'drizzle-orm';
import type { TenantScope } from '../kernel/actor.ts';
import type { Db, Statement } from '../platform/db/db.ts';
import type { RequiredApprovals } from './domain.ts';
import { type Environment, environments } from './table.ts';

export type { Environment } from './table.ts';

export const insertEnvironments = (db: Db, rows: Environment[]): Statement => db.insert(environments).values(rows);

export async function findOptionalEnvironment(db: Db, scope: TenantScope, name: string): Promise<Environment | null> {
  const [row] = await db
    .select()
    .from(environments)
    .where(and(eq(environments.tenantId, scope.tenantId), eq(environments.name, name)));
  return row ?? null;
}

export async function listEnvironments(
  db: Db,
  scope: TenantScope,
  page: { after: string | undefined; limit: number },
): Promise<Environment[]> {
  return db
    .select()
    .from(environments)
    .where(
      and(
        eq(environments.tenantId, scope.tenantId),
        page.after === undefined ? undefined : gt(environments.name, page.after),
      ),
    )
    .orderBy(asc(environments.name))
    .limit(page.limit);
}

export async function countEnvironments(db: Db, scope: TenantScope): Promise<number> {
  return db.$count(environments, eq(environments.tenantId, scope.tenantId));
}

export const updateApprovals = (
  db: Db,
  scope: TenantScope,
  id: string,
  requiredApprovals: RequiredApprovals,
  now: number,
): Statement =>
  db
    .update(environments)
    .set({ requiredApprovals, updatedAt: now })
    .where(and(eq(environments.tenantId, scope.tenantId), eq(environments.id, id)));
