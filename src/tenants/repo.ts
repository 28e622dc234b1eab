import { and, asc, eq } from 'drizzle-orm';
import type { Role } from '../kernel/permissions.ts';
import type { Db, Statement } from '../platform/db/db.ts';
import { memberships, tenants } from './table.ts';

export type Tenant = typeof tenants.$inferSelect;
export type Membership = typeof memberships.$inferSelect;

export const insertTenant = (db: Db, tenant: typeof tenants.$inferInsert): Statement => db.insert(tenants).values(tenant);

export const insertMembership = (db: Db, membership: Membership): Statement => db.insert(memberships).values(membership);

/** A person's tenants, the first joined first: asked at login, before there is a tenant. */
export async function listMembershipsOfUser(
  db: Db,
  userId: string,
): Promise<{ tenant: Tenant; role: Role; createdAt: number }[]> {
  return db
    .select({ tenant: tenants, role: memberships.role, createdAt: memberships.createdAt })
    .from(memberships)
    .innerJoin(tenants, eq(tenants.id, memberships.tenantId))
    .where(eq(memberships.userId, userId))
    .orderBy(asc(memberships.createdAt), asc(memberships.tenantId))
    .limit(1000);
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
