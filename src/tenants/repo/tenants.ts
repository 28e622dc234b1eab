import { and, asc, eq } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Role } from '../../kernel/permissions.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import type { Membership, Tenant } from '../domain.ts';
import { memberships, tenants } from '../table.ts';

export const insertTenant = (db: Db, tenant: Tenant): Statement => db.insert(tenants).values(tenant);

export const updateTenant = (
  db: Db,
  scope: TenantScope,
  change: { name?: string; breakGlass?: boolean; updatedAt: number },
): Statement => db.update(tenants).set(change).where(eq(tenants.id, scope.tenantId));

export async function findOptionalTenant(db: Db, scope: TenantScope): Promise<Tenant | null> {
  const [tenant] = await db.select().from(tenants).where(eq(tenants.id, scope.tenantId));
  return tenant ?? null;
}

export const insertMembership = (db: Db, membership: Membership): Statement =>
  db.insert(memberships).values(membership);

/** A person's tenants, the first joined first: asked at login, before there is a tenant. */
export async function listMembershipsOfUser(
  db: Db,
  userId: string,
  limit = 1000,
): Promise<{ tenant: Tenant; role: Role; createdAt: number }[]> {
  return db
    .select({ tenant: tenants, role: memberships.role, createdAt: memberships.createdAt })
    .from(memberships)
    .innerJoin(tenants, eq(tenants.id, memberships.tenantId))
    .where(eq(memberships.userId, userId))
    .orderBy(asc(memberships.createdAt), asc(memberships.tenantId))
    .limit(limit);
}

export async function findOptionalMembership(
  db: Db,
  tenantId: string,
  userId: string,
): Promise<{ tenant: Tenant; role: Role } | null> {
  const [row] = await db
    .select({ tenant: tenants, role: memberships.role })
    .from(memberships)
    .innerJoin(tenants, eq(tenants.id, memberships.tenantId))
    .where(and(eq(memberships.tenantId, tenantId), eq(memberships.userId, userId)));
  return row ?? null;
}
